"""A batch from inputs to report, in this process: the bytes of each scene alone, what fails alone, and going on."""

import json
import os
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

import geounet
from geounet.batching.executing import Course
from geounet.batching.options import BatchOptions
from geounet.batching.run import batch, run_batch
from geounet.batching.watching import Watch
from geounet.errors import ModelError, OptionsError, OutputError
from geounet.options import ExtractOptions

APART = BatchOptions(mosaic="none", format="fgb")


def layers(folder: Path, suffix: str = ".fgb") -> dict[str, bytes]:
    """The layers in an output folder, by name."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob(f"*{suffix}"))}


def states(folder: Path) -> dict[str, str]:
    with sqlite3.connect(folder / "manifest.sqlite") as connection:
        return dict(connection.execute("SELECT name, state FROM jobs ORDER BY id").fetchall())


def test_every_layer_is_what_extract_writes(town: Any, bright: Any, tmp_path: Path) -> None:
    tiles = town(apart=5)
    report = batch(tiles, bright, tmp_path / "out", options=replace(APART, rasters=("class", "probability")))
    assert (report.done, report.failed, report.complete) == (6, 0, True)
    for tile in tiles:
        alone = tmp_path / "alone" / f"{tile.stem}.fgb"
        alone.parent.mkdir(exist_ok=True)
        kept = {
            "class_raster": alone.with_name(f"{tile.stem}_class.tif"),
            "probability": alone.with_name(f"{tile.stem}_probability.tif"),
        }
        geounet.extract(tile, bright, alone, options=ExtractOptions(**kept))
        for path in (alone, *kept.values()):
            assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()
    assert report.features == sum(len(gpd.read_file(path)) for path in (tmp_path / "out").glob("*.fgb")) > 20


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Ask the run to end; a library hears of it first."""
    event = threading.Event()
    for module in ("work", "claiming"):
        monkeypatch.setattr(f"geounet.batching.{module}.asked_to_end", event)
    return event.set


@pytest.mark.parametrize(
    "answer", [SystemError("a compiled loop returned a result with an exception set"), None]
)
def test_an_interrupt_that_a_library_turns_into_an_error_or_keeps_is_no_scenes_failure(
    town: Any,
    bright: Any,
    two_classes: Any,
    tmp_path: Path,
    asked: Callable[[], None],
    answer: Exception | None,
) -> None:
    def interrupted(patches: np.ndarray) -> np.ndarray:
        asked()
        if answer is not None:
            raise answer
        return patches[:, 0]

    with pytest.raises(KeyboardInterrupt):
        batch(town(apart=5), two_classes(bright.card, interrupted), tmp_path / "out", options=APART)
    found = list(states(tmp_path / "out").values())
    assert found.count("pending") == (6 if answer else 5)
    assert found.count("done") == (0 if answer else 1)


def test_a_run_that_was_interrupted_goes_on_and_does_nothing_twice(
    town: Any, bright: Any, tmp_path: Path
) -> None:
    tiles = town(apart=5)
    batch(tiles, bright, tmp_path / "whole", options=APART)

    ended: list[str] = []

    def heard(job: Any, _: Any) -> None:
        ended.append(job.name)
        if len(ended) == 2:
            raise KeyboardInterrupt

    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        run_batch(tiles, bright, out, options=APART, watch=Watch(heard=heard))
    assert sorted(states(out).values()).count("running") == 0
    assert not list(out.glob(".geounet-*"))
    ran: list[str] = []
    watch = Watch(heard=lambda job, _: ran.append(job.name))
    assert run_batch(tiles, bright, out, options=APART, watch=watch).complete
    assert len(ran) == 4
    assert not set(ran) & set(ended)
    assert layers(out) == layers(tmp_path / "whole")


