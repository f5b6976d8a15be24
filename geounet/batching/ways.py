"""Which way a run's jobs are done: in this process, in several of this machine, or on a cluster."""

from pathlib import Path

from geounet.batching.beginning import MEMORY_PER_WORKER, Start
from geounet.batching.executing import Course, work_here, work_in_processes, work_on_cluster
from geounet.batching.machines.limits import Fleet, cores, free_memory
from geounet.errors import OptionsError
from geounet.models.engines.devices import gpus


def execute(course: Course, start: Start, *, left: int) -> None:
    """Have the jobs done, one way or another."""
    options = course.options
    if left == 0:
        return
    if not isinstance(start.model, str | Path):
        if options.dask or (options.workers or 1) > 1:
            raise OptionsError(
                "a Segmenter made in code runs in this process alone; pass a bundle's folder instead"
            )
        work_here(course, start.ready())
        return
    if options.dask:
        work_on_cluster(course)
        return
    devices = _devices(course, left)
    course.watch.workers = len(devices)
    if len(devices) == 1:
        work_here(course, start.ready(dict(course.run.engine)))
    else:
        work_in_processes(course, devices)


def _devices(course: Course, left: int) -> list[str | None]:
    """A device for each worker: one a GPU, or as many CPUs as cores and memory allow."""
    chosen = course.options.workers
    if course.run.engine["device"] == "cuda":
        names: list[str | None] = [*gpus()]
        asked = course.options.extract.device
        names = [asked] if ":" in asked else names
        return names[: min(chosen or len(names), max(1, left))]
    if course.run.engine["device"] != "cpu":
        return [None]
    threads = max(1, int(course.run.engine.get("threads") or 1))
    fleet = Fleet(max(1, cores() // threads), threads).within(free_memory(), MEMORY_PER_WORKER)
    return [None] * max(1, min(chosen or fleet.workers, left))
