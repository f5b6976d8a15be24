"""How a run begins: its model, its jobs, the engine that the first run chooses, and all of it written down."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from geounet import __version__
from geounet.batching.engine import check_kept, choose_engine, load_engine
from geounet.batching.item import Item
from geounet.batching.job import Job, RunRecord
from geounet.batching.jobs import Planning, plan_jobs
from geounet.batching.ledgers.accounts import Accounts
from geounet.batching.machines.limits import cores, memory, workers_for
from geounet.batching.options import BatchOptions
from geounet.batching.places.place import Place
from geounet.batching.places.verification import reopen_lost
from geounet.batching.plain import deciding
from geounet.errors import OutputError
from geounet.models.card import ModelCard
from geounet.models.catalogue import shipped
from geounet.models.engines.wanted import Wanted
from geounet.models.ensembles import card_and_digest, joined, members
from geounet.models.loading import load_wanted
from geounet.models.segmenter import Segmenter
from geounet.outputs import check_apart
from geounet.progress import Progress, counting
from geounet.vector import check_format
from geounet.vector.merging.tiles import SUFFIX as TILES

MEMORY_PER_WORKER = 1536 << 20
"""Bytes that a worker process takes, about."""


@dataclass(slots=True, kw_only=True)
class Start:
    """What a run begins with."""

    model: str | Path | Segmenter
    card: ModelCard
    digest: str
    """The bundle's; empty for a Segmenter made in code."""
    options: BatchOptions
    place: Place
    ledger: Accounts
    segmenter: Segmenter | None = None
    """The model, where it had to be loaded already."""
    pixels: int | None = None
    """How many are to go through the model, about; None where that is not known."""

    @classmethod
    def of(
        cls, model: str | Path | Segmenter, *, options: BatchOptions, place: Place, ledger: Accounts
    ) -> "Start":
        """What a run with a model begins with; its bundle is read, and its weights digested, once."""
        if isinstance(model, str | Path):
            card, digest = card_and_digest(model)
        else:
            card, digest = model.card, str(getattr(model, "digest", ""))
        return cls(model=model, card=card, digest=digest, options=options, place=place, ledger=ledger)

    @property
    def address(self) -> str:
        """Where workers load it from; a folder's whole path, for those that begin elsewhere."""
        if not isinstance(self.model, str | Path):
            return ""
        return joined(map(_address, members(self.model)))

    def ready(self, engine: Mapping[str, Any] | None = None) -> Segmenter:
        """The Segmenter, loaded once."""
        if self.segmenter is None:
            self.segmenter = self._loaded(engine)
        return self.segmenter

    def _loaded(self, engine: Mapping[str, Any] | None) -> Segmenter:
        if not isinstance(self.model, str | Path):
            return self.model
        if engine is not None:
            asked = self.options.extract.device
            return load_engine(self.address, engine, device=asked if ":" in asked else None)
        extract = self.options.extract
        wanted = Wanted(
            engine=extract.engine,
            device=extract.device,
            precision=extract.precision,
            threads=extract.threads,
            pixels=self.pixels,
        )
        return load_wanted(self.model, wanted)


def _address(model: str | Path) -> str:
    """The whole path of a folder or file; a name or an address as it is."""
    is_path = model not in shipped() and Path(model).exists()
    return str(Path(model).resolve()) if is_path else str(model)


def prepared(items: list[Item], start: Start, progress: Progress | None) -> tuple[RunRecord, list[Job]]:
    """The run's record, with the first run's engine, and its jobs, written down in the ledger."""
    options, card, ledger = start.options, start.card, start.ledger
    record = RunRecord(
        model=f"{card.name} {card.version}",
        address=start.address,
        digest=start.digest,
        options=deciding(options),
        version=__version__,
    )
    jobs = _known_jobs(items, start, salt=record.salt)
    if jobs is None:
        files = sum(len(item.files) for item in items)
        with counting(progress, total=files, desc="looking", unit="file") as looked_at:
            planning = Planning(card=card, options=options, salt=record.salt, looked_at=looked_at)
            jobs = plan_jobs(items, planning)
    _check_outputs(jobs, items, start)
    first = ledger.run()
    anew = first is None or options.extract.overwrite
    start.pixels = sum(job.weight for job in jobs) if all(job.weight for job in jobs) else None
    engine = _chosen_engine(start, len(jobs)) if anew else dict(first.engine if first else {})
    run = ledger.begin(record.with_engine(**engine), replace=options.extract.overwrite)
    check_kept(run.engine, options.extract)
    ledger.add(jobs)
    ledger.reopen(_to_do_again(ledger, jobs, options))
    needs = {job.name: job.needs for job in jobs}
    for name in reopen_lost(ledger, start.place):
        ledger.reopen(needs.get(name, ()))  # their strips went when it was done
    return run, jobs


