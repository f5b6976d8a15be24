import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geounet.cli import main


@pytest.fixture
def layers(tmp_path: Path) -> tuple[str, str]:
    """Two predicted and two true squares, one of them the same."""
    x, y = 500_000, 9_300_000
    squares = {
        name: [shapely.box(x + at, y, x + at + 10, y + 10) for at in places]
        for name, places in {"p.gpkg": (0, 30), "t.gpkg": (1, 60)}.items()
    }
    for name, shapes in squares.items():
        gpd.GeoDataFrame(geometry=shapes, crs="EPSG:32737").to_file(tmp_path / name)
    return str(tmp_path / "p.gpkg"), str(tmp_path / "t.gpkg")


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the verb, and give its exit code and what it printed."""

    def run(*argv: str) -> tuple[int, str, str]:
        code = main(["evaluate", *argv])
        out, err = capfd.readouterr()
        return code, out, err

    return run


def test_without_outputs_the_figures_are_printed_quiet_or_not(layers, said):
    for quiet in ((), ("--quiet",)):
        code, out, err = said(*layers, *quiet)
        assert (code, err) == (0, "")
        assert "p.gpkg against t.gpkg (objects)" in out
        assert "F1 0.500 at IoU 0.5: precision 0.500, recall 0.500" in out


def test_with_outputs_they_are_printed_unless_quiet(layers, said, tmp_path):
    outputs = ("--report", str(tmp_path / "r.html"), "--json", str(tmp_path / "r.json"))
    assert "F1 0.500" in said(*layers, *outputs)[1]
    assert said(*layers, *outputs, "--overwrite", "--quiet") == (0, "", "")
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["objects"]["tp"] == 1
    assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_program_gets_the_report_and_the_outputs(layers, said, tmp_path):
    path = tmp_path / "r.json"
    code, out, _ = said(*layers, "--json", str(path), "--json-events")
    events = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [event["event"] for event in events if event["event"] in ("started", "done")] == [
        "started",
        "done",
    ]
    assert {"event": "output", "path": str(path), "kind": "json"} in events
    assert events[-1]["result"] == json.loads(path.read_text(encoding="utf-8"))


def test_options_reach_the_library(layers, said):
    options = ["--kind", "objects", "--iou", "0.9", "--classes", "a,b", "--buffer", "3", "--snap", "2"]
    code, out, _ = said(*layers, *options, "--boundary", "1", "--relax", "0", "--threshold", "0.4")
    assert code == 0
    assert "F1 0.000 at IoU 0.9" in out


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--iou", "2"], "iou is 2"),
        (["--kind", "lines"], "leave out --kind"),
        (["--report", "r.pdf"], "ends in .html"),
        (["--aoi", "gone.geojson"], "gone.geojson"),
        (["--valid", "gone.tif"], "gone.tif"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_1(layers, said, argv, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = said(*layers, *argv)
    assert (code, out) == (1, "")
    assert says in err
    assert err.startswith("geounet: ")
    assert err.count("\n") == 1


def test_a_missing_argument_or_an_unknown_kind_is_exit_2(layers, said):
    assert said(layers[0])[0] == 2
    assert said(*layers, "--kind", "pixels")[0] == 2
