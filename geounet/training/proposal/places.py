"""Paths as they stand in a config: relative to where it looks for its data, where they can be."""

import os
from dataclasses import dataclass
from pathlib import Path

from geounet.training.config import DATA_VARIABLE


@dataclass(frozen=True, slots=True)
class Places:
    """Where the config will lie, and where it looks for its data."""

    config: Path

    @property
    def why(self) -> str:
        """What is relative to what."""
        return f"Paths below are relative to this file's folder, or to the one that {DATA_VARIABLE} names."

    def written(self, path: Path) -> str:
        """A path as the config names it.

        Relative to its folder; where the environment names another data folder, relative to that, if it lies there.
        Absolute where they have nothing in common.
        """
        folder, absolute = self.config.absolute().parent, path.absolute()
        named = os.environ.get(DATA_VARIABLE)
        if named:
            data = Path(named).absolute()
            return (
                absolute.relative_to(data).as_posix()
                if absolute.is_relative_to(data)
                else absolute.as_posix()
            )
        if absolute.parts[:2] != folder.parts[:2]:  # another drive, or nothing in common but the root
            return absolute.as_posix()
        return Path(os.path.relpath(absolute, folder)).as_posix()
