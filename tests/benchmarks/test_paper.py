import numpy as np
import pytest
import rasterio
from PIL import Image

from benchmarks import paper

FEW = ["--steps", "2", "--channels", "2", "--depth", "1", "--crop", "32", "--batch", "1", "--device", "cpu"]


def write(path, values):
    path.parent.mkdir(parents=True, exist_ok=True)
    driver = "PNG" if path.suffix == ".png" else "GTiff"
    rows, cols = values.shape
    with rasterio.open(path, "w", driver=driver, count=1, height=rows, width=cols, dtype=values.dtype) as out:
        out.write(values, 1)


@pytest.fixture
def table(tmp_path, monkeypatch, capsys):
    """The lines that a run with these arguments prints, on the data in `tmp_path`."""
    monkeypatch.setenv("GEOUNET_DATA", str(tmp_path))

    def run(*arguments):
        told = ["paper", *FEW, "--folder", str(tmp_path / "runs"), "--images", str(tmp_path), *arguments]
        monkeypatch.setattr("sys.argv", told)
        paper.main()
        return capsys.readouterr().out.splitlines()

    return run


def test_cells_by_sequence(tmp_path, table):
    random = np.random.default_rng(0)
    for sequence in ("01", "02"):
        for n in range(4):
            cells = np.zeros((64, 64), np.uint16)
            cells[10:40, 5:30], cells[10:40, 30:50] = 1, 2
            cells_folder = tmp_path / "cells" / "dic_hela"
            write(cells_folder / sequence / f"t{n:03}.tif", random.integers(0, 99, (64, 64)).astype(np.uint8))
            for truth in ("GT", "ST"):
                write(cells_folder / f"{sequence}_{truth}/SEG/man_seg{n:03}.tif", cells)
    first = table("--only", "dic_hela", "--shrink", "2")
    assert len(first) == 3
    cells = [cell.strip() for cell in first[2].strip("|").split("|")]
    assert cells[0] == "DIC-HeLa"
    assert 0 <= float(cells[2]) <= 1
    assert cells[4] == "0.7756"
    assert cells[5].startswith("2 in ")
    with Image.open(tmp_path / "paper_dic_hela.png") as picture:
        assert picture.height == 64
    assert table("--only", "dic_hela", "--shrink", "2") == first  # nothing is run again


def test_a_stack_by_parts(tmp_path, table):
    random = np.random.default_rng(0)
    for n in range(9):
        truth = np.full((48, 48), 255, np.uint8)
        truth[24], truth[:, 17] = 0, 0
        noise = (truth // 2 + random.integers(0, 99, truth.shape)).astype(np.uint8)
        write(tmp_path / "cells/em_isbi2012/image" / f"{n}.png", noise)
        write(tmp_path / "cells/em_isbi2012/label" / f"{n}.png", truth)
    [row] = table("--only", "em_isbi2012")[2:]
    rand, warping = row.split("|")[3].split(",")
    assert 0 <= float(rand) <= 1
    assert 0 <= float(warping) <= 1
    assert row.count("part") == 3
