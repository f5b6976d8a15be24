"""The results as one picture: each goal against its floor, other tools, and how cost grows."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.results import Measured
from benchmarks.table import Row

COLOURS = {"excellent": "#1b7f4b", "met": "#8fbf6a", "missed": "#c8553d"}
OURS, THEIRS = "#1f5f8b", "#b9b9b9"
WIDTH = 86
"""Letters of a label."""


def draw(parts: Sequence[Measured], path: Path) -> None:
    """Write the picture as PNG; panels without rows are left out."""
    mpl.use("Agg")
    goals = [row for part in parts for row in part.rows if row.verdict and part.name != "growth"]
    races = _races([row for part in parts if part.name == "peers" for row in part.rows])
    lines = [row for part in parts if part.name == "growth" for row in part.rows if "sizes" in row.data]
    heights = [0.9 + 0.32 * len(goals)] if goals else []
    heights += [1.2 + 0.42 * max(map(len, races.values()))] if races else []
    heights += [3.6] if lines else []
    if not heights:
        return
    figure = Figure(figsize=(13, sum(heights) + 0.5), layout="constrained")
    shares = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    panels = iter(shares)
    if goals:
        _draw_goals(next(panels).subplots(), goals)
    if races:
        for axes, (name, tools) in zip(
            np.atleast_1d(next(panels).subplots(1, len(races))), races.items(), strict=True
        ):
            _draw_race(axes, name, tools)
    if lines:
        _draw_growth(list(next(panels).subplots(1, 2)), lines)
    figure.savefig(path, dpi=110)


def _draw_goals(axes: Axes, goals: Sequence[Row]) -> None:
    """How many times the floor each figure reached, on a logarithmic scale; a tick where it is excellent."""
    for place, row in enumerate(goals):
        if row.target is None or row.ratio is None or row.verdict is None:
            continue
        turn = -1 if row.target.at_most else 1
        reached, best = (row.ratio / row.target.must) ** turn, (row.target.best / row.target.must) ** turn
        axes.barh(place, reached - 1, left=1, color=COLOURS[row.verdict])
        axes.plot([best, best], [place - 0.4, place + 0.4], color="black", lw=1.5)
        axes.annotate(
            f"{row.ratio:.3g}",
            (max(reached, best, 1), place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
        )
    axes.axvline(1, color="black", lw=0.8)
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_yticks(range(len(goals)), [_cut(row.figure) for row in goals], fontsize=7)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_title(
        "Each goal: times its floor (line at 1; tick: excellent; number: what was measured)", loc="left"
    )


def _races(rows: Sequence[Row]) -> dict[str, dict[str, dict[str, float]]]:
    """Race → tool → what came of it."""
    races: dict[str, dict[str, dict[str, float]]] = {}
    for row in rows:
        for ran in row.data.get("ran", []):
            if "speed" in ran:
                races.setdefault(row.data["race"], {})[ran["tool"]] = ran
    return races


def _draw_race(axes: Axes, name: str, tools: dict[str, dict[str, float]]) -> None:
    """Mpx/s of each tool, with its memory and its wrong pixels."""
    ordered = sorted(tools, key=lambda tool: tools[tool]["speed"])
    for place, tool in enumerate(ordered):
        ran = tools[tool]
        axes.barh(place, ran["speed"], color=OURS if tool.startswith("geounet") else THEIRS)
        words = f"{ran['memory']:,.0f} MB, {ran['wrong']:,.0f} wrong"
        axes.annotate(
            words, (ran["speed"], place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8
        )
    axes.set_yticks(range(len(ordered)), [_cut(tool, 36) for tool in ordered], fontsize=8)
    axes.margins(x=0.6)
    axes.set_xlim(left=0)
    axes.set_xlabel("Mpx/s, end to end")
    axes.set_title(name, loc="left", fontsize=9)


def _draw_growth(panels: Sequence[Axes], rows: Sequence[Row]) -> None:
    """Cost over size, both in shares of the largest, and the line that fits; time beside memory."""
    for axes, cost in zip(panels, ("s", "MB"), strict=True):
        for row in (row for row in rows if row.data["cost"] == cost):
            sizes, costs = np.array(row.data["sizes"]), np.array(row.data["costs"])
            line = row.data["fixed"] + row.data["each"] * sizes
            (drawn,) = axes.plot(sizes / sizes[-1], costs / costs[-1], "o", ms=4, label=_cut(row.figure))
            axes.plot(sizes / sizes[-1], line / costs[-1], color=drawn.get_color(), lw=0.8)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("size, share of the largest")
        axes.set_ylabel("time" if cost == "s" else "memory")
        axes.legend(fontsize=6.5)
        axes.set_title("Growth: points are measured, lines are fixed + each × size", loc="left", fontsize=9)


def _cut(text: str, width: int = WIDTH) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
