"""The one factory of synthetic rasters, Segmenters whose scores are known, and where the real scenes are."""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from hypothesis import HealthCheck, settings
from numpy.typing import NDArray
from rasterio.transform import Affine, from_origin

from geounet.models.card import ModelCard, Normalization

# No test asserts seconds, nor hangs on luck: the same examples each time. New ones: pytest --hypothesis-profile=explore
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("geounet", settings.get_profile("explore"), derandomize=True)
settings.load_profile("geounet")

UTM = "EPSG:32737"
for _number in (signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGINT)):
    if signal.getsignal(_number) is signal.SIG_IGN:
        # Whoever runs the tests in the background ignores these, and children would inherit that.
        signal.signal(_number, signal.default_int_handler if _number == signal.SIGINT else signal.SIG_DFL)

REQUIRED = set(filter(None, os.environ.get("GEOUNET_REQUIRE", "").split(",")))
DATA = Path(os.environ.get("GEOUNET_DATA", Path(__file__).parents[2] / "shared" / "data"))
"""Where the real scenes are: asked before any test hides the variable."""


@pytest.fixture(autouse=True)
def same_luck() -> None:
    """What torch draws in a test does not hang on the tests before it; one that has not imported it gets its first draws."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.manual_seed(0)


@pytest.fixture
def make_raster(tmp_path: Path) -> Callable[..., Path]:
    """Write an array (band, row, col) or (row, col) as a GeoTIFF and give its path."""

    def make(
        array: NDArray[Any],
        name: str = "scene.tif",
        *,
        crs: str | None = UTM,
        transform: Affine | None = None,
        valid: NDArray[np.bool_] | None = None,
        descriptions: tuple[str, ...] = (),
        **profile: Any,
    ) -> Path:
        bands = array if array.ndim == 3 else array[None]
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        where = from_origin(500_000, 9_300_000, 0.3, 0.3) if transform is None else transform
        count, height, width = bands.shape
        with (
            rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
            rasterio.open(
                path, "w", driver="GTiff", count=count, height=height, width=width, dtype=bands.dtype,
                crs=crs, transform=where, **profile,
            ) as dataset,
        ):  # fmt: skip
            dataset.write(bands)
            if valid is not None:
                dataset.write_mask(valid)
            for band, text in enumerate(descriptions, 1):
                dataset.set_band_description(band, text)
        return path

    return make


@pytest.fixture
def make_card() -> Callable[..., ModelCard]:
    """A card for a Segmenter made in code: one band, two classes, counts as they are, small tiles."""
    plain = ModelCard(
        name="plain",
        version="1.0.0",
        description="",
        task="areas",
        architecture=None,
        bands=("grey",),
        classes=("background", "thing"),
        activation="softmax",
        gsd_m=None,
        normalization=Normalization(range=(0.0, 1.0), percentiles=(2.0, 98.0), mean=(0.0,), std=(1.0,)),
        tile=16,
        margin=4,
        license="Apache-2.0",
        sources=(),
    )

    def make(**changes: Any) -> ModelCard:
        bands = changes.get("bands", plain.bands)
        if "normalization" not in changes:
            ones = (1.0,) * len(bands)
            changes["normalization"] = replace(plain.normalization, mean=(0.0,) * len(bands), std=ones)
        return replace(plain, **changes)

    return make


@dataclass
class FunctionSegmenter:
    """A Segmenter that is a function of the patches, and counts what it was asked."""

    card: ModelCard
    function: Callable[[NDArray[np.float32]], NDArray[np.float32]]
    calls: int = 0
    seen: int = 0
    largest_batch: int = 0

    def __call__(self, patches: NDArray[np.float32], /) -> NDArray[np.float32]:
        self.calls += 1
        self.seen += len(patches)
        self.largest_batch = max(self.largest_batch, len(patches))
        return self.function(patches)


@pytest.fixture
def two_classes() -> Callable[[ModelCard, Callable[..., NDArray[np.float32]]], FunctionSegmenter]:
    """A Segmenter of two classes whose second score is a function of the patches (N, C, h, w) → (N, h, w)."""

    def make(card: ModelCard, score: Callable[..., NDArray[np.float32]]) -> FunctionSegmenter:
        def scores(patches: NDArray[np.float32]) -> NDArray[np.float32]:
            second = np.broadcast_to(
                np.asarray(score(patches), np.float32), (len(patches), *patches.shape[2:])
            )
            return np.stack([1 - second, second], axis=1)

        return FunctionSegmenter(card, scores)

    return make


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real scenes; absent is a failure where GEOUNET_REQUIRE names `data`, else a skip."""
    if (DATA / "validation").is_dir():
        return DATA
    if "data" in REQUIRED:
        pytest.fail(f"GEOUNET_REQUIRE asks for the real scenes, and {DATA} has none; set GEOUNET_DATA")
    pytest.skip("no real scenes here; set GEOUNET_DATA")


@pytest.fixture(scope="session")
def segmenter_type() -> type[FunctionSegmenter]:
    """FunctionSegmenter, for tests that give all scores themselves."""
    return FunctionSegmenter
