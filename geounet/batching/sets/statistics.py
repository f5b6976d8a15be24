"""The counts that become 0 and 1, taken once over all items of a set: a small tile alone would be scaled to itself."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from rasterio.io import DatasetReader

from geounet.batching.item import Item
from geounet.batching.sets.mosaics import Opener, broken, mosaic_address, sample_address
from geounet.errors import GeounetError, SceneError
from geounet.models.card import ModelCard
from geounet.options import ExtractOptions
from geounet.raster.address import RasterAddress, opened
from geounet.raster.header import Header
from geounet.raster.lattice import Places
from geounet.raster.normalize import Ranges, scene_ranges
from geounet.raster.scene import Scene

SPARSE = 0.1
"""A set that covers less of its extent than this is sampled with its items moved together."""


def shared_ranges(
    items: Sequence[Item],
    headers: Mapping[str, Header],
    card: ModelCard,
    *,
    options: ExtractOptions,
    open_raster: Opener = opened,
) -> Ranges | None:
    """The ranges that items of one lattice, date and kind share; None where each has its own, or needs none.

    They are those of the scene that the items are tiles of; items that cannot be read are left out. None also where
    nothing can be read with these options: each item's own job says why.
    """
    if not card.normalization.takes_statistics or options.stats is not None or len(items) < 2:
        return None
    with ExitStack() as stack:
        address = _address(items, [headers[item.name] for item in items])
        try:
            dataset = stack.enter_context(open_raster(address))
            scene = stack.enter_context(_scene(dataset, card, options))
        except GeounetError:
            return None
        try:
            return scene_ranges(scene, card.normalization)
        except SceneError:
            bad = broken(items, open_raster)
    whole = [item for item in items if item.name not in bad]
    if not bad or not whole:
        return None
    return shared_ranges(whole, headers, card, options=options, open_raster=open_raster)


def _scene(dataset: DatasetReader, card: ModelCard, options: ExtractOptions) -> Scene:
    return Scene.open(dataset, bands=card.channel_names, options=options, gsd_m=card.gsd_m, model=card.name)


def _address(items: Sequence[Item], headers: Sequence[Header]) -> RasterAddress:
    """All items as one raster, in their places unless there is little else between them."""
    places = Places.of([header.grid for header in headers])
    filled = places.covered() / (places.grid.height * places.grid.width)
    return (mosaic_address if filled >= SPARSE else sample_address)(items, headers)
