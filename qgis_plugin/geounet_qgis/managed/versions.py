"""Versions of geounet and of the tools, and which of them the plugin can work with."""

from __future__ import annotations

import re

Version = tuple[int, ...]

LEAST, BELOW = (0, 1), (0, 2)
REQUIREMENT = "geounet>=0.1,<0.2"
"""`LEAST` and `BELOW`, as pip reads them; it is installed where the plugin has no wheel and a person no other wish."""

PROTOCOL = 1
"""The events that the plugin understands."""


def parsed(text: str) -> Version:
    """Take the numbers of the first version in `text`: `uv 0.13.9 (x86_64)` is (0, 13, 9); empty without one.

    What follows the numbers (a pre-release, a local part) is left out: nothing here depends on it.
    """
    found = re.search(r"\d+(?:\.\d+)+", text)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def fits(version: str) -> bool:
    """Say whether the plugin can work with this version of geounet."""
    return LEAST <= parsed(version) < BELOW