def test_what_fails_is_listed_and_tried_again_when_asked(town: Any, bright: Any, tmp_path: Path) -> None:
    tiles = town(apart=5)
    whole = tiles[1].read_bytes()
    tiles[1].write_bytes(whole[:200])
    tiles[2].write_bytes(b"no raster")
    out = tmp_path / "out"
    report = batch([tmp_path / "tiles", tmp_path / "gone.tif"], bright, out, options=APART)
    assert (report.done, report.failed) == (4, 3)
    assert set(report.failures) == {"tile_0_1", "tile_0_2", "gone"}
    assert "there is no file" in report.failures["gone"]
    assert "tile_0_2.tif" in report.failures["tile_0_2"]
    assert "tile_0_2" in (out / "report.html").read_text(encoding="utf-8")
    tiles[2].write_bytes(whole)
    again = batch([tmp_path / "tiles"], bright, out, options=replace(APART, retry=True))
    assert (again.done, set(again.failures)) == (5, {"tile_0_1"})  # what is no input any more is none of it


def test_an_input_that_changed_is_done_again(town: Any, bright: Any, tmp_path: Path) -> None:
    tiles = town(apart=5)
    out = tmp_path / "out"
    batch(tiles, bright, out, options=APART)
    before = layers(out)
    tiles[0].write_bytes(tiles[4].read_bytes())
    ran: list[str] = []
    run_batch(tiles, bright, out, options=APART, watch=Watch(heard=lambda job, _: ran.append(job.name)))
    assert ran == ["tile_0_0"]
    assert {name for name, content in layers(out).items() if before[name] != content} == {"tile_0_0.fgb"}


def test_scenes_outside_the_area_are_skipped(town: Any, bright: Any, tmp_path: Path) -> None:
    tiles = town(apart=5)
    aoi = tmp_path / "aoi.gpkg"
    gpd.GeoSeries([box(500_000, 9_299_990, 500_010, 9_300_000)], crs="EPSG:32737").to_file(aoi)
    options = replace(APART, extract=ExtractOptions(aoi=aoi))
    report = batch(tiles, bright, tmp_path / "out", options=options)
    assert (report.done, report.skipped, report.complete) == (1, 5, True)
    assert layers(tmp_path / "out").keys() == {"tile_0_0.fgb"}


