"""Items → the list of jobs of a run, before the first of them begins: sets, shared statistics, bands of rows."""

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from geounet.batching.item import Item
from geounet.batching.job import Job
from geounet.batching.making import part_name
from geounet.batching.opening import header_of, open_job, open_raster
from geounet.batching.options import BatchOptions
from geounet.batching.sets.statistics import shared_ranges
from geounet.batching.sets.touching import ItemSet, item_sets
from geounet.batching.sources.remote import reads_network
from geounet.errors import GeounetError, GeounetWarning
from geounet.georeference import Georeference
from geounet.models.card import ModelCard
from geounet.raster.header import Header, headers
from geounet.raster.mosaic import joinable
from geounet.raster.normalize import Ranges
from geounet.raster.scene import SAME_GSD, Scene

_REMOTE_AT_ONCE = 16
"""Headers that are fetched at once from servers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """What jobs are made by."""

    card: ModelCard
    options: BatchOptions
    salt: str
    """The digest of model and options, for the jobs' keys."""
    looked_at: Callable[[int], object]
    """Hears of files whose headers were read."""


def plan_jobs(items: Sequence[Item], planning: Planning) -> list[Job]:
    """All jobs of a run, in the order of their names; parts of a scene that is split come before it."""
    known = _headers(items, planning) if _needs_headers(planning) else {}
    _warn_of_lonely(items, known, planning)
    families: dict[str, _Family] = {}
    jobs: list[Job] = []
    for item_set in item_sets(items, known, mosaic=planning.options.mosaic):
        first = item_set.relatives[0].name
        if first not in families:
            families[first] = _Family.of(item_set.relatives, known, planning)
        job = Job(
            name=item_set.name,
            items=item_set.items,
            ranges=families[first].ranges_of(item_set),
            salt=planning.salt,
            weight=round(families[first].scale * _pixels(item_set, known)),
        )
        jobs += _split(job, planning) if planning.options.split else [job]
    return jobs


def _warn_of_lonely(items: Sequence[Item], known: Mapping[str, Header], planning: Planning) -> None:
    """Say where several tiles share no statistics, and are in no mosaic, because of how they are opened."""
    alone = [
        i for i in items if i.name in known and i.raster.signing and not joinable(i.raster, known[i.name])
    ]
    if len(alone) > 1 and _needs_headers(planning) and planning.options.extract.stats is None:
        warnings.warn(
            f"{len(alone)} tiles with signed addresses are each read alone and scaled by their own statistics; pass --stats "
            "for shared ones, or fetch them first to have them read as one scene",
            GeounetWarning,
            stacklevel=2,
        )


@dataclass(frozen=True, slots=True)
class _Family:
    """What items of one lattice, date and kind of bands have in common, found out once for all."""

    size: int
    ranges: Ranges | None
    scale: float
    """Pixels of the model's grid to one of theirs; 0 where that is not known."""

    @classmethod
    def of(cls, relatives: Sequence[Item], known: Mapping[str, Header], planning: Planning) -> "_Family":
        """A family's statistics, sampled from all of it, and how its pixels compare with the model's."""
        extract = planning.options.extract
        ranges = shared_ranges(relatives, known, planning.card, options=extract, open_raster=open_raster)
        header = known.get(relatives[0].name)
        return cls(len(relatives), ranges, 0.0 if header is None else _scale(header.grid, planning))

    def ranges_of(self, item_set: ItemSet) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
        """The statistics that a set shares with others of its family; None where it is all of it."""
        alone = self.size == len(item_set.items)
        return None if alone or self.ranges is None else (self.ranges.low, self.ranges.high)


def _scale(grid: Georeference, planning: Planning) -> float:
    target = planning.options.extract.gsd or planning.card.gsd_m
    if target is None or target == "native" or grid.crs is None:
        return 1.0
    down, along = grid.gsd()
    same = max(abs(down / target - 1), abs(along / target - 1)) <= SAME_GSD
    return 1.0 if same else down * along / target**2


def _pixels(item_set: ItemSet, known: Mapping[str, Header]) -> int:
    grids = [known[item.name].grid for item in item_set.items if item.name in known]
    return sum(grid.height * grid.width for grid in grids)


def _needs_headers(planning: Planning) -> bool:
    """Whether tiles may belong together."""
    shares = planning.card.normalization.takes_statistics and planning.options.extract.stats is None
    return planning.options.mosaic == "auto" or shares


def _headers(items: Sequence[Item], planning: Planning) -> dict[str, Header]:
    """The header of each file that can be opened, by its name; why another cannot is found out when its turn comes."""
    files = [file for item in items for file in item.files]
    at_once = _REMOTE_AT_ONCE if any(reads_network(file.raster) for file in files) else 1
    found = {}
    for file, header in zip(files, headers(files, header_of, at_once=at_once), strict=True):
        planning.looked_at(1)
        if isinstance(header, Header):
            found[file.name] = header
    return found


def _split(job: Job, planning: Planning) -> Iterable[Job]:
    """A job as bands of rows and what joins them; as it is where it has no more rows than a band."""
    height = _working_height(job, planning)
    rows = planning.options.split or height
    if height <= rows:
        return [job]
    parts = [
        Job(
            name=part_name(job.name, first),
            items=job.items,
            ranges=job.ranges,
            rows=(first, min(first + rows, height)),
            salt=job.salt,
            weight=job.weight * rows // height,
        )
        for first in range(0, height, rows)
    ]
    whole = Job(
        name=job.name,
        items=job.items,
        ranges=job.ranges,
        needs=tuple(part.name for part in parts),
        salt=job.salt,
    )
    return [*parts, whole]


def _working_height(job: Job, planning: Planning) -> int:
    """Rows of a job's working grid; 0 where it cannot be opened, and will fail when its turn comes."""
    card = planning.card
    try:
        with ExitStack() as stack:
            source = stack.enter_context(open_job(job, left_out={}))
            scene = Scene.open(
                source,
                bands=card.channel_names,
                options=planning.options.extract,
                gsd_m=card.gsd_m,
                model=card.name,
            )
            return stack.enter_context(scene).height
    except GeounetError:
        return 0
