"""The time by a store's own clock: two machines' clocks are never compared."""

import time
from dataclasses import dataclass

from geounet.batching.storage.stores import Store

TRUSTED_SECONDS = 600.0
"""For so long this machine's steady clock goes on where the store's was read."""

_KEY = "clock"


@dataclass(slots=True)
class StoreClock:
    """Seconds since 1970 as a store counts them; two requests each ten minutes."""

    store: Store
    read_only: bool = False
    """Whether nothing may be written; this machine's clock must do then, which is good enough to show ages."""
    _ahead: float = 0.0
    """The store's clock less this machine's steady one."""
    _read: float | None = None
    """When the store's was read, by the steady one."""

    def now(self) -> float:
        """The time; a little early rather than late."""
        if self.read_only:
            return time.time()
        if self._read is None or time.monotonic() - self._read > TRUSTED_SECONDS:
            self.store.put(_KEY, b"\n")
            self._read = time.monotonic()
            entry = self.store.head(_KEY)
            self._ahead = (time.time() if entry is None else entry.modified) - self._read
        return time.monotonic() + self._ahead
