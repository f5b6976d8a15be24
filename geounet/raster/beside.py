"""Which file lies beside a scene's first one, by a rule about their names.

A rule is `OLD=NEW`, such as `_rgb=_height` or `/rgb/=/height/`: the last OLD in a scene's path becomes NEW; or it is the
name of one file that lies under all scenes.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from geounet.errors import OptionsError

SIGN = "="


@dataclass(frozen=True, slots=True)
class BesideRule:
    """How the path of a scene's first file becomes that of another."""

    text: str
    """As a person wrote it."""
    old: str
    """What is replaced; empty where one file lies under all scenes."""
    new: str

    @classmethod
    def of(cls, text: str, base: Path) -> Self:
        """A rule as a person wrote it; files are relative to `base`. Raises OptionsError on one that changes nothing."""
        if not text.strip():
            raise OptionsError("--beside is empty; expected OLD=NEW, or a file that lies under all scenes")
        if SIGN not in text or (base / text).is_file():
            whole = text if "://" in text else os.path.abspath(base / text)  # noqa: PTH100 (`..` taken out, links kept)
            return cls(text, "", whole)
        old, _, new = text.partition(SIGN)
        if not old or old == new:
            raise OptionsError(
                f"--beside {text} changes no name; expected OLD=NEW, such as _rgb=_height: what to replace in a scene's "
                "path, and by what"
            )
        return cls(text, old, new)

    def other(self, path: str) -> str | None:
        """The path, or address, of the file beside the one at a path; None where the rule does not hold for it."""
        if not self.old:
            return self.new
        old, new = self.old, self.new
        if os.sep != "/" and "://" not in path and not path.startswith("/vsi"):
            old, new = old.replace("/", os.sep), new.replace("/", os.sep)
        before, found, after = path.rpartition(old)
        return f"{before}{new}{after}" if found else None

    def unmet(self, name: str) -> str:
        """What a person is told of a scene that the rule does not hold for."""
        return (
            f"{name} has no {self.old!r} in its path, by which --beside {self.text} finds its other file; expected scenes "
            "that have: leave it out"
        )
