"""The notebooks run from top to bottom, as a reader would run them."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A notebook with its outputs; each is run once."""
    known = {}

    def execute(path):
        if path not in known:
            folder = tmp_path_factory.mktemp(path.stem)
            known[path] = nbformat.read(path, as_version=4)
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("TMPDIR", str(folder))
                for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR"):
                    patch.setenv(name, str(folder / name.lower()))
                resources = {"metadata": {"path": str(folder)}}
                NotebookClient(known[path], timeout=300, resources=resources).execute()
        return known[path]

    return execute


def printed(notebook):
    """What the cells print, as one text."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "".join(output.text for output in outputs if output.get("name") == "stdout")


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 3


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path, executed):
    cells = executed(path).cells
    shown = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    assert any("image/png" in data for data in shown), "it shows no picture"


def test_the_archive_is_interrupted_and_nothing_is_done_twice(executed):
    said = printed(executed(next(path for path in NOTEBOOKS if path.stem == "04_archive")))
    assert "interrupted\n" in said
    assert "4 pending · 2 done" in said
    assert "5 done, 1 failed" in said
    kept, made = (line.split(":")[1] for line in said.splitlines() if ".gpkg']" in line)
    assert (kept.count("town_"), made.count("town_")) == (2, 3)
    assert "1 scene done" in said
    assert "left out: ['town_1_2']" in said


def test_twenty_tiles_make_a_model_better_in_other_towns(executed):
    said = printed(executed(next(path for path in NOTEBOOKS if path.stem == "03_train_your_own")))
    assert "20 tiles" in said
    assert "the best are those of step" in said
    (mean,) = (line.split()[1:] for line in said.splitlines() if line.startswith("mean "))
    f1_before, iou_before, f1_after, iou_after = map(float, mean)
    assert f1_after > f1_before + 0.05
    assert iou_after > iou_before + 0.01


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_its_outputs(path):
    for cell in nbformat.read(path, as_version=4).cells:
        assert not cell.get("outputs"), "clear the outputs before it is committed"
        assert cell.get("execution_count") is None