def test_a_disk_that_is_full_ends_the_run_and_the_next_goes_on(
    town: Any, bright: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from geounet.batching.places import folder as folder_place
    from geounet.outputs import disk_full

    tiles, out = town(apart=5), tmp_path / "out"
    publish, published = folder_place.Folder.publish, []

    def full(self: Any, path: Path, name: str) -> str:
        if len(published) == 3:
            raise disk_full(path)
        published.append(name)
        return publish(self, path, name)

    monkeypatch.setattr(folder_place.Folder, "publish", full)
    with pytest.raises(OutputError, match="disk is full; make room"):
        batch(tiles, bright, out, options=APART)
    assert sorted(states(out).values()) == ["done"] * 3 + ["pending"] * 3
    monkeypatch.undo()
    assert batch(tiles, bright, out, options=APART).complete
    assert len(layers(out)) == 6


def test_rows_that_are_worked_on_apart_are_joined_exactly(
    make_raster: Callable[..., Path], bright: Any, tmp_path: Path
) -> None:
    rng = np.random.default_rng(8)
    scene = (np.kron(rng.random((30, 20)) > 0.6, np.ones((5, 5))) * rng.uniform(0.6, 1, (150, 100))).astype(
        np.float32
    )
    path = make_raster(scene, "scene.tif", valid=rng.random(scene.shape) > 0.02)
    options = replace(APART, rasters=("class", "probability"))
    batch(path, bright, tmp_path / "whole", options=options)
    report = batch(path, bright, tmp_path / "split", options=replace(options, split=37))
    assert (report.done, report.complete) == (1, True), report
    for name in ("scene.fgb", "scene_class.tif", "scene_probability.tif"):
        assert (tmp_path / "split" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert not (tmp_path / "split" / ".parts").exists()


def test_a_mosaic_is_done_without_a_tile_that_cannot_be_read(town: Any, bright: Any, tmp_path: Path) -> None:
    tiles = town()
    tiles[3].write_bytes(tiles[3].read_bytes()[:-60])
    report = batch(tiles, bright, tmp_path / "out", options=BatchOptions(format="fgb"))
    assert (report.done, report.failed, set(report.failures)) == (1, 0, {"tile_1_0"})
    found = gpd.read_file(tmp_path / "out" / "tile.fgb")
    missing = box(500_000, 9_300_000 - 80 * 0.3, 500_000 + 40 * 0.3, 9_300_000 - 40 * 0.3)
    assert len(found) > 20
    assert not found.intersects(missing.buffer(-0.01)).any()


def test_a_layer_a_tile_of_a_mosaic(town: Any, bright: Any, tmp_path: Path) -> None:
    tiles = town()
    batch(tiles, bright, tmp_path / "one", options=BatchOptions(format="fgb"))
    batch(tiles, bright, tmp_path / "out", options=BatchOptions(format="fgb", per_tile=True))
    whole = gpd.read_file(tmp_path / "one" / "tile.fgb")
    pieces = {path.stem: gpd.read_file(path) for path in (tmp_path / "out").glob("*.fgb")}
    assert set(pieces) == {tile.stem for tile in tiles}
    assert set.union(*(set(piece["id"]) for piece in pieces.values())) == set(whole["id"])
    assert sum(piece.area.sum() for piece in pieces.values()) == pytest.approx(whole.area.sum())


def test_a_scene_that_the_model_fails_on_leaves_the_others_alone(
    town: Any, make_card: Any, two_classes: Any, make_raster: Callable[..., Path], tmp_path: Path
) -> None:
    tiles = [*town(apart=5), make_raster(np.full((30, 30), 0.5, np.float32), "tiles/odd.tif")]

    def score(patches: Any) -> Any:
        if (patches == 0.5).any():
            raise RuntimeError("a kernel")
        return patches[:, 0]

    report = batch(tiles, two_classes(make_card(), score), tmp_path / "out", options=APART)
    assert (report.done, set(report.failures)) == (6, {"odd"})
    assert "a kernel" in report.failures["odd"]


def test_a_model_that_fails_on_every_scene_ends_the_run(
    town: Any, make_card: Any, segmenter_type: Any, tmp_path: Path
) -> None:
    def score(_: Any) -> Any:
        raise RuntimeError("a kernel")

    with pytest.raises(ModelError, match="a kernel"):
        batch(town(apart=5), segmenter_type(make_card(), score), tmp_path / "out", options=APART)
    assert set(states(tmp_path / "out").values()) <= {"pending", "failed"}


def test_a_folder_keeps_its_first_runs_choices(town: Any, bright: Any, tmp_path: Path) -> None:
    tiles, out = town(apart=5), tmp_path / "out"
    batch(tiles, bright, out, options=APART)
    other = replace(APART, extract=ExtractOptions(threshold=0.9))
    with pytest.raises(OptionsError, match="threshold"):
        batch(tiles, bright, out, options=other)
    anew = replace(other, extract=replace(other.extract, overwrite=True))
    assert batch(tiles, bright, out, options=anew).done == 6


def test_nothing_of_others_is_written_over(town: Any, bright: Any, tmp_path: Path) -> None:
    tiles, out = town(apart=5), tmp_path / "out"
    out.mkdir()
    (out / "tile_0_1.fgb").write_text("mine")
    with pytest.raises(OutputError, match="no earlier run wrote it"):
        batch(tiles, bright, out, options=APART)
    assert (out / "tile_0_1.fgb").read_text() == "mine"
    assert [path.name for path in out.iterdir() if path.name != "manifest.sqlite"] == ["tile_0_1.fgb"]


def test_shards_share_the_jobs(town: Any, bright: Any, tmp_path: Path) -> None:
    tiles, out = town(apart=5), tmp_path / "out"
    batch(tiles, bright, tmp_path / "whole", options=APART)
    first = batch(tiles, bright, out, options=replace(APART, shard=(0, 2)))
    assert 0 < first.pending < 6
    second = batch(tiles, bright, out, options=replace(APART, shard=(1, 2), merge=out / "all.parquet"))
    assert second.complete
    assert layers(out) == layers(tmp_path / "whole")
    assert len(gpd.read_parquet(out / "all.parquet")) == second.features


def test_the_same_folder_as_the_inputs_holds_both(town: Any, bright: Any, tmp_path: Path) -> None:
    town(apart=5)
    folder = tmp_path / "tiles"
    options = replace(APART, rasters=("class",))
    assert batch(folder, bright, folder, options=options).done == 6
    assert batch(folder, bright, folder, options=options).done == 6


def test_a_catalogue_and_vector_tiles_of_all_scenes(town: Any, bright: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = replace(APART, stac=True, merge=out / "all.fgb", pmtiles=out / "all.pmtiles")
    report = batch(town(apart=5), bright, out, options=options)
    assert report.merged == str(out / "all.fgb")
    collection = json.loads((out / "collection.json").read_text(encoding="utf-8"))
    assert len([link for link in collection["links"] if link["rel"] == "item"]) >= 6
    assert (out / "all.pmtiles").read_bytes()[:7] == b"PMTiles"
    assert len(gpd.read_file(out / "all.fgb")) == report.features


def test_no_inputs_is_an_error(bright: Any, tmp_path: Path) -> None:
    with pytest.raises(OptionsError):
        batch([], bright, tmp_path / "out")


def test_a_segmenter_made_in_code_stays_in_this_process(town: Any, bright: Any, tmp_path: Path) -> None:
    with pytest.raises(OptionsError, match="this process"):
        batch(town(apart=5), bright, tmp_path / "out", options=replace(APART, workers=2))


def test_a_course_is_told_as_json(
    town: Any, bright: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from geounet.batching.plain import from_plain, to_plain

    options = replace(
        APART,
        extract=ExtractOptions(
            bands=(1,), bbox=geounet.BBox(xmin=0, ymin=0, xmax=1, ymax=1), creation=(("A", "B"),)
        ),
        shard=(1, 3),
        scratch=tmp_path,
    )
    assert from_plain(json.loads(json.dumps(to_plain(options)))) == options
    assert Course.__dataclass_fields__.keys() >= {"place", "ledger"}


def test_a_layer_that_is_gone_is_made_again(town: Any, bright: Any, tmp_path: Path) -> None:
    tiles, out = town(apart=5), tmp_path / "out"
    batch(tiles, bright, out, options=APART)
    before = layers(out)
    (out / "tile_1_1.fgb").unlink()
    ran: list[str] = []
    run_batch(tiles, bright, out, options=APART, watch=Watch(heard=lambda job, _: ran.append(job.name)))
    assert ran == ["tile_1_1"]
    assert layers(out) == before


def test_a_run_is_its_inputs_whatever_was_given_before(town: Any, bright: Any, tmp_path: Path) -> None:
    tiles, out = town(apart=5), tmp_path / "out"
    bad = tiles[0].with_name("bad.tif")
    bad.write_bytes(b"no raster")
    options = replace(APART, merge=out / "all.fgb")
    assert batch([*tiles, bad], bright, out, options=options).failed == 1
    bad.unlink()
    (out / "all.fgb").unlink()
    again = batch(tiles, bright, out, options=replace(options, retry=True))
    assert (again.complete, again.done, again.failures) == (True, 6, {})
    assert len(gpd.read_file(out / "all.fgb")) == again.features


def test_no_output_takes_the_place_of_an_input(town: Any, bright: Any, tmp_path: Path) -> None:
    first = town(apart=5)[0]
    other = first.with_name(f"{first.stem}_class.tif")
    other.write_bytes(first.read_bytes())
    before = other.read_bytes()
    with pytest.raises(OutputError, match="files that are read"):
        batch(tmp_path / "tiles", bright, tmp_path / "tiles", options=replace(APART, rasters=("class",)))
    assert other.read_bytes() == before


@pytest.mark.parametrize("name", ["all.txt", "tile_0_0.fgb"])
def test_where_all_scenes_go_is_looked_at_first(town: Any, bright: Any, tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    with pytest.raises(OutputError):
        batch(town(apart=5), bright, out, options=replace(APART, merge=out / name))
    assert bright.calls == 0


def test_a_name_that_is_no_text_fails_alone(town: Any, bright: Any, tmp_path: Path) -> None:
    tiles = town(apart=5)
    (tmp_path / "tiles" / os.fsdecode(b"caf\xe9.tif")).write_bytes(tiles[0].read_bytes())
    (tmp_path / "tiles" / "-dash.tif").write_bytes(tiles[1].read_bytes())
    report = batch(tmp_path / "tiles", bright, tmp_path / "out", options=APART)
    assert (report.done, report.failed) == (7, 1)
    assert "UTF-8" in next(iter(report.failures.values()))
