"""A static STAC collection beside a batch's outputs: one item a scene, links relative, the same bytes every time."""

import importlib.util
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from geounet.batching.collection.made import COLLECTION, MODEL, CollectionFacts
from geounet.batching.collection.model import CARD, model_item
from geounet.batching.collection.scene import item_of, item_path
from geounet.batching.collection.whole import Contents, collection_of
from geounet.batching.job import Job, Outcome, RunRecord
from geounet.batching.ledgers.ledger import JobRecord
from geounet.errors import MissingDependencyError
from geounet.outputs import disk_full, hidden_folder, is_disk_full

NOTHING_MORE = CollectionFacts()


def write_collection(
    folder: Path, run: RunRecord, records: Iterable[JobRecord], *, facts: CollectionFacts = NOTHING_MORE
) -> Path:
    """Write `collection.json`, an item for each scene that is done below `items/`, and the model's; the first's path.

    Jobs are gone through once, and an item is written before the next one is made. What is there already is
    replaced, and left alone where it would be the same.

    Raises MissingDependencyError without pystac and rio-stac, SceneError where a raster cannot be read, and
    OutputError where a file cannot be written.
    """
    _require("pystac")
    _require("rio_stac")
    facts = replace(facts, outputs_at=folder if facts.outputs_at is None else facts.outputs_at)
    contents = Contents()
    folder.mkdir(parents=True, exist_ok=True)
    with _writing(folder) as write:
        for job, outcome in _done(records):
            identifier = contents.identifier(job)
            item = item_of(job, outcome, identifier=identifier, run=run, facts=facts)
            contents.add(job, outcome, item["assets"])
            write(folder / item_path(job.name), item)
        if facts.card is not None:
            write(folder / CARD, facts.card.to_dict())
            write(folder / MODEL, model_item(run, facts.card))
        write(folder / COLLECTION, collection_of(contents, run, facts))
    return folder / COLLECTION


def _require(library: str) -> None:
    if importlib.util.find_spec(library) is None:
        raise MissingDependencyError(
            f"{library.replace('_', '-')} is not installed; a STAC collection needs it: pip install 'geounet[cloud]'"
        )


def _done(records: Iterable[JobRecord]) -> Iterator[tuple[Job, Outcome]]:
    """Scenes that have outputs; parts of a scene that was split have none of their own."""
    for record in records:
        outcome = record.outcome
        if record.state == "done" and record.job.rows is None and outcome is not None and outcome.outputs:
            yield record.job, outcome


@contextmanager
def _writing(folder: Path) -> Iterator[Callable[[Path, dict[str, Any]], None]]:
    """What writes JSON files that exist whole or not at all: one hidden folder serves for thousands of them."""
    path = folder / COLLECTION
    with hidden_folder(folder, shown=path) as hidden:

        def write(path: Path, value: dict[str, Any]) -> None:
            data = (json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()
            if path.is_file() and path.read_bytes() == data:
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            part = hidden / "part.json"
            part.write_bytes(data)
            part.replace(path)

        try:
            yield write
        except OSError as error:
            if is_disk_full(error):
                raise disk_full(path) from error
            raise
