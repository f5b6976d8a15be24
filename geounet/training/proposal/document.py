"""A TOML file with a comment for each value: why it is there, and why it is what it is."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geounet.training.config.written import toml_value

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value, or a comment alone where the key is empty."""

    key: str
    value: object
    why: str = ""
    """What it does, and why it has this value."""
    off: bool = False
    """Whether it is written as a comment, to be switched on."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the file, or one of several of that name."""

    name: str
    """Dotted; empty for the top of the file."""
    entries: Sequence[Entry]
    why: str = ""
    several: bool = False
    """Whether it is one of a list: `[[name]]`."""
    off: bool = False
    """Whether all of it is written as a comment."""


def document(tables: Sequence[Table]) -> str:
    """The file's text."""
    return "\n\n".join("\n".join(_table(table)) for table in tables) + "\n"


def note(text: str) -> Entry:
    """A comment alone."""
    return Entry("", None, text)


def _table(table: Table) -> Iterator[str]:
    mark = "# " if table.off else ""
    yield from _comment(table.why)
    if table.name:
        yield f"{mark}[[{table.name}]]" if table.several else f"{mark}[{table.name}]"
    for number, entry in enumerate(table.entries):
        if number and entry.why:
            yield "#" if table.off else ""
        yield from _comment(entry.why)
        if entry.key:
            yield from _pair(entry, off=table.off or entry.off)


def _pair(entry: Entry, *, off: bool) -> Iterator[str]:
    lines = f"{entry.key} = {_value(entry.value)}".split("\n")
    yield from (f"# {line}" if off else line for line in lines)


def _value(value: object) -> str:
    """On one line, or a line for each item where that would be long."""
    line = toml_value(value)
    if len(line) <= WIDTH or not isinstance(value, list | tuple):
        return line
    return "[\n" + "".join(f"    {toml_value(item)},\n" for item in value) + "]"


def _comment(text: str) -> Iterator[str]:
    plain = "".join(
        c if c.isprintable() or c == "\n" else " " for c in text
    )  # TOML's comments hold no others
    for part in plain.split("\n") if text else ():
        yield from (f"# {line}".rstrip() for line in textwrap.wrap(part, WIDTH - 2) or [""])
