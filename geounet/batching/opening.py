"""A job's rasters, open: an item as it is, or several read as one scene; a raster for each of its files."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

from rasterio.io import DatasetReader

from geounet.batching.item import Item
from geounet.batching.job import Job
from geounet.batching.sets.mosaics import mosaic_address
from geounet.batching.sources.signing import sign
from geounet.errors import SceneError
from geounet.raster.address import RasterAddress, opened
from geounet.raster.header import Header, read_header
from geounet.raster.scene_file import SceneSource
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
def open_job(job: Job, *, left_out: Mapping[str, str]) -> Iterator[SceneSource]:
    """The scene of a job, without the items that were found to be broken."""
    items = [item for item in job.items if item.name not in left_out]
    with ExitStack() as stack:
        files = zip(*(item.files for item in items), strict=True)
        datasets = [stack.enter_context(_open_alike(some)) for some in files]
        yield datasets[0] if len(datasets) == 1 else datasets


def _open_alike(items: Sequence[Item]) -> AbstractContextManager[DatasetReader]:
    """The first files of a job's items as one raster, or the second, and so on; a file that lies under all is itself."""
    different = list({item.raster: item for item in items}.values())
    if len(different) == 1:
        return open_item(different[0])
    return open_raster(mosaic_address(different, [header_of(item) for item in different]))


def header_of(item: Item) -> Header:
    """What is known of an item without its pixels; raises SceneError where it cannot be opened."""
    with open_item(item) as dataset:
        return read_header(dataset)
