"""A batch from inputs to report: items, jobs, the ledger, the work, and what is made of it all."""

from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path

from geounet.batching.beginning import Start, prepared
from geounet.batching.executing import Course
from geounet.batching.finish import Finishing, catalogued, merged, reported, tidied
from geounet.batching.item import Item
from geounet.batching.job import ENDED, Job
from geounet.batching.ledgers.ledger import Ledger
from geounet.batching.machines.shards import portion
from geounet.batching.options import BatchOptions
from geounet.batching.places.place import Place, open_place
from geounet.batching.sources.find import find_items
from geounet.batching.summary import summary
from geounet.batching.watching import Watch
from geounet.batching.ways import execute
from geounet.errors import OptionsError
from geounet.models.card import ModelCard
from geounet.models.segmenter import Segmenter
from geounet.progress import Progress, counting, counting_pixels
from geounet.results import BatchReport


def batch(
    inputs: str | Path | Sequence[str | Path],
    model: str | Path | Segmenter,
    out_dir: str | Path,
    *,
    options: BatchOptions | None = None,
    progress: Progress | None = None,
) -> BatchReport:
    """Extract features from many scenes; a run that was interrupted goes on where it was.

    Args:
        inputs: Files, folders, patterns, lists, archives, addresses, catalogues, pyramids.
        model: A shipped name, a bundle's folder, a URL; or any Segmenter, which is run in this process alone.
        out_dir: The folder for all outputs, or its address on shared storage (`s3://…`).
        options: What a person can choose.
        progress: Makes a progress bar that counts scenes (tqdm's shape).

    Returns:
        What it came to; scenes that failed are in it, and stop nothing.

    Raises:
        GeounetError: the run itself cannot begin or go on: options, model, a disk that is full.
    """
    return run_batch(
        inputs, model, out_dir, options=options or BatchOptions(), watch=Watch(), progress=progress
    )


def run_batch(  # noqa: PLR0913 (`batch`, and who watches)
    inputs: str | Path | Sequence[str | Path],
    model: str | Path | Segmenter,
    out_dir: str | Path,
    *,
    options: BatchOptions,
    watch: Watch,
    progress: Progress | None = None,
) -> BatchReport:
    """As `batch`; `watch` hears of everything on the way."""
    given = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    items = _items(given, options)
    with (
        closing(open_place(str(out_dir), scratch=options.scratch)) as place,
        closing(place.open_ledger(options.ledger)) as ledger,
    ):
        place.tidy()
        items = _without_own(items, ledger, place)
        start = Start.of(model, options=options, place=place, ledger=ledger)
        run, jobs = prepared(items, start, progress)
        watch.model = run.model
        watch.jobs.update((job.key, job) for job in jobs)
        states = {record.job.name: record.state for record in ledger.records()}
        names = _names(jobs, options, known=states.keys())
        course = Course(
            out=str(out_dir), place=place, ledger=ledger, run=run, options=options, names=names, watch=watch
        )
        left = [job for job in jobs if states[job.name] not in ENDED]
        with (
            counting(progress, total=len(left), desc="scenes", unit="scene") as watch.scene_ended,
            counting_pixels(
                progress, total=sum(job.weight for job in left), desc="pixels"
            ) as watch.predicted,
        ):
            execute(course, start, left=len(left))
        return _finished(course, start.card)


def _names(jobs: Sequence[Job], options: BatchOptions, *, known: Collection[str]) -> frozenset[str] | None:
    """The jobs that this run takes: its shard's; all of its inputs'; None where the ledger knows no others."""
    if options.shard is not None:
        return portion(jobs, options.shard).own
    own = frozenset(job.name for job in jobs)
    return None if own.issuperset(known) else own


def _without_own(items: list[Item], ledger: Ledger, place: Place) -> list[Item]:
    """The items without rasters that an earlier run on this folder wrote, where it is a folder of inputs too."""
    outputs = [r.outcome.outputs.values() for r in ledger.records() if r.outcome is not None]
    written = {place.address(name) for names in outputs for name in names}
    return [item for item in items if item.raster.address not in written]


def _items(given: Sequence[str | Path], options: BatchOptions) -> list[Item]:
    items = list(find_items(given, options.sources))
    if not items:
        raise OptionsError(
            f"{', '.join(map(str, given)) or 'no inputs'}: no rasters in it; expected one at least"
        )
    return items


def _finished(course: Course, card: ModelCard) -> BatchReport:
    course.place.tidy()  # after workers that died
    finishing = Finishing(
        place=course.place,
        ledger=course.ledger,
        run=course.run,
        card=card,
        options=course.options,
        keys=course.watch.jobs.keys(),
    )
    # As they are now, where `counts` may be a second old: of two runs that end at once, the last sees it.
    states = {record.state for record in finishing.records()}
    over = not states & {"pending", "running"}
    if any(job.needs for job in course.watch.jobs.values()):
        tidied(finishing)
    layer = merged(finishing) if over and "done" in states else None
    extras = {} if layer is None else {"All scenes": str(layer)}
    if over:
        catalogued(finishing, extras=extras)
    page = reported(finishing, course.watch, extras=extras)
    return summary(course, page=page, layer=layer)
