"""Whether what was done is still there: a look at names and sizes, not at contents."""

from collections.abc import Iterator, Mapping

from geounet.batching.job import Outcome
from geounet.batching.ledgers.accounts import Accounts
from geounet.batching.places.place import Place


def reopen_lost(ledger: Accounts, place: Place) -> list[str]:
    """Make done jobs pending again whose outputs are missing, empty, or not as long as they were written; their names."""
    done = {record.job.name: record.outcome for record in ledger.records() if record.state == "done"}
    sizes = place.sizes()  # after the records: what was done by then was there before
    lost = [name for name, outcome in done.items() if outcome is None or any(_lost(outcome, sizes))]
    if lost:
        ledger.reopen(lost)
    return lost


def _lost(outcome: Outcome, sizes: Mapping[str, int]) -> Iterator[bool]:
    """Of each output, whether it is lost. What has a digest was written; sizes are compared where they were kept."""
    for name in outcome.digests:
        yield not sizes.get(name) or sizes[name] != outcome.sizes.get(name, sizes[name])