def _to_do_again(ledger: Accounts, jobs: list[Job], options: BatchOptions) -> list[str]:
    """Jobs of the inputs that a person wants done anew: all of them, or those that failed."""
    if not (options.extract.overwrite or options.retry):
        return []
    own = {job.key for job in jobs}
    return [
        record.job.name
        for record in ledger.records()
        if record.job.key in own and (options.extract.overwrite or record.state == "failed")
    ]


def _known_jobs(items: list[Item], start: Start, *, salt: str) -> list[Job] | None:
    """The jobs of an earlier run, where they are those of the same inputs: no header is read again."""
    jobs = [record.job for record in start.ledger.records()]
    if not jobs or start.options.split or any(job.needs or job.salt != salt for job in jobs):
        return None
    before = {item.name: item.to_dict() for job in jobs for item in job.items}
    now = {item.name: json.loads(json.dumps(item.to_dict())) for item in items}
    return jobs if before == now else None


def _chosen_engine(start: Start, job_count: int) -> dict[str, Any]:
    """The engine of a first run: threads by the machine and the jobs, unless a person chose."""
    options = start.options
    if isinstance(start.model, str | Path) and options.extract.threads is None:
        fleet = workers_for(
            job_count=job_count, gpus=0, memory_per_worker=MEMORY_PER_WORKER, cores=cores(), memory=memory()
        )
        start.options = replace(options, extract=replace(options.extract, threads=fleet.threads))
    segmenter = start.ready()
    engine = choose_engine(segmenter, start.options.extract)
    if hasattr(segmenter, "batch_pixels"):
        segmenter.batch_pixels = engine["batch_pixels"]  # as every later run's
    return engine


def _check_outputs(jobs: list[Job], items: list[Item], start: Start) -> None:
    """Refuse, before anything is read, to write over inputs, over what no earlier run wrote, and in unknown formats."""
    names = [name for job in jobs if not job.rows for name in _written(job, start.options)]
    whole = _whole(start.options)
    places = [Path(start.place.address(name)) for name in names]
    check_apart([*places, *whole], [file.raster.address for item in items for file in item.files])
    check_apart(whole, places)
    if start.options.extract.overwrite or start.ledger.run() is not None:
        return
    there = [start.place.address(name) for name in names if start.place.exists(name)]
    there += [str(path) for path in whole if path.exists()]
    if there:
        raise OutputError(
            f"{there[0]} exists, and no earlier run wrote it; pass --overwrite to replace it, or choose another folder"
        )


def _written(job: Job, options: BatchOptions) -> list[str]:
    """What a job writes, below the output folder."""
    tiles = options.per_tile and len(job.items) > 1
    layers = [item.name for item in job.items] if tiles else [job.name]
    return [
        *(f"{name}.{options.format}" for name in layers),
        *(f"{job.name}_{raster}.tif" for raster in options.rasters),
    ]


def _whole(options: BatchOptions) -> list[Path]:
    """What is written of all scenes together, in folders that are there; OutputError where a format is none."""
    merge = [] if options.merge is None else [Path(options.merge)]
    tiles = [] if options.pmtiles is None else [Path(options.pmtiles)]
    for path in merge:
        check_format(path)
    for path in tiles:
        if path.suffix.lower() != TILES:
            raise OutputError(f"{path.name!r} names no vector tiles; expected an extension of {TILES}")
    for path in (*merge, *tiles):
        path.parent.mkdir(parents=True, exist_ok=True)
    return [*merge, *tiles]
