"""`geounet:batch` with the real library: a folder of tiles, one of them broken, interrupted and gone on with."""

import json
import shlex
import sqlite3
import subprocess
import zipfile
from pathlib import Path

import processing
import pytest
from osgeo import gdal, ogr
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)

SIDE = 128


@pytest.fixture(autouse=True)
def empty_project():
    yield
    QgsProject.instance().clear()


@pytest.fixture
def tiles(scene, tmp_path) -> Path:
    """The scene with its four roofs in four tiles of 128 pixels, the last of them broken."""
    folder = tmp_path / "my tiles é"
    folder.mkdir()
    for row in range(2):
        for col in range(2):
            window = f"-srcwin {col * SIDE} {row * SIDE} {SIDE} {SIDE}"
            gdal.Translate(str(folder / f"tile_{row}_{col}.tif"), str(scene), options=window)
    broken = folder / "tile_1_1.tif"
    broken.write_bytes(broken.read_bytes()[:100])
    return folder


def mend(tiles: Path, scene: Path) -> None:
    """Make the broken tile whole."""
    (tiles / "tile_1_1.tif").unlink()
    gdal.Translate(str(tiles / "tile_1_1.tif"), str(scene), options=f"-srcwin {SIDE} {SIDE} {SIDE} {SIDE}")


def run(feedback, **values) -> dict:
    """Run it, in one process unless something else is said: more take longer to start than such tiles to be done."""
    return processing.run("geounet:batch", {"WORKERS": 1} | values, feedback=feedback)


def count(path) -> int:
    source = ogr.Open(str(path))
    return source.GetLayer(0).GetFeatureCount()


def layers(folder: Path) -> dict[str, int]:
    """The features of each scene's layer, by its name."""
    return {path.name: count(path) for path in sorted(folder.rglob("*.gpkg")) if path.name != "merged.gpkg"}


def written(out: Path) -> dict[str, int]:
    """When each layer that is in the accounts was written, by its name: one that was written last may not be in them."""
    accounts = sqlite3.connect(out / "manifest.sqlite")
    done = [f"{name}.gpkg" for (name,) in accounts.execute("SELECT name FROM jobs WHERE state = 'done'")]
    accounts.close()
    return {name: (out / name).stat().st_mtime_ns for name in done}


def leftovers(folder: Path) -> list[Path]:
    return list(folder.rglob(".geounet-*"))


def test_a_folder_becomes_a_folder_though_a_scene_is_broken(provider, tiles, feedback, tmp_path):
    out = tmp_path / "my layers"
    found = run(feedback, INPUT=str(tiles), OUTPUT=str(out), MOSAIC=False, WORKERS=None)
    assert (found["DONE"], found["FAILED"], found["SKIPPED"]) == (3, 1, 0)
    made = layers(out)
    assert set(made) == {"tile_0_0.gpkg", "tile_0_1.gpkg", "tile_1_0.gpkg"}
    assert found["FEATURES"] == sum(made.values()) == count(found["MERGED"])
    assert found["MERGED"] == str(out / "merged.gpkg")
    assert Path(found["REPORT"]).read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html")
    (warning,) = [text for text in feedback.texts("warning") if text.startswith("Scenes that failed: 1")]
    assert "tile_1_1" in warning
    assert feedback.moves[-1] == 100
    assert leftovers(out) == []


def test_adjacent_tiles_are_one_scene(provider, scene, tiles, feedback, tmp_path):
    """Read as one they give what the whole scene gives: no roof is cut, though tiles' borders go through one."""
    whole = processing.run(
        "geounet:extract", {"INPUT": str(scene), "OUTPUT": "TEMPORARY_OUTPUT"}, feedback=feedback
    )
    mend(tiles, scene)
    found = run(feedback, INPUT=str(tiles), OUTPUT=str(tmp_path / "out"))
    assert found["FEATURES"] == whole["FEATURES"] == count(found["MERGED"]) == 4
    assert sum(layers(tmp_path / "out").values()) == 4


def test_it_goes_on_and_tries_failed_scenes_again_where_that_is_wanted(
    provider, scene, tiles, feedback, tmp_path
):
    out = tmp_path / "out"
    values = {"INPUT": str(tiles), "OUTPUT": str(out), "MOSAIC": False}
    first = run(feedback, **values)
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("tile_*.gpkg")}
    again = run(feedback, **values)
    assert {name: again[name] for name in ("DONE", "FAILED")} == {"DONE": 3, "FAILED": 1}
    mend(tiles, scene)
    mended = run(feedback, **values, RETRY=True)
    assert (mended["DONE"], mended["FAILED"]) == (4, 0)
    assert mended["FEATURES"] == count(mended["MERGED"]) > first["FEATURES"]
    now = {path.name: path.stat().st_mtime_ns for path in out.glob("tile_*.gpkg")}
    assert {name: now[name] for name in before} == before


