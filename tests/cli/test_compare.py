import json

import geopandas as gpd
import pytest
import shapely

from geounet.cli import compare, main
from geounet.cli.dispatch import VERBS

UTM = "EPSG:32737"
HOUSE = shapely.box(500_000, 9_300_000, 500_010, 9_300_010)


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setitem(VERBS, "compare", compare)


@pytest.fixture
def layers(tmp_path):
    paths = []
    for name, shift in (("ours", 0), ("theirs", 5)):
        paths.append(str(tmp_path / f"{name}.gpkg"))
        moved = shapely.affinity.translate(HOUSE, shift)
        gpd.GeoDataFrame(geometry=[HOUSE, shapely.affinity.translate(moved, 50)], crs=UTM).to_file(paths[-1])
    return paths


def test_it_writes_a_layer_and_says_what_is_in_it(layers, tmp_path, capsys):
    out = tmp_path / "diff.gpkg"
    assert main(["compare", *layers, "-o", str(out)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{out}: areas, 0 new, 1 changed, 1 matched, 0 missing, ")
    assert gpd.read_file(out, layer="diff")["status"].tolist() == ["matched", "changed"]


def test_every_option_reaches_the_library(layers, tmp_path, capfd):
    aoi = tmp_path / "aoi.gpkg"
    gpd.GeoDataFrame(geometry=[HOUSE.buffer(100)], crs=UTM).to_file(aoi)
    out = tmp_path / "diff.geojson"
    out.touch()
    chosen = ["--kind", "areas", "--iou", "0.3", "--changed-iou", "0.2", "--buffer", "3", "--covered", "0.8"]
    chosen += ["--changed-covered", "0.3", "--aoi", str(aoi), "--assume-crs", UTM, "--osm", "--overwrite"]
    assert main(["compare", *layers, "-o", str(out), *chosen, "--json-events"]) == 0
    done = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert done["result"]["by_status"] == {"new": 0, "changed": 0, "matched": 2, "missing": 0}
    assert main(["compare", *layers, "-o", str(out), *chosen, "--existing-id", "ref"]) == 1
    assert "no field 'ref'" in capfd.readouterr().err


def test_its_options_are_those_of_the_library():
    from dataclasses import fields

    from geounet.evaluation.conflation import CompareOptions

    assert set(compare._OPTIONS) == {f.name for f in fields(CompareOptions)}


def test_an_option_out_of_range_is_one_line(layers, tmp_path, capsys):
    assert main(["compare", *layers, "-o", str(tmp_path / "d.gpkg"), "--iou", "2"]) == 1
    assert "expected 0 < changed_iou ≤ iou ≤ 1" in capsys.readouterr().err
