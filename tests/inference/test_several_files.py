"""Several files through the stages of inference: a picture and its heights, and dates that a model takes as a volume."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from rasterio.transform import Affine, from_origin

import geounet
from geounet.models.card import ModelCard, Normalization

UTM = "EPSG:32633"
HERE = from_origin(500_000, 5_100_000, 10, 10)
FLOATS = geounet.PredictOptions(dtype="float32")
STEPS = 3


def card_of(make_card: Any, *, bands: tuple[str, ...], axes: dict[str, int] | None = None) -> ModelCard:
    counts = Normalization((0.0, 255.0), (2.0, 98.0), (0.0,) * len(bands), (1.0,) * len(bands))
    return make_card(bands=bands, axes=axes, normalization=counts)


def scores_of(path: Path) -> NDArray[np.float32]:
    with rasterio.open(path) as dataset:
        second: NDArray[np.float32] = dataset.read(2)
    return second


@pytest.fixture
def dates(make_raster: Any, rng: Any) -> tuple[NDArray[np.uint8], list[Path]]:
    """(date, band, row, col), and a file of each date."""
    values = rng.integers(1, 255, (STEPS, 2, 45, 37), np.uint8)
    files = [
        make_raster(date, f"{k}.tif", crs=UTM, transform=HERE, descriptions=("red", "nir"))
        for k, date in enumerate(values)
    ]
    return values, files


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20240101)


def test_dates_reach_a_model_of_volumes_one_after_the_other(
    dates: Any, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    """The model's score is nir of the last date less red of the first, as a plain look at the arrays gives it."""
    values, files = dates
    card = card_of(make_card, bands=("red", "nir"), axes={"time": STEPS})
    model = two_classes(
        card, lambda p: 0.5 + (p.reshape(len(p), STEPS, 2, *p.shape[2:])[:, -1, 1] - p[:, 0]) / 2
    )
    geounet.predict(files, model, tmp_path / "p.tif", options=FLOATS)
    expected = 0.5 + (values[-1, 1] / 255.0 - values[0, 0] / 255.0) / 2
    np.testing.assert_allclose(scores_of(tmp_path / "p.tif"), expected, atol=1e-6)


def test_one_file_of_all_dates_is_the_same(
    dates: Any, make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    values, files = dates
    stack = make_raster(values.reshape(-1, *values.shape[2:]), "stack.tif", crs=UTM, transform=HERE)
    card = card_of(make_card, bands=("red", "nir"), axes={"time": STEPS})
    weights = np.linspace(0, 1, 2 * STEPS, dtype=np.float32)[:, None, None]
    model = two_classes(card, lambda p: (p * weights).sum(axis=1) / weights.sum())
    for name, source in (("files", files), ("stack", stack)):
        geounet.predict(source, model, tmp_path / f"of_{name}.tif", options=FLOATS)
    np.testing.assert_array_equal(scores_of(tmp_path / "of_files.tif"), scores_of(tmp_path / "of_stack.tif"))


def test_what_a_scene_of_dates_lacks_is_said(
    dates: Any, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    _, files = dates
    card = card_of(make_card, bands=("red", "nir"), axes={"time": 4})
    with pytest.raises(geounet.GeounetError, match=r"expects 8 \(red 1, nir 1, red 2, .*nir 4\)"):
        geounet.predict(files, two_classes(card, lambda p: p[:, 0]), tmp_path / "p.tif")


@pytest.mark.parametrize("gsd", ["native", 17])
def test_law5_noise_under_invalid_pixels_of_another_file_changes_no_byte(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path, rng: Any, gsd: Any
) -> None:
    picture = make_raster(
        rng.integers(1, 255, (3, 60, 70), np.uint8), "rgb.tif", crs=UTM, transform=HERE, photometric="RGB"
    )
    moved = HERE * Affine.translation(-2.4, 1.7) * Affine.scale(0.8)
    valid, plain = rng.random((90, 100)) < 0.8, rng.uniform(0, 255, (90, 100)).astype(np.float32)
    card = card_of(make_card, bands=("red", "green", "blue", "height"))
    outputs = []
    for noise in (1, 2):
        below = np.random.default_rng(noise).uniform(-1e6, 1e6, valid.shape).astype(np.float32)
        heights = make_raster(
            np.where(valid, plain, below), f"{noise}/dsm.tif", crs=UTM, transform=moved, valid=valid
        )
        folder = tmp_path / f"out{noise}"
        folder.mkdir()
        geounet.extract(
            [picture, heights], two_classes(card, lambda p: p.mean(axis=1).clip(0, 1)), folder / "layer.gpkg",
            options=geounet.ExtractOptions(
                gsd=gsd, class_raster=folder / "c.tif", probability=folder / "p.tif", threshold=0.4
            ),
        )  # fmt: skip
        outputs.append([path.read_bytes() for path in sorted(folder.iterdir())])
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) == 3


def test_an_output_may_not_be_any_of_the_files(dates: Any, make_card: Any, two_classes: Any) -> None:
    _, files = dates
    card = card_of(make_card, bands=("red", "nir"), axes={"time": STEPS})
    options = geounet.PredictOptions(overwrite=True)
    with pytest.raises(geounet.GeounetError, match=r"2\.tif"):
        geounet.predict(files, two_classes(card, lambda p: p[:, 0]), files[2], options=options)
