"""Law 5: what lies under invalid pixels changes nothing, and invalid in is nodata out."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

import geounet

SHAPE = (70, 90)


def hole_pattern() -> NDArray[np.bool_]:
    valid = np.ones(SHAPE, bool)
    valid[:33, :40] = False
    valid[50:52] = False
    valid[60, 80] = False
    return valid


def scene_with(noise: int, *, how: str, valid: NDArray[np.bool_], make: Any) -> Path:
    """A scene that is the same where valid, whatever the noise under the rest."""
    rng = np.random.default_rng(3)
    picture = rng.integers(1, 200, (3, *SHAPE)).astype(np.uint8)
    hidden = np.random.default_rng(noise).integers(1, 255, (3, *SHAPE)).astype(np.uint8)
    name = f"{how}_{noise}/scene.tif"
    if how == "nodata":  # the value itself is what says so: only other bands can differ under it
        picture[0][~valid] = 0
        picture[1:, ~valid] = hidden[1:, ~valid]
        return make(picture, name, nodata=0)
    picture[:, ~valid] = hidden[:, ~valid]
    if how == "alpha":
        alpha = np.where(valid, 255, 0).astype(np.uint8)
        return make(np.concatenate([picture, alpha[None]]), name, photometric="RGB", alpha="YES")
    if how == "nan":
        floats = picture.astype(np.float32)
        floats[0][~valid] = np.nan
        return make(floats, name)
    return make(picture, name, valid=valid)


@pytest.mark.parametrize("gsd", ["native", 0.75, 0.2])
@pytest.mark.parametrize("how", ["nodata", "alpha", "mask", "nan"])
def test_law5_noise_under_invalid_pixels_changes_no_byte(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path, how: str, gsd: Any
) -> None:
    valid = hole_pattern()
    normalization = {"range": "scene", "percentiles": (2.0, 98.0), "mean": (0.5,) * 3, "std": (0.5,) * 3}
    card = make_card(bands=("red", "green", "blue"), normalization=_normalization(normalization))
    outputs: list[dict[str, bytes]] = []
    for noise in (1, 2):
        path = scene_with(noise, how=how, valid=valid, make=make_raster)
        segmenter = two_classes(
            card, lambda p: 1 / (1 + np.exp(-uniform_filter(p[:, 0] + p[:, 2], (0, 5, 5))))
        )
        folder = tmp_path / f"out_{how}_{noise}"
        folder.mkdir()
        options = geounet.ExtractOptions(
            tile=32,
            overlap=8,
            class_raster=folder / "c.tif",
            probability=folder / "p.tif",
            gsd=gsd,
            min_area=0,
        )
        geounet.extract(path, segmenter, folder / "o.gpkg", options=options)
        outputs.append({name: (folder / name).read_bytes() for name in ("c.tif", "p.tif", "o.gpkg")})
    assert outputs[0] == outputs[1]
    if gsd == "native":
        with rasterio.open(folder / "c.tif") as labels, rasterio.open(folder / "p.tif") as probability:
            assert ((labels.read(1) == 255) == ~valid).all()
            assert ((probability.read(2) == 255) == ~valid).all()


def _normalization(values: dict[str, Any]) -> Any:
    from geounet.models.card import Normalization

    return Normalization(**values)


@pytest.mark.parametrize("window", ["taper", "core"])
def test_a_tile_without_a_valid_core_never_reaches_the_model(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path, window: Any
) -> None:
    valid = np.zeros(SHAPE, bool)
    valid[2:6, 2:6] = True
    path = make_raster(np.full(SHAPE, 0.5, np.float32), valid=valid)
    segmenter = two_classes(make_card(), lambda _: np.float32(1))
    options = geounet.PredictOptions(tile=16, overlap=8, window=window, batch_size=1, output="class")
    done = geounet.predict(path, segmenter, tmp_path / "c.tif", options=options)
    assert (segmenter.seen, done.tiles, done.tiles_skipped) == (1, 9 * 12, 9 * 12 - 1)
    with rasterio.open(tmp_path / "c.tif") as labels:
        assert (labels.read(1) == np.where(valid, 1, 255)).all()


def test_an_all_nodata_scene_gives_an_empty_layer(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    path = make_raster(np.zeros(SHAPE, np.float32), nodata=0)
    segmenter = two_classes(make_card(), lambda _: np.float32(1))
    done = geounet.extract(path, segmenter, tmp_path / "o.gpkg")
    assert (done.features, done.valid_pixels, segmenter.calls) == (0, 0, 0)
