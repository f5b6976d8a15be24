"""A job's raster, open: an item as it is, or several read as one scene."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rasterio.io import DatasetReader

from geounet.batching.item import Item
from geounet.batching.job import Job
from geounet.batching.sets.mosaics import mosaic_address
from geounet.batching.sources.signing import sign
from geounet.errors import SceneError
from geounet.raster.address import RasterAddress, opened
from geounet.raster.header import Header, read_header
from geounet.raster.untrusted import check_header


@contextmanager
def open_item(item: Item) -> Iterator[DatasetReader]:
    """An item's raster, open; raises SceneError where it is refused, or cannot be opened."""
    refused = item.identity.get("refused")
    if refused is not None:
        raise SceneError(str(refused))
    with open_raster(item.raster) as dataset:
        if item.raster.drivers is not None:
            check_header(dataset, item.shown)
        yield dataset


@contextmanager
def open_raster(raster: RasterAddress) -> Iterator[DatasetReader]:
    """A raster, open, signed where it must be; a mosaic's members too."""
    with opened(raster, signed=sign(raster)) as dataset:
        yield dataset


@contextmanager
def open_job(job: Job, *, left_out: Mapping[str, str]) -> Iterator[DatasetReader]:
    """The scene of a job, without the items that were found to be broken."""
    items = [item for item in job.items if item.name not in left_out]
    if len(job.items) == 1:
        with open_item(items[0]) as dataset:
            yield dataset
        return
    with open_raster(mosaic_address(items, [header_of(item) for item in items])) as dataset:
        yield dataset


def header_of(item: Item) -> Header:
    """What is known of an item without its pixels; raises SceneError where it cannot be opened."""
    with open_item(item) as dataset:
        return read_header(dataset)
