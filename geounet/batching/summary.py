"""What a run came to, read from its ledger."""

from collections import Counter
from pathlib import Path

from geounet.batching.executing import Course
from geounet.batching.ledgers.ledger import JobRecord
from geounet.batching.making import PARTS
from geounet.results import BatchReport


def summary(course: Course, *, page: str, layer: Path | None) -> BatchReport:
    """The figures of all jobs of the inputs, whenever they were done; parts of a scene that was split count as the scene."""
    own = course.watch.jobs.keys()
    records = [record for record in course.ledger.records() if record.job.key in own and _counts(record)]
    states = Counter(record.state for record in records)
    outcomes = [record.outcome for record in records if record.outcome is not None]
    return BatchReport(
        out=course.out,
        done=states["done"],
        failed=states["failed"],
        skipped=states["skipped"],
        pending=states["pending"],
        running=states["running"],
        features=sum(outcome.features for outcome in outcomes),
        pixels=sum(outcome.pixels for outcome in outcomes),
        seconds=course.watch.seconds,
        report=page,
        merged=None if layer is None else str(layer),
        failures=_failures(records),
    )


def _failures(records: list[JobRecord]) -> dict[str, str]:
    """Why each failed job failed, and each item that a mosaic was done without."""
    lines: dict[str, str] = {}
    for record in records:
        if record.outcome is None:
            continue
        lines |= dict(record.outcome.left_out)
        if record.state == "failed":
            lines[record.job.name] = record.outcome.line or "no reason was given"
    return lines


def _counts(record: JobRecord) -> bool:
    """Whether it is a scene, or a part that failed and keeps its scene from being joined."""
    return record.state == "failed" or not record.job.name.startswith(f"{PARTS}/")
