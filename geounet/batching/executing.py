"""A run's jobs, done: by this process, by several of this machine, or by a dask cluster."""

import json
import warnings
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geounet.batching.claiming import beating, work_off, worth_waiting
from geounet.batching.engine import load_engine, with_engine
from geounet.batching.errand_work import work_task
from geounet.batching.job import Job, Outcome, RunRecord
from geounet.batching.ledgers.ledger import Claimant, Ledger
from geounet.batching.ledgers.liveness import this_host
from geounet.batching.machines.cluster import Answer, run_on_cluster
from geounet.batching.machines.fleet import Worker, run_fleet
from geounet.batching.options import BatchOptions
from geounet.batching.places.place import Place, open_place
from geounet.batching.plain import from_plain, to_plain
from geounet.batching.setting import Setting
from geounet.batching.sources.signing import given, receive
from geounet.batching.watching import Watch
from geounet.errors import GeounetWarning
from geounet.models.segmenter import Segmenter

WORKER_VERB = "batch-worker"
"""The command line's verb for a worker process."""

_TASK_JOBS = 16
"""Jobs in a task for a cluster: enough to fill batches across them, few enough to lose."""

_FATAL_DEATHS = 2
"""Workers that died over one job before it has failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A run that is ready to begin."""

    out: str
    """The folder or address of the outputs."""
    place: Place
    ledger: Ledger
    run: RunRecord
    options: BatchOptions
    names: frozenset[str] | None
    """The jobs that this run may take; None for all."""
    watch: Watch

    def setting(self, segmenter: Segmenter, folder: Path) -> Setting:
        """What a worker in this process works with."""
        return Setting(
            place=self.place,
            folder=folder,
            segmenter=segmenter,
            engine=self.run.engine,
            options=self.options,
            extract=with_engine(self.options.extract, self.run.engine),
            moved=self.watch.pixels_moved,
        )

    def errand(self, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
        """What a worker elsewhere is told, as JSON."""
        return {
            "out": self.out,
            "options": to_plain(self.options),
            "address": self.run.address,
            "engine": dict(self.run.engine),
            "names": None if self.names is None else sorted(self.names),
            "signatures": given(),
            **more,
        }


def work_here(course: Course, segmenter: Segmenter) -> None:
    """Work all jobs off in this process."""
    with course.place.working("run") as folder:
        setting = course.setting(segmenter, folder)
        for outcome in work_off(course.ledger, Claimant.this_process(), setting, names=course.names):
            course.watch.ended(outcome)


def work_errand(errand: Mapping[str, Any], watch: Watch) -> None:
    """Work jobs off in a process that was started for it, and told what `Course.errand` says."""
    options = from_plain(errand["options"])
    receive(errand["signatures"])
    segmenter = load_engine(str(errand["address"]), errand["engine"], device=errand.get("device"))
    with (
        closing(open_place(str(errand["out"]), scratch=options.scratch)) as place,
        closing(place.open_ledger(options.ledger)) as ledger,
    ):
        run = ledger.run()
        if run is None:
            raise ValueError("a worker is started after its run")
        names = None if errand["names"] is None else frozenset(errand["names"])
        course = Course(
            out=str(errand["out"]),
            place=place,
            ledger=ledger,
            run=run,
            options=options,
            names=names,
            watch=watch,
        )
        work_here(course, segmenter)


def work_in_processes(course: Course, devices: list[str | None]) -> None:
    """Work jobs off in processes of this machine, one a device, or as many as there are Nones."""
    deaths: dict[str, int] = {}

    def hear(_worker: Worker, event: Mapping[str, Any]) -> None:
        if event.get("event") == "outcome":
            course.watch.ended(Outcome.from_dict(event["outcome"]))
        elif event.get("event") == "log" and event.get("level") == "warning":
            warnings.warn(str(event.get("message")), GeounetWarning, stacklevel=2)
        elif event.get("event") == "moved":
            course.watch.pixels_moved(event["stage"], int(event["pixels"]))

    def replace(worker: Worker) -> bool:
        return _after_death(course, worker, deaths)

    command = ("-m", "geounet", WORKER_VERB, "-", "--json-events", "--lease", "stdin")
    errands = [json.dumps(course.errand(device=device)) for device in devices]
    run_fleet(command, errands, hear=hear, replace=replace)


def work_on_cluster(course: Course) -> None:
    """Work jobs off on a dask cluster: claimed and settled here, done there."""
    claimant, ledger = Claimant.this_process(), course.ledger
    scratch = course.options.scratch
    alone: deque[Job] = deque()
    try:
        answers = run_on_cluster(
            str(course.options.dask), _tasks(course, claimant, alone), work_task, scratch=scratch
        )
        with beating(ledger, claimant), closing(answers):
            for answer in answers:
                outcomes = _outcomes(answer, alone)
                ledger.settle(outcomes, claimant)
                for outcome in outcomes:
                    course.watch.ended(outcome)
    finally:
        ledger.release(claimant)


def _tasks(course: Course, claimant: Claimant, alone: deque[Job]) -> Iterator[dict[str, Any] | None]:
    """Some jobs at a time as a task; None where there are none right now, and may be some later."""
    while True:
        jobs = (
            [alone.popleft()]
            if alone
            else course.ledger.claim(claimant, limit=_TASK_JOBS, names=course.names)
        )
        if jobs:
            yield course.errand(jobs=[job.to_dict() for job in jobs])
        elif worth_waiting(course.ledger, course.names):
            yield None
        else:
            return


def _outcomes(answer: Answer, alone: deque[Job]) -> list[Outcome]:
    """What a task came to; where it had no end, its jobs go into tasks of their own, to find whose fault that was."""
    if answer.error is None:
        return [Outcome.from_dict(outcome) for outcome in answer.result]
    jobs = [Job.from_dict(job) for job in answer.task["jobs"]]
    if len(jobs) > 1:
        alone.extend(jobs)
        return []
    return [Outcome(key=jobs[0].key, state="failed", line=answer.error)]


def _after_death(course: Course, worker: Worker, deaths: dict[str, int]) -> bool:
    """Give back what a worker that died worked on, and fail what others died over too; whether to start another."""
    for record in course.ledger.records():
        claimant = record.claimant
        if record.state != "running" or claimant is None or not _is_of(claimant, worker):
            continue
        key = record.job.key
        deaths[key] = deaths.get(key, 0) + 1
        if deaths[key] >= _FATAL_DEATHS:
            outcome = Outcome(key=key, state="failed", line=_last_words(worker))
            course.ledger.settle([outcome], claimant)
            course.watch.ended(outcome)
        else:
            course.ledger.release(claimant)
    return bool(deaths)


def _is_of(claimant: Claimant, worker: Worker) -> bool:
    return (claimant.host, claimant.pid) == (this_host(), worker.pid)


def _last_words(worker: Worker) -> str:
    code = worker.process.returncode
    how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
    said = f" ({worker.words[-1]})" if worker.words else ""
    return f"the process that worked on it died ({how}){said}; it may need more memory: try fewer --workers"
