"""The lists of a batch's page: what failed and why, what was left out, what took long, and what was written."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import quote

from geounet.batching.reporting.tally import Problem, Tally, Timing, Written
from geounet.figures import UNDEFINED, count, duration, megapixels
from geounet.html.markup import Content, Markup, joined, tag
from geounet.html.tables import table

OPEN = 20
"""Rows that are shown at once; the others are folded away."""

MOST_LINKS = 4
"""Links of a kind that a scene has in its row."""

_MOST_REASONS = 8
_KINDS = {"layer": "layer", "class_raster": "classes", "probability": "probabilities", "graph": "graph"}
"""What the kinds of outputs are called, in the order of their columns."""


def problems_section(title: str, problems: Sequence[Problem], *, words: str) -> Markup | None:
    """Everything that went wrong, each with its line; None where nothing did."""
    if not problems:
        return None
    with_items = any(problem.item for problem in problems)
    names = ("scene", "item", "why") if with_items else ("scene", "why")
    rows = [_problem_row(problem, with_items=with_items) for problem in problems]
    shape = "line three" if with_items else "line"
    reasons = _reasons(problems) if len(problems) > OPEN else None
    return _section(title, words, reasons, _folded(_head(*names), rows, class_=shape))


def slowest_section(slowest: Sequence[Timing]) -> Markup | None:
    """The scenes that took longest."""
    if not slowest:
        return None
    rows = [
        tag(
            "tr", tag("th", timing.name, scope="row"), tag("td", duration(timing.seconds)),
            tag("td", megapixels(timing.pixels)), tag("td", _rate(timing)),
        )
        for timing in slowest
    ]  # fmt: skip
    words = "From the first read to the last write; scenes overlap, so times do not add up."
    head = _head("scene", "time", "megapixels", "Mpx/s")
    return _section("Slowest scenes", words, table(head, rows, class_="names"))


def outputs_section(tally: Tally) -> Markup | None:
    """What was written, with links into the folder that the page lies in."""
    if not tally.written:
        return None
    found = {_kind_of(name) for written in tally.written for name in written.outputs}
    kinds = [kind for kind in _KINDS if kind in found]
    rows = [_output_row(written, kinds) for written in tally.written]
    left = tally.with_outputs - len(tally.written)
    more = f" The first {count(len(rows))} of {count(tally.with_outputs)} are listed." if left else ""
    head = _head("scene", "features", *(_KINDS[kind] for kind in kinds))
    return _section("Outputs", f"Links are relative to this page.{more}", _folded(head, rows, class_="names"))


def _section(title: str, words: str, *content: Content) -> Markup:
    return tag("section", tag("h2", title), tag("p", words), *content, class_="long")


def _head(*names: str) -> Markup:
    return tag("tr", *(tag("th", name) for name in names))


def _folded(head: Markup, rows: Sequence[Markup], *, class_: str) -> Markup:
    """The first rows as a table, the others as one that opens."""
    first = table(head, rows[:OPEN], class_=class_)
    rest = rows[OPEN:]
    if not rest:
        return first
    summary = tag("summary", f"{count(len(rest))} more")
    return joined(first, tag("details", summary, table(head, rest, class_=class_)))


def _problem_row(problem: Problem, *, with_items: bool) -> Markup:
    item = tag("td", problem.item) if with_items else None
    return tag("tr", tag("th", problem.scene, scope="row"), item, tag("td", problem.line))


def _reasons(problems: Sequence[Problem]) -> Markup | None:
    """How often each kind of line is there; None where lines have little in common."""
    kinds = Counter(_kind(problem.line) for problem in problems)
    if len(kinds) > len(problems) / 2:
        return None
    rows = [
        tag("tr", tag("td", f"{count(number)} ×", class_="often"), tag("td", kind))
        for kind, number in kinds.most_common(_MOST_REASONS)
    ]
    left = len(kinds) - len(rows)
    note = tag("p", f"… and {count(left)} more kinds of lines", class_="note") if left else None
    return joined(tag("table", tag("tbody", *rows), class_="reasons"), note)


def _kind(line: str) -> str:
    """A line without the names and numbers that differ from scene to scene."""
    return re.sub(r"\S*\d\S*", "…", line)


def _rate(timing: Timing) -> str:
    return megapixels(timing.pixels / timing.seconds) if timing.seconds else UNDEFINED


def _output_row(written: Written, kinds: Sequence[str]) -> Markup:
    name = tag("th", written.name, scope="row")
    return tag("tr", name, tag("td", count(written.features)), *_links(written, kinds))


def _links(written: Written, kinds: Sequence[str]) -> Iterator[Markup]:
    """A cell a kind; of a mosaic that was written tile by tile it has several links."""
    for kind in kinds:
        paths = [path for name, path in written.outputs.items() if _kind_of(name) == kind]
        left = f" … {count(len(paths))} in all" if len(paths) > MOST_LINKS else None
        links = [joined(" ", link(path)) for path in paths[:MOST_LINKS]]
        yield tag("td", *links, left) if links else tag("td", UNDEFINED)


def _kind_of(name: str) -> str:
    """The kind of an output: `layer:a` is the layer of tile `a`."""
    return name.partition(":")[0]


def link(path: str, *, words: str | None = None) -> Markup:
    """A link to an output, by its path below the page's folder; its extension is what is shown by default."""
    return tag("a", words or PurePosixPath(path).suffix or path, href=f"./{quote(path)}", title=path)
