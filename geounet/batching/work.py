"""Jobs → outcomes: scenes through the model in one stream, and what is tried again when one fails.

A scene on a server that fails is tried again, a few times, after a while; a mosaic that fails, without the items that
cannot be read. When the stream fails as a whole its scenes are tried one by one, to find whose fault it was. A disk
that is full ends the run: what is done is done, and the next run goes on.
"""

import itertools
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from geounet.batching.bounds import degrees
from geounet.batching.item import Item
from geounet.batching.job import Job, Outcome
from geounet.batching.making import (
    check_parts,
    forget_folder,
    joined_strips,
    make_empty_part,
    make_part,
    make_scene,
    outputs_of,
)
from geounet.batching.opening import open_job, open_raster
from geounet.batching.sets.mosaics import broken
from geounet.batching.setting import Setting
from geounet.batching.sources.remote import forget_raster, reads_network
from geounet.batching.sources.signing import PLANETARY_COMPUTER, sign
from geounet.errors import GeounetError, OutsideError, SceneError
from geounet.georeference import Georeference
from geounet.interruption import asked_to_end
from geounet.outputs import is_disk_full
from geounet.pipeline.labelling import Labelled
from geounet.pipeline.many import Failure, ManyOptions, SceneRequest, each_made, many_scenes
from geounet.pipeline.planning import Known, planned
from geounet.raster.normalize import Ranges

if TYPE_CHECKING:
    from geounet.inference.plan import Plan

_WAIT_SECONDS = 2.0
"""How long a scene on a server is left alone before it is tried again; twice as long each time."""

_READERS, _REMOTE_READERS = 2, 8
"""Scenes that are read at once: of remote ones, most of the time is waiting."""


@dataclass(frozen=True, slots=True)
class Task:
    """A job on its way, and what was learnt when it was tried before."""

    job: Job
    tried: int = 0
    left_out: Mapping[str, str] = field(default_factory=dict)
    begun: float = field(default_factory=time.monotonic)


def work_on(jobs: Iterable[Job], setting: Setting) -> Iterator[Outcome]:
    """What becomes of each job, as they end; jobs are taken as there is room for them.

    Raises OutputError when the disk is full, and what the model raises where it fails on every scene.
    """
    tasks: Iterable[Task] = (Task(job) for job in jobs)
    rounds, any_done = 0, False
    while True:
        again: list[Task] = []
        for result in _through_model(tasks, setting, any_done=any_done):
            if isinstance(result, Task):
                again.append(result)
            else:
                any_done = any_done or result.state == "done"
                yield result
        if not again:
            return
        if any(task.tried for task in again):
            time.sleep(_WAIT_SECONDS * 2**rounds)
        tasks, rounds = again, rounds + 1


def _through_model(tasks: Iterable[Task], setting: Setting, *, any_done: bool) -> Iterator[Outcome | Task]:
    """Outcomes, and tasks that are to be tried again."""
    rest, joining = iter(tasks), list[Task]()
    while True:
        under_way: dict[str, Task] = {}
        try:
            for task, made in _stream(_requests(rest, setting, under_way, joining), setting):
                del under_way[task.job.key]
                yield _settled(task, made, setting=setting)
                while joining:
                    yield _joined(joining.pop(0), setting)
            break
        except Exception as error:
            if is_disk_full(error) or not under_way:
                raise
            yield from _one_by_one(list(under_way.values()), setting, any_done=any_done)
            any_done = True  # else the error would have come out
    while joining:
        yield _joined(joining.pop(0), setting)


def _one_by_one(tasks: list[Task], setting: Setting, *, any_done: bool) -> Iterator[Outcome | Task]:
    """Tasks that were under way when the stream failed, each in a stream of its own.

    The error comes out again where no task has ever been done: then it is the model's fault.
    """
    failed: Exception | None = None
    for task in tasks:
        try:
            requests = _requests([task], setting, {}, [])
            results = [_settled(*outcome, setting=setting) for outcome in _stream(requests, setting)]
        except Exception as error:
            if is_disk_full(error):
                raise
            failed = error
            results = [_failed(task, error)]
        any_done = any_done or any(isinstance(r, Outcome) and r.state == "done" for r in results)
        yield from results
    if failed is not None and not any_done:
        raise failed


def _requests(
    tasks: Iterable[Task], setting: Setting, under_way: dict[str, Task], joining: list[Task]
) -> Iterator[SceneRequest[Task]]:
    """Tasks as scenes for the model; those that only join what is done already are put aside."""
    for task in tasks:
        if task.job.needs:
            joining.append(task)
            continue
        under_way[task.job.key] = task
        yield _request(replace(task, begun=time.monotonic()), setting)


def _request(task: Task, setting: Setting) -> SceneRequest[Task]:
    job = task.job
    return SceneRequest(
        tag=task,
        open=partial(open_job, job, left_out=task.left_out),
        options=setting.extract,
        outputs=outputs_of(job, setting),
        known=_known(job),
    )


