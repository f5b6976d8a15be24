"""What was measured, as JSON and as the page that shows it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.table import Row, Target

HEAD = """# Results

`make bench` wrote this page from `results.json`. Only ratios count, each of one run: times that are
compared are medians of rounds in turns, but for single runs in memory, vectors (other than the plain way), roads, archives
and with `--quick`; memory over several rounds is the most of them. [README.md](README.md) says what each part does, and how.

![Each goal against its floor, other tools, growth](results.png)
"""

MET = {"excellent": "excellent", "met": "yes", "missed": "**no**", None: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A part's rows, and what they were measured on."""

    name: str
    title: str
    machine: Mapping[str, str]
    rows: Sequence[Row]

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Measured":
        """What `asdict` gave."""
        return cls(**{**told, "rows": [_row(row) for row in told["rows"]]})


def _row(told: Mapping[str, Any]) -> Row:
    target = told["target"]
    return Row(**{**told, "target": None if target is None else Target(**target)})


def read(path: Path) -> dict[str, Measured]:
    """Parts by name; none where there is no file yet."""
    if not path.exists():
        return {}
    return {told["name"]: Measured.from_dict(told) for told in json.loads(path.read_text(encoding="utf-8"))}


def write(path: Path, parts: Iterable[Measured]) -> None:
    """The parts as JSON."""
    text = json.dumps([asdict(part) for part in parts], indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def page(parts: Sequence[Measured]) -> str:
    """The parts as Markdown: the goals of all first, then each part."""
    return "\n".join(
        [HEAD, *_goals(parts), "", *(line for part in parts for line in _part(part)), *_machines(parts)]
    )


def _goals(parts: Sequence[Measured]) -> Iterator[str]:
    yield "## The goals\n\n| figure | ratio | must / excellent | met |\n|---|---|---|---|"
    for part in parts:
        for row in part.rows:
            if row.target is not None:
                ratio = "–" if row.ratio is None else f"{row.ratio:.3g}"
                yield f"| {row.figure} | {ratio} | {row.goal_text} | {MET[row.verdict]} |"


def _part(part: Measured) -> Iterator[str]:
    yield f"## {part.title}\n\n| figure | measured | against | goal | met |\n|---|---|---|---|---|"
    for row in part.rows:
        yield f"| {row.figure} | {row.value} | {row.against} | {row.goal_text} | {MET[row.verdict]} |"
    yield ""


def _machines(parts: Sequence[Measured]) -> Iterator[str]:
    """What each part was measured on; parts on one machine and day together."""
    yield "## Machine\n"
    together: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for part in parts:
        same = tuple((key, value) for key, value in part.machine.items() if key != "load before")
        together.setdefault(same, []).append(f"{part.name} ({part.machine['load before']})")
    for same, names in together.items():
        words = "; ".join(f"{key} {value}" for key, value in same)
        yield f"- {words}. Parts, with the load before each: {', '.join(names)}."
