import argparse

import pytest

from geounet.cli import evaluate as verb
from geounet_qgis.commands.evaluate import FIGURES, Evaluate, Tolerances, figures
from geounet_qgis.layers.source import Source


def understood(words: list[str]) -> argparse.Namespace:
    """What the library's own parser makes of the words."""
    parser = argparse.ArgumentParser()
    verb.add_arguments(parser)
    assert words[0] == "evaluate"
    return parser.parse_args(words[1:])


def test_two_files_are_enough():
    words = Evaluate(Source("p.tif"), Source("with spaces.gpkg")).words()
    assert words == ["evaluate", "p.tif", "with spaces.gpkg"]
    understood(words)


def test_the_library_understands_all_that_can_be_chosen():
    told = Evaluate(
        Source("p.tif", config=(("AWS_REGION", "eu-west-1"),)),
        Source("t.tif", assume_crs="EPSG:32637", config=(("AWS_REGION", "eu-west-1"), ("A", "B"))),
        kind="objects",
        aoi=Source("a.gpkg"),
        valid=Source("s.tif"),
        classes="building, shed,",
        tolerances=Tolerances(0.4, 0.3, 2.5, 3, 1, 4),
        report="r.html",
        json="r.json",
    ).words()
    args = vars(understood(told))
    expected = {
        "prediction": "p.tif", "truth": "t.tif", "kind": "objects", "classes": ("building", "shed"),
        "threshold": 0.4, "iou": 0.3, "buffer_m": 2.5, "snap_m": 3.0, "boundary_px": 1, "relax_px": 4,
        "assume_crs": "EPSG:32637", "overwrite": True,
    }  # fmt: skip
    assert {key: args[key] for key in expected} == expected
    paths = {key: str(args[key]) for key in ("aoi", "valid", "report", "json")}
    assert paths == {"aoi": "a.gpkg", "valid": "s.tif", "report": "r.html", "json": "r.json"}
    assert told.count("--config") == 2


@pytest.mark.parametrize("kind", FIGURES)
def test_the_figures_have_the_librarys_names(kind):
    scores = {name: k / 10 for k, name in enumerate(FIGURES[kind].values())}
    result = {"labels": None, "objects": None, "lines": None, kind: scores | {"other": 7}}
    assert figures(result) == {output: scores[name] for output, name in FIGURES[kind].items()}


def test_what_is_undefined_is_no_figure():
    assert figures({"labels": {"f1": None, "iou": 0.0}}) == {"MEAN_IOU": 0.0}
    assert figures(None) == {}