def _known(job: Job) -> Known:
    name = job.items[0].title if len(job.items) == 1 else job.name
    ranges = None if job.ranges is None else Ranges(*job.ranges)
    return Known(name=name or None, ranges=ranges, rows=job.rows)


def _stream(
    requests: Iterable[SceneRequest[Task]], setting: Setting
) -> Iterator[tuple[Task, Outcome | Failure]]:
    first, requests = _peeked(requests)
    readers = _REMOTE_READERS if first is not None and _is_remote(first.tag.job) else _READERS
    many = ManyOptions(
        readers=readers,
        across=bool(setting.engine.get("across", True)),
        extract=setting.extract,
        moved=partial(setting.moved, "predict"),
        read=partial(setting.moved, "read"),
        batch_pixels=int(setting.engine["batch_pixels"]),
    )
    with many_scenes(requests, setting.segmenter, options=many) as scenes:
        for request, made in each_made(scenes, partial(_make, setting=setting)):
            yield request.tag, made


def _peeked(
    requests: Iterable[SceneRequest[Task]],
) -> tuple[SceneRequest[Task] | None, Iterable[SceneRequest[Task]]]:
    """The first of some requests, and all of them."""
    rest = iter(requests)
    first = next(rest, None)
    return first, itertools.chain([] if first is None else [first], rest)


def _make(
    request: SceneRequest[Task], plan: "Plan", strips: Iterator[Labelled], *, setting: Setting
) -> Outcome:
    job = request.tag.job
    if job.rows is not None:
        return make_part(job, plan, strips, setting=setting)
    return make_scene(job, plan, strips, setting=setting, outputs=request.outputs)


def _settled(task: Task, made: Outcome | Failure, *, setting: Setting) -> Outcome | Task:
    """A task's outcome, or the task again where another try may help; raises where the disk is full."""
    forget_folder(task.job, setting)
    if isinstance(made, Outcome):
        return replace(made, seconds=time.monotonic() - task.begun, left_out=dict(task.left_out))
    error, job = made.error, task.job
    if is_disk_full(error):
        raise error
    if isinstance(error, OutsideError):
        return make_empty_part(job, setting) if job.rows else _skipped(task, error, made.grid)
    if isinstance(error, SceneError) and len(job.items) > 1:
        bad = broken([item for item in job.items if item.name not in task.left_out], open_raster)
        left_out = {**task.left_out, **bad}
        if bad and len(left_out) < len(job.items):
            return replace(task, left_out=left_out)
    if isinstance(error, SceneError) and _is_remote(job) and task.tried + 1 < setting.options.attempts:
        for file in (file for item in job.items for file in item.files):
            _forget(file)
        return replace(task, tried=task.tried + 1)
    return _failed(task, error, made.grid)


def _forget(file: Item) -> None:
    """Have the next try ask the server anew, with a new signature where somebody makes those."""
    forget_raster(file.raster)
    if file.raster.signing == PLANETARY_COMPUTER:
        sign(file.raster, again=True)


def _joined(task: Task, setting: Setting) -> Outcome:
    """Write a scene from the strips of its parts."""
    job, outputs = task.job, outputs_of(task.job, setting)
    try:
        check_parts(job, setting)
        with (
            open_job(job, left_out=task.left_out) as source,
            planned(source, setting.segmenter, setting.extract, outputs=outputs, known=_known(job)) as plan,
        ):
            strips = joined_strips(job, plan, setting)
            outcome = make_scene(job, plan, strips, setting=setting, outputs=outputs)
    except OutsideError as error:
        return _skipped(task, error)
    except Exception as error:
        if is_disk_full(error):
            raise
        return _failed(task, error)
    finally:
        forget_folder(job, setting)
    return replace(outcome, seconds=time.monotonic() - task.begun)


def _skipped(task: Task, error: Exception, grid: Georeference | None = None) -> Outcome:
    bounds = None if grid is None else degrees(grid)
    return Outcome(key=task.job.key, state="skipped", line=_line(error), bounds=bounds)


def _failed(task: Task, error: Exception, grid: Georeference | None = None) -> Outcome:
    """The outcome of a task that ended with an error; KeyboardInterrupt where that may be a library's answer to one."""
    if asked_to_end.is_set():
        raise KeyboardInterrupt from error
    seconds = time.monotonic() - task.begun
    return Outcome(
        key=task.job.key,
        state="failed",
        line=_line(error),
        seconds=seconds,
        left_out=dict(task.left_out),
        bounds=None if grid is None else degrees(grid),
    )


def _line(error: Exception) -> str:
    """An error in one line; what geounet does not foresee is named by its type."""
    text = " ".join(str(error).split())
    return text if isinstance(error, GeounetError) else f"{type(error).__name__}: {text or 'no message'}"


def _is_remote(job: Job) -> bool:
    return any(reads_network(file.raster) for item in job.items for file in item.files)
