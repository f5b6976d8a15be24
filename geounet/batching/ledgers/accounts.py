"""A ledger that can also say when things were: both kinds can."""

from collections.abc import Mapping
from typing import Protocol

from geounet.batching.ledgers.ledger import Ledger


class Accounts(Ledger, Protocol):
    """What `Manifest` and `Claims` meet."""

    def times(self) -> Mapping[str, float]:
        """When each job that is not pending was claimed or settled, by name, in seconds as `now` counts them."""
        ...

    def now(self) -> float:
        """The time by the clock that `times` are read from."""
        ...
