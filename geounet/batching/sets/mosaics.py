"""Several items as one raster, and which of them spoil it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from rasterio.io import DatasetReader

from geounet.batching.item import Item
from geounet.batching.sets.touching import mosaic_name
from geounet.errors import GeounetError
from geounet.options import PredictOptions
from geounet.raster.address import RasterAddress, opened
from geounet.raster.header import Header
from geounet.raster.mosaic import document, packed
from geounet.raster.scene import Scene

Opener = Callable[[RasterAddress], AbstractContextManager[DatasetReader]]
"""What opens a raster; `opened`, or what also signs and checks."""

_STRIP_PIXELS = 1 << 22
"""Pixels that are read at once when a raster is looked through."""


def mosaic_address(items: Sequence[Item], headers: Sequence[Header]) -> RasterAddress:
    """Items of one set, and the header of each, as one raster; where they overlap, a later one is on top.

    What GDAL needs to open them is alike within a set. Raises SceneError where an item cannot be in a mosaic.
    """
    return items[0].raster if len(items) == 1 else _of_document(items, headers, document)


def sample_address(items: Sequence[Item], headers: Sequence[Header]) -> RasterAddress:
    """A raster that holds the pixels of items and few others, wherever they lie; for statistics alone."""
    return _of_document(items, headers, packed)


def broken(items: Sequence[Item], open_raster: Opener = opened) -> dict[str, str]:
    """Items that cannot be opened, or not read to their end, by name, each with the line that says why.

    Reads every pixel of all of them.
    """
    lines: dict[str, str] = {}
    for item in items:
        try:
            for file in item.files:
                with open_raster(file.raster) as dataset:
                    _read_through(dataset)
        except GeounetError as error:
            lines[item.name] = " ".join(str(error).split())
    return lines


def _of_document(
    items: Sequence[Item],
    headers: Sequence[Header],
    build: Callable[[Sequence[tuple[RasterAddress, Header]]], str],
) -> RasterAddress:
    first = items[0].raster
    text = build([(item.raster, header) for item, header in zip(items, headers, strict=True)])
    return RasterAddress(
        address=mosaic_name([item.name for item in items]),
        document=text,
        siblings=first.siblings,
        config=first.config,
        signing=first.signing,
    )


def _read_through(dataset: DatasetReader) -> None:
    """Read all bands and masks; raises SceneError where that cannot be done."""
    with Scene.open(dataset, bands=(), options=PredictOptions(gsd="native"), gsd_m=None) as scene:
        step = max(1, _STRIP_PIXELS // scene.width)
        for row in range(0, scene.height, step):
            scene.rows(row, min(row + step, scene.height))