def test_other_choices_need_another_folder_or_a_new_beginning(provider, tiles, feedback, tmp_path):
    values = {"INPUT": str(tiles), "OUTPUT": str(tmp_path / "out"), "MOSAIC": False}
    run(feedback, **values)
    with pytest.raises(QgsProcessingException, match="choose another folder") as failure:
        run(feedback, **values, THRESHOLD=0.7)
    assert "“Begin the folder anew”" in str(failure.value)
    assert run(feedback, **values, THRESHOLD=0.7, OVERWRITE=True)["DONE"] == 3


class CancelAtFirstSight(QgsProcessingFeedback):
    """A person who presses Cancel when the first layer is there."""

    def __init__(self, out: Path) -> None:
        super().__init__(False)
        self.progressChanged.connect(lambda _percent: any(out.glob("?.gpkg")) and self.cancel())


def test_cancel_keeps_what_is_done_and_the_next_run_goes_on(provider, make_raster, feedback, tmp_path):
    folder, out = tmp_path / "scenes", tmp_path / "out"
    for number in range(6):
        make_raster(f"scenes/{number}.tif", ground=(70, 95, 60), things=(205, 200, 195), size=768)
    values = {"INPUT": str(folder), "OUTPUT": str(out), "MOSAIC": False, "WORKERS": 1}
    cancelled = CancelAtFirstSight(out)
    results, _good = provider.algorithm("batch").create().run(values, QgsProcessingContext(), cancelled)
    assert results == {}
    assert 1 <= len(list(out.glob("?.gpkg"))) < 6
    kept = written(out)
    found = run(feedback, **values)
    assert (found["DONE"], found["FAILED"], found["FEATURES"]) == (6, 0, 24)
    assert written(out).items() >= kept.items()
    assert leftovers(out) == []


@pytest.fixture
def area():
    """The upper left tile's roof, in memory alone."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:32737", "area", "memory")
    feature = QgsFeature()
    rectangle = QgsRectangle(
        500_000 + 20 * 0.3, 9_300_000 - 100 * 0.3, 500_000 + 80 * 0.3, 9_300_000 - 20 * 0.3
    )
    feature.setGeometry(QgsGeometry.fromRect(rectangle))
    layer.dataProvider().addFeatures([feature])
    QgsProject.instance().addMapLayer(layer)
    return layer


def test_it_goes_on_with_an_area_of_interest_that_is_in_memory(provider, tiles, area, feedback, tmp_path):
    """It is written out for each run, and is the same area each time."""
    values = {"INPUT": str(tiles), "OUTPUT": str(tmp_path / "out"), "AOI": area.id(), "MOSAIC": False}
    first, second = run(feedback, **values), run(feedback, **values)
    assert first["FEATURES"] == second["FEATURES"] == 1
    assert (first["SKIPPED"], first["FAILED"]) == (second["SKIPPED"], second["FAILED"])


def test_layers_that_are_written_out_are_the_same_scenes_each_time(provider, scene, feedback, tmp_path):
    """A part of an archive that only GDAL's address names: a new file in each run, known by its content."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(scene, "a.tif")
    layer = QgsRasterLayer(f"/vsizip/{tmp_path}/a.zip/a.tif", "zipped")
    QgsProject.instance().addMapLayer(layer)
    out = tmp_path / "out"
    values = {"LAYERS": [layer.id()], "OUTPUT": str(out)}
    assert run(feedback, **values)["FEATURES"] == 4
    written = (out / "zipped.gpkg").stat().st_mtime_ns
    assert run(feedback, **values)["DONE"] == 1
    assert (out / "zipped.gpkg").stat().st_mtime_ns == written


def test_the_command_line_does_the_same_in_a_terminal(provider, tiles, feedback, geounet_python, tmp_path):
    values = {"INPUT": str(tiles), "OUTPUT": str(tmp_path / "there"), "MOSAIC": False, "WORKERS": 1}
    line = provider.algorithm("batch").create().command_line(values, QgsProcessingContext())
    words = [str(geounet_python), "-m", *shlex.split(line), "--json-events"]
    said = subprocess.run(words, capture_output=True, text=True, check=False)
    assert said.returncode == 1
    (result,) = [
        event["result"] for event in map(json.loads, said.stdout.splitlines()) if event["event"] == "result"
    ]
    assert (result["done"], result["failed"]) == (3, 1)
