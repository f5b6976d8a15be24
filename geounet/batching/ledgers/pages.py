"""The list of a run's jobs on shared storage: pages that are made once, one after another, and never change."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from geounet.batching.job import Job
from geounet.batching.ledgers.survey import JOBS
from geounet.batching.storage.stores import Store
from geounet.errors import OutputError

PAGE = 500
"""Jobs on a page."""


@dataclass(slots=True)
class JobPages:
    """The jobs of a store, as far as they were read; a name keeps its first place, and has its last job."""

    store: Store
    jobs: dict[str, Job] = field(default_factory=dict)
    """By name, in their order."""
    keys: dict[str, str] = field(default_factory=dict)
    """Their keys, by name: a key is a digest, and not worth taking twice."""
    _texts: dict[str, str] = field(default_factory=dict)
    _read: int = 0

    def refresh(self) -> bool:
        """Read pages that were added since, at one request more than there are; whether there were any."""
        before = self._read
        while content := self.store.get(_name(self._read)):
            for values in _parsed(content, _name(self._read)):
                self._take(Job.from_dict(values), json.dumps(values))
            self._read += 1
        return self._read > before

    def unknown(self, jobs: Sequence[Job]) -> dict[str, Job]:
        """Those that are not written down as they are, by their keys."""
        return {job.key: job for job in jobs if self._texts.get(job.name) != json.dumps(job.to_dict())}

    def append(self, jobs: Sequence[Job]) -> None:
        """Write down those of these jobs that are not; another process may do the same meanwhile."""
        new = list(self.unknown(jobs).values())
        while new:
            page = {job.name: json.dumps(job.to_dict()) for job in new[:PAGE]}
            if self.store.put_new(_name(self._read), f"[{','.join(page.values())}]".encode()):
                self._read += 1
                for job in new[:PAGE]:
                    self._take(job, page[job.name])
                new = new[PAGE:]
                continue
            if not self.refresh():
                time.sleep(0.1)  # somebody is writing this page, where objects are not made whole
            new = list(self.unknown(new).values())

    def _take(self, job: Job, text: str) -> None:
        self.jobs[job.name] = job
        self.keys[job.name] = job.key
        self._texts[job.name] = text


def _name(page: int) -> str:
    return f"{JOBS}{page:05}.json"


def _parsed(content: bytes, name: str) -> list[dict[str, object]]:
    try:
        jobs: list[dict[str, object]] = json.loads(content)
    except ValueError as error:
        raise OutputError(
            f"{name} of the run's accounts is damaged; move the folder of accounts away and run again"
        ) from error
    return jobs
