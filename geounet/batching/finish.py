"""What is made of a run's outputs when all jobs have ended: one layer, vector tiles, a catalogue, the report."""

import json
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from geounet.batching.collection import write_collection
from geounet.batching.collection.made import COLLECTION, CollectionFacts
from geounet.batching.job import RunRecord
from geounet.batching.ledgers.ledger import JobRecord, Ledger
from geounet.batching.making import STRIPS
from geounet.batching.options import BatchOptions
from geounet.batching.places.place import Place
from geounet.batching.reporting import Session, write_report
from geounet.batching.watching import Watch
from geounet.models.card import ModelCard
from geounet.vector.merging import merge_layers, write_pmtiles

REPORT = "report.html"

_LAYER = "layer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finishing:
    """What a finished run is made into, and what of."""

    place: Place
    ledger: Ledger
    run: RunRecord
    card: ModelCard
    options: BatchOptions
    keys: Collection[str]
    """Of the jobs that are this run's: what is left of inputs that are gone is none of it."""

    def records(self) -> Iterator[JobRecord]:
        """This run's jobs, in their order."""
        return (record for record in self.ledger.records() if record.job.key in self.keys)


def tidied(finishing: Finishing) -> None:
    """Remove the strips of scenes that are joined."""
    names = [
        need + STRIPS for record in finishing.records() if record.state == "done" for need in record.job.needs
    ]
    finishing.place.remove(names)


def merged(finishing: Finishing) -> Path | None:
    """The layer of all scenes, in the jobs' order, where one is wanted; the vector tiles are made of it too."""
    options = finishing.options
    if options.merge is None and options.pmtiles is None:
        return None
    with tempfile.TemporaryDirectory(prefix="geounet-", dir=options.scratch) as folder:
        out = Path(options.merge) if options.merge is not None else Path(folder) / "merged.fgb"
        metadata = {
            "GEOUNET_VERSION": finishing.run.version,
            "GEOUNET_MODEL": finishing.run.model,
            "GEOUNET_MODEL_DIGEST": finishing.run.digest,
            "GEOUNET_CLASSES": json.dumps(finishing.card.label_names, ensure_ascii=False),
        }
        known = {name: value for name, value in metadata.items() if value}
        found = merge_layers(_layers(finishing), out, overwrite=True, metadata=known)
        if options.pmtiles is not None and found.features:
            write_pmtiles(out, Path(options.pmtiles), overwrite=True)
    return None if options.merge is None else out


def catalogued(finishing: Finishing, *, extras: dict[str, str]) -> None:
    """Describe the outputs as a STAC collection beside them, where that is wanted."""
    if not finishing.options.stac:
        return
    with finishing.place.working("run") as folder:
        outputs_at = finishing.place.address(COLLECTION).removesuffix(COLLECTION)
        facts = CollectionFacts(card=finishing.card, extras=extras, outputs_at=outputs_at)
        write_collection(folder, finishing.run, finishing.records(), facts=facts)
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            finishing.place.publish(path, path.relative_to(folder).as_posix())


def reported(finishing: Finishing, watch: Watch, *, extras: dict[str, str]) -> str:
    """Write the page that tells it all; where it lies."""
    session = Session(seconds=watch.seconds, pixels=watch.pixels, workers=watch.workers)
    with finishing.place.working("run") as folder:
        page = folder / REPORT
        write_report(page, finishing.run, finishing.records(), session=session, extras=extras)
        finishing.place.publish(page, REPORT)
    return finishing.place.address(REPORT)


def _layers(finishing: Finishing) -> Iterator[Path]:
    """Every finished layer, in the jobs' order."""
    for record in finishing.records():
        for kind, name in _outputs(record).items():
            if kind.partition(":")[0] == _LAYER:
                yield finishing.place.fetch(name)


def _outputs(record: JobRecord) -> dict[str, str]:
    return dict(record.outcome.outputs) if record.state == "done" and record.outcome is not None else {}
