"""What the setup page tells its jobs, and what they tell it: values that know no window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geounet_qgis.managed.network import Network
from geounet_qgis.settings import Settings, models_cache


@dataclass(frozen=True)
class Order:
    """What a job needs to know; made in the window's thread."""

    settings: Settings
    folder: Path
    """Of the private environment."""
    cache: Path
    """Where the list of models is kept."""
    network: Network

    @classmethod
    def of(cls, settings: Settings, *, network: Network) -> Order:
        """Take what is chosen."""
        return cls(settings, settings.environment_folder, models_cache(), network)


@dataclass(frozen=True)
class Looked:
    """What was found on this machine."""

    pythons: Sequence[tuple[str, str]] = ()
    """Path and version of each Python that a private environment can be made of, the best first."""
    why: str = ""
    """Which build *Automatic* takes, and why that one."""
    status: str = ""
    """Which environment is used as things are, or why none is."""
    is_ready: bool = False
    """Whether there is one."""


@dataclass(frozen=True)
class Outcome:
    """How a job ended."""

    text: str
    is_good: bool = True
    is_ready: bool = False
    """Whether geounet can be used now."""
