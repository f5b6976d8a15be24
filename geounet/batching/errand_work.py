"""Jobs as a task for another machine: everything in it is JSON, and the model stays loaded for the next."""

import json
from collections.abc import Mapping
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

from geounet.batching.engine import load_engine
from geounet.batching.job import Job
from geounet.batching.places.place import open_place
from geounet.batching.plain import from_plain
from geounet.batching.setting import Setting
from geounet.batching.sources.signing import receive
from geounet.batching.work import work_on
from geounet.models.segmenter import Segmenter


def work_task(task: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Work on a task's jobs, and tell what became of each."""
    options, engine = from_plain(task["options"]), task["engine"]
    receive(task["signatures"])
    with (
        closing(open_place(str(task["out"]), scratch=options.scratch)) as place,
        place.working("run") as folder,
    ):
        setting = Setting(
            place=place,
            folder=Path(folder),
            segmenter=_model(str(task["address"]), json.dumps(engine, sort_keys=True)),
            engine=engine,
            options=options,
            moved=lambda _stage, _pixels: None,
        )
        jobs = [Job.from_dict(job) for job in task["jobs"]]
        return [outcome.to_dict() for outcome in work_on(jobs, setting)]


@lru_cache(maxsize=1)
def _model(address: str, engine: str) -> Segmenter:
    return load_engine(address, json.loads(engine))
