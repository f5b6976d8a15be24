"""Files of one band each, such as the assets of a Sentinel-2 item, as one raster."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from rasterio.enums import MaskFlags
from rasterio.io import DatasetReader

from geounet.errors import SceneError
from geounet.raster.address import RasterAddress, opened
from geounet.raster.source import file_name
from geounet.raster.virtual_document import Band, Frame, guarded, place, source, virtual

LARGEST_BLOCK = 1024
"""Files whose blocks are larger, strips as wide as the raster among them, are read in blocks of 256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A file of one band, and what its band is called."""

    raster: RasterAddress
    name: str


def stack(layers: Sequence[Layer], sign: Callable[[RasterAddress], str | None]) -> str:
    """The first bands of several files as one raster, on the finest of their grids; coarser pixels are repeated.

    Each file is opened, as its address allows; signatures do not enter the document. A pixel is valid in a band where
    its file's nodata does not speak against it, and in all where the mask of the first that has one does not. Raises
    SceneError where files do not cover the same ground, or cannot be opened.
    """
    with ExitStack() as files:
        datasets = [files.enter_context(opened(layer.raster, signed=sign(layer.raster))) for layer in layers]
        frame = _frame(datasets)
        bands = [
            Band(
                sources=[_source(layer.raster, dataset, "1", frame=frame)],
                dtype=dataset.dtypes[0],
                colour=layer.name.capitalize() if layer.name in ("red", "green", "blue") else "",
                description=layer.name,
                nodata=dataset.nodatavals[0],
            )
            for layer, dataset in zip(layers, datasets, strict=True)
        ]
        masks = [
            _source(layer.raster, dataset, "mask,1", frame=frame)
            for layer, dataset in zip(layers, datasets, strict=True)
            if MaskFlags.per_dataset in dataset.mask_flag_enums[0]
        ]
    return virtual(frame, bands, mask=Band(sources=masks[:1]) if masks else None)


def _frame(datasets: Sequence[DatasetReader]) -> Frame:
    finest = max(datasets, key=lambda dataset: int(dataset.width))
    for dataset in datasets:
        half = max(map(abs, dataset.res)) / 2
        apart = max(abs(a - b) for a, b in zip(dataset.bounds, finest.bounds, strict=True))
        if dataset.crs != finest.crs or apart > half:
            raise SceneError(
                f"{file_name(dataset.name)} and {file_name(finest.name)} do not cover the same ground; "
                "expected assets of one item with one CRS and extent: choose others"
            )
    block = max(finest.block_shapes[0])
    return Frame(
        height=finest.height,
        width=finest.width,
        transform=finest.transform,
        crs=finest.crs,
        block=block if block <= LARGEST_BLOCK else 256,
    )


def _source(raster: RasterAddress, dataset: DatasetReader, band: str, *, frame: Frame) -> str:
    """The whole of a file over the whole of the frame.

    It is opened by its own driver alone, unless a query in its address, or a signature that will come to it, leaves no
    room to say so; then it has been opened by that driver here.
    """
    plain = "?" not in raster.address and raster.signing is None
    name = guarded(raster.address, [dataset.driver]) if plain and raster.drivers else raster.address
    where = place(here=(0, 0, frame.height, frame.width), there=(0, 0, dataset.height, dataset.width))
    return source(name, band, place=where)
