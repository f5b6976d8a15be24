"""A run's jobs, done: by this process, by several of this machine, or by a dask cluster."""

import json
import warnings
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geounet.batching.claiming import beating, give_back_of_the_gone, work_off, worth_waiting
from geounet.batching.engine import load_engine
from geounet.batching.errand_work import work_task
from geounet.batching.job import Job, Outcome, RunRecord
from geounet.batching.ledgers.ledger import Claimant, Ledger
from geounet.batching.machines.cluster import Answer, run_on_cluster
from geounet.batching.machines.fleet import Worker, run_fleet
from geounet.batching.options import BatchOptions
from geounet.batching.places.place import Place, open_place
from geounet.batching.plain import from_plain, to_plain
from geounet.batching.setting import Setting
from geounet.batching.sources.signing import given, receive
from geounet.batching.suspects import Suspects
from geounet.batching.watching import Watch
from geounet.batching.work import work_on
from geounet.errors import GeounetWarning
from geounet.models.segmenter import Segmenter

WORKER_VERB = "batch-worker"
"""The command line's verb for a worker process."""

_TASK_JOBS = 16
"""Jobs in a task for a cluster: enough to fill batches across them, few enough to lose."""


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


def work_here(course: Course, segmenter: Segmenter, *, alone: Sequence[Job] = ()) -> None:
    """Work all jobs off in this process; before that, one by one, those that another has claimed for it."""
    with course.place.working("run") as folder:
        setting = course.setting(segmenter, folder)
        for job in alone:
            course.watch.begun(job)
            for outcome in work_on([job], setting):
                course.watch.ended(outcome)
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
        watch.ready()
        work_here(course, segmenter, alone=[Job.from_dict(job) for job in errand.get("alone", ())])


def work_in_processes(course: Course, devices: list[str | None]) -> None:
    """Work jobs off in processes of this machine, one a device, or as many as there are Nones."""
    claimant, ledger = Claimant.this_process(), course.ledger
    suspects = Suspects(ledger=ledger, claimant=claimant, watch=course.watch)

    def hear(worker: Worker, event: Mapping[str, Any]) -> None:
        if event.get("event") == "outcome":
            outcome = Outcome.from_dict(event["outcome"])
            suspects.settle(worker, outcome)
            course.watch.ended(outcome)
        elif event.get("event") == "ready":
            suspects.ready.add(worker.pid)
        elif event.get("event") == "begun":
            suspects.begun.add(event["key"])
        elif event.get("event") == "log" and event.get("level") == "warning":
            warnings.warn(str(event.get("message")), GeounetWarning, stacklevel=2)
        elif event.get("event") == "moved":
            course.watch.pixels_moved(event["stage"], int(event["pixels"]))

    command = ("-m", "geounet", WORKER_VERB, "-", "--json-events", "--lease", "stdin")
    errands = [json.dumps(course.errand(device=device)) for device in devices]
    try:
        with beating(ledger, claimant):
            run_fleet(command, errands, hear=hear, replace=suspects.after)
            suspects.check()
    except BaseException:
        give_back_of_the_gone(ledger)  # workers that had to be killed could not
        raise
    finally:
        ledger.release(claimant)


@dataclass(slots=True)
class _Abroad:
    """Jobs that a cluster has."""

    keys: set[str] = field(default_factory=set)
    """Of those that are to come back."""
    alone: deque[Job] = field(default_factory=deque)
    """Those that came back without an end, and go there again in tasks of their own."""


def work_on_cluster(course: Course) -> None:
    """Work jobs off on a dask cluster: claimed and settled here, done there."""
    claimant, ledger = Claimant.this_process(), course.ledger
    scratch = course.options.scratch
    abroad = _Abroad()
    try:
        answers = run_on_cluster(
            str(course.options.dask), _tasks(course, claimant, abroad), work_task, scratch=scratch
        )
        with beating(ledger, claimant), closing(answers):
            for answer in answers:
                outcomes = _outcomes(answer, abroad)
                ledger.settle(outcomes, claimant)
                for outcome in outcomes:
                    course.watch.ended(outcome)
    finally:
        ledger.release(claimant)


def _tasks(course: Course, claimant: Claimant, abroad: _Abroad) -> Iterator[dict[str, Any] | None]:
    """Some jobs at a time as a task; None where there are none right now, and may be some later."""
    while True:
        jobs = (
            [abroad.alone.popleft()]
            if abroad.alone
            else course.ledger.claim(claimant, limit=_TASK_JOBS, names=course.names)
        )
        if jobs:
            abroad.keys.update(job.key for job in jobs)
            yield course.errand(jobs=[job.to_dict() for job in jobs])
        elif abroad.keys or worth_waiting(course.ledger, course.names):
            yield None
        else:
            return


def _outcomes(answer: Answer, abroad: _Abroad) -> list[Outcome]:
    """What a task came to; where it had no end, its jobs go into tasks of their own, to find whose fault that was."""
    jobs = [Job.from_dict(job) for job in answer.task["jobs"]]
    abroad.keys.difference_update(job.key for job in jobs)
    if answer.error is None:
        return [Outcome.from_dict(outcome) for outcome in answer.result]
    if len(jobs) > 1:
        abroad.alone.extend(jobs)
        return []
    return [Outcome(key=jobs[0].key, state="failed", line=answer.error)]
