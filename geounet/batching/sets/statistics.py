"""The counts that become 0 and 1, taken once over all items of a set: a small tile alone would be scaled to itself."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack

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
from geounet.raster.scene_file import SceneSource

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
    nothing can be read with these options (each item's own job says why), and of items far apart whose files are on
    different grids: those cannot be moved together.
    """
    if not card.normalization.takes_statistics or options.stats is not None or len(items) < 2:
        return None
    addresses = _addresses(items, headers)
    if not addresses:
        return None
    with ExitStack() as stack:
        try:
            datasets = [stack.enter_context(open_raster(address)) for address in addresses]
            scene = stack.enter_context(_scene(datasets, card, options))
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


def _scene(dataset: SceneSource, card: ModelCard, options: ExtractOptions) -> Scene:
    return Scene.open(dataset, bands=card.channel_names, options=options, gsd_m=card.gsd_m, model=card.name)


def _addresses(items: Sequence[Item], headers: Mapping[str, Header]) -> list[RasterAddress]:
    """All items as one raster, or one for each of their files, in their places unless there is little else between them.

    None where they would have to be moved, and files of one item lie on different grids.
    """
    places = Places.of([headers[item.name].grid for item in items])
    filled = places.covered() / (places.grid.height * places.grid.width)
    together = mosaic_address if filled >= SPARSE else sample_address
    if filled < SPARSE and not all(_on_one_grid(item, headers) for item in items):
        return []
    files = [
        list({f.raster: f for f in some}.values()) for some in zip(*(i.files for i in items), strict=True)
    ]
    return [together(some, [headers[file.name] for file in some]) for some in files]


def _on_one_grid(item: Item, headers: Mapping[str, Header]) -> bool:
    return all(headers[file.name].grid == headers[item.name].grid for file in item.files)
