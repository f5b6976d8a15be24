"""Scenes of several files each: their layers, going on, mosaics of them, and what fails alone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from affine import Affine
from numpy.typing import NDArray

import geounet
from geounet.batching.options import BatchOptions, SourceOptions
from geounet.batching.run import batch, run_batch
from geounet.batching.watching import Watch
from geounet.models.card import Normalization
from geounet.raster.normalize import scene_ranges
from geounet.raster.scene import Scene

GSD = 0.3
SIDE = 48
HERE = Affine(GSD, 0, 500_000, 0, -GSD, 9_300_000)
BESIDE = SourceOptions(beside=("_grey=_height",))
APART = BatchOptions(mosaic="none", format="fgb", sources=BESIDE)

Write = Callable[..., list[Path]]


@pytest.fixture
def both(make_card: Any, two_classes: Any) -> Any:
    """A Segmenter of two bands, of two files: what is bright and high is a building."""
    card = make_card(
        task="buildings",
        classes=("background", "building"),
        bands=("grey", "height"),
        normalization=Normalization(
            range=("scene", (0.0, 10.0)), percentiles=(2.0, 98.0), mean=(0.0, 0.0), std=(1.0, 1.0)
        ),
    )
    return two_classes(card, lambda patches: patches[:, 0] * patches[:, 1])


@pytest.fixture
def pairs(make_raster: Callable[..., Path]) -> Write:
    """Tiles of two drawn rasters, the heights in pixels twice as large; `cut` parts them into tiles, on a lattice."""
    rng = np.random.default_rng(5)
    grey = np.zeros((2 * SIDE, 3 * SIDE), np.float32)
    for row in range(2, 2 * SIDE - 8, 12):
        for col in range(2, 3 * SIDE - 8, 12):
            grey[row : row + 8, col : col + 8] = rng.uniform(0.6, 1)
    height = rng.uniform(0, 10, (SIDE, 3 * SIDE // 2)).astype(np.float32)

    def write(array: NDArray[Any], scale: int, where: tuple[int, int], name: str) -> Path:
        at = HERE @ Affine.translation(where[1], where[0]) @ Affine.scale(scale)
        return make_raster(array, name, transform=at, tiled=False)

    def make(*, cut: bool = True, folder: str = "tiles") -> list[Path]:
        if not cut:
            return [
                write(grey, 1, (0, 0), "whole_grey.tif"),
                write(height, 2, (0, 0), "whole_height.tif"),
            ]
        half = SIDE // 2
        paths = []
        for row, col in np.ndindex(2, 3):
            own, low = grey[row * SIDE :, col * SIDE :], height[row * half :, col * half :]
            at, name = (row * SIDE, col * SIDE), f"{folder}/tile_{row}_{col}"
            paths.append(write(own[:SIDE, :SIDE], 1, at, f"{name}_grey.tif"))
            write(low[:half, :half], 2, at, f"{name}_height.tif")
        return paths

    return make


def layers(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*.fgb"))}


def test_every_layer_is_what_extract_writes(pairs: Write, both: Any, tmp_path: Path) -> None:
    first, *_ = pairs()
    report = batch([first], both, tmp_path / "out", options=APART)
    assert (report.done, report.failed) == (1, 0)
    second = first.with_name(first.name.replace("grey", "height"))
    alone = tmp_path / "tile_0_0_grey.fgb"
    geounet.extract([first, second], both, alone)
    assert layers(tmp_path / "out") == {alone.name: alone.read_bytes()}
    assert set(gpd.read_file(alone)["source"]) == {"tile_0_0_grey.tif + tile_0_0_height.tif"}


def test_tiles_of_several_files_are_read_as_one_scene(pairs: Write, both: Any, tmp_path: Path) -> None:
    tiles, whole = pairs(), pairs(cut=False)
    geounet.extract(whole, both, tmp_path / "whole.fgb")
    report = batch([tiles[0].parent], both, tmp_path / "out", options=replace(APART, mosaic="auto"))
    assert (report.done, report.failed) == (1, 0)
    (layer,) = layers(tmp_path / "out")
    found, expected = gpd.read_file(tmp_path / "out" / layer), gpd.read_file(tmp_path / "whole.fgb")
    assert len(expected) > 5
    assert found.geometry.to_wkb().tolist() == expected.geometry.to_wkb().tolist()
    assert found.drop(columns=["geometry", "source"]).equals(expected.drop(columns=["geometry", "source"]))


def test_apart_they_share_their_statistics(pairs: Write, both: Any, tmp_path: Path) -> None:
    tiles, whole = pairs(), pairs(cut=False)
    batch(tiles, both, tmp_path / "out", options=APART)
    stats = tmp_path / "stats.json"
    with Scene.open(whole, bands=("grey", "height"), options=geounet.ExtractOptions(), gsd_m=None) as scene:
        ranges = scene_ranges(scene, both.card.normalization)
    stats.write_text(f'{{"low": {list(ranges.low)}, "high": {list(ranges.high)}}}')
    given = replace(APART, extract=geounet.ExtractOptions(stats=stats))
    batch(tiles, both, tmp_path / "given", options=given)
    for name in layers(tmp_path / "out"):
        assert gpd.read_file(tmp_path / "out" / name).equals(gpd.read_file(tmp_path / "given" / name))


def test_a_run_goes_on_and_a_changed_file_is_done_again(pairs: Write, both: Any, tmp_path: Path) -> None:
    tiles, out = pairs(), tmp_path / "out"
    ended: list[str] = []

    def run() -> list[str]:
        ended.clear()
        watch = Watch(heard=lambda job, _: ended.append(job.name))
        assert run_batch(tiles, both, out, options=APART, watch=watch).complete
        return sorted(ended)

    assert len(run()) == 6
    assert run() == []
    height = tiles[2].with_name(tiles[2].name.replace("grey", "height"))
    height.write_bytes(height.read_bytes() + b"\0")
    assert run() == ["tile_0_2_grey"]


def test_a_scene_whose_second_file_is_broken_fails_alone_and_is_left_out_of_a_mosaic(
    pairs: Write, both: Any, tmp_path: Path
) -> None:
    tiles = pairs()
    bad = tiles[2].with_name(tiles[2].name.replace("grey", "height"))
    bad.write_bytes(b"no raster")
    report = batch(tiles, both, tmp_path / "apart", options=APART)
    assert (report.done, set(report.failures)) == (5, {"tile_0_2_grey"})
    assert "tile_0_2_height.tif" in report.failures["tile_0_2_grey"]
    bad.unlink()
    report = batch(tiles, both, tmp_path / "gone", options=replace(APART, mosaic="auto"))
    assert (report.done, set(report.failures)) == (1, {"tile_0_2_grey"})
    assert "there is no file" in report.failures["tile_0_2_grey"]


def test_one_file_under_all_scenes(pairs: Write, both: Any, tmp_path: Path) -> None:
    tiles, (_, height) = pairs(), pairs(cut=False)
    under = SourceOptions(beside=(str(height),))
    for mosaic in ("none", "auto"):
        options = replace(APART, sources=under, mosaic=mosaic)
        report = batch(tiles, both, tmp_path / mosaic, options=options)
        assert (report.done, report.failed) == (6 if mosaic == "none" else 1, 0)
    by_name = batch(tiles, both, tmp_path / "named", options=replace(APART, mosaic="auto"))
    assert by_name.features == report.features > 5
