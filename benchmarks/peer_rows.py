"""Other tools: end to end on one scene with the same weights, tile and overlap; speed, memory, wrong pixels."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import rasterio

from benchmarks.peers.environments import NotInstalledError
from benchmarks.peers.race import Race, Ran, run
from benchmarks.peers.serving import Setup
from benchmarks.peers.tools import MAIN, OWN, TOOLS, Tool
from benchmarks.peers.weights import null, trained
from benchmarks.scenes import textured
from benchmarks.table import Row, Target
from geounet.outputs import atomic_target
from geounet.synthetic import TownOptions, draw_town

TILE, OVERLAP, BATCH = 512, 64, 4
"""Overlap and batch are geoai's own; its tile is 256, of which more is overlap."""

GOAL = Target(must=2.0, excellent=2.5)
"""Of end to end against geoai."""


def rows(folder: Path, cache: Path, *, quick: bool) -> Iterator[Row]:
    """The network on a drawn town, then a model that costs nothing on a large scene; what did not run says why."""
    entrants: list[tuple[Tool, Path]] = []
    for tool in TOOLS:
        why = _missing(tool, cache, entrants)
        if why:
            yield Row(f"{tool.name}", "–", why)
    own = [(tool, Path(sys.executable)) for tool in OWN]
    network = _network_race(folder, cache, quick=quick)
    yield from _rows(network, run(network, own + entrants, folder), target=GOAL)
    nothing = _null_race(folder, cache, quick=quick)
    yield from _rows(nothing, run(nothing, own[:1] + entrants, folder), target=None)


def _missing(tool: Tool, cache: Path, entrants: list[tuple[Tool, Path]]) -> str:
    """Why a tool is not among the entrants, to which it is added where it can be."""
    remark = f"; {tool.remark}" if tool.remark else ""
    try:
        python = tool.environment.python(cache / "environments") if tool.environment else Path(sys.executable)
    except NotInstalledError as error:
        return f"not installed here: {error}{remark}"
    if not tool.module:
        return f"not run{remark}"
    entrants.append((tool, python))
    return ""


def _network_race(folder: Path, cache: Path, *, quick: bool) -> Race:
    weights = trained(cache / "weights", steps=60, tile=TILE)
    size = 1024 if quick else 2048
    setup = Setup(
        weights=str(weights.torch), onnx=str(weights.onnx), bundle=str(weights.bundle), tile=TILE, overlap=OVERLAP,
        batch=BATCH,
    )  # fmt: skip
    return Race(
        name=f"resnet18 U-Net, {size}² drawn town, tile {TILE}, overlap {OVERLAP}", setup=setup,
        scene=town(folder / f"peers_{size}.tif", size=size), small=town(folder / "peers_576.tif", size=576),
        pixels=size**2, rounds=1 if quick else 3,
    )  # fmt: skip


def _null_race(folder: Path, cache: Path, *, quick: bool) -> Race:
    size = 4096 if quick else 10_000
    onnx = null(cache / "weights", tile=TILE)
    return Race(
        name=f"null model, {size}² RGB, tile {TILE}, overlap {OVERLAP}",
        setup=Setup(weights="", onnx=str(onnx), bundle="", tile=TILE, overlap=OVERLAP, batch=BATCH),
        scene=textured(folder / f"textured_{size}_none.tif", size=size, compress="none"),
        small=textured(folder / "textured_1024_none.tif", size=1024, compress="none"),
        pixels=size**2, rounds=1 if quick else 3,
    )  # fmt: skip


def town(path: Path, *, size: int) -> Path:
    """A drawn town as plain RGB, valid everywhere: most tools know no mask."""
    if not path.exists():
        drawn = draw_town(TownOptions(size=(size, size), seed=1))
        profile = {
            "driver": "GTiff", "count": 3, "height": size, "width": size, "dtype": "uint8", "crs": drawn.grid.crs,
            "transform": drawn.grid.transform, "tiled": True, "compress": "deflate", "photometric": "rgb",
        }  # fmt: skip
        with atomic_target(path, overwrite=True) as draft, rasterio.open(draft, "w", **profile) as scene:
            scene.write(np.ascontiguousarray(drawn.image))
    return path


def _rows(race: Race, done: list[Ran], *, target: Target | None) -> Iterator[Row]:
    """A row for each of ours against the main peer, then one for each other peer against ours.

    The goal is that of the same overlap.
    """
    by_name = {ran.tool.name: ran for ran in done}
    main, first = by_name.get(MAIN), done[0]
    for ran in done:
        if ran.failure:
            yield Row(f"{race.name}: {ran.tool.name}", "–", f"did not run: {ran.failure}")
        elif ran.tool in OWN:
            yield _row(race, ran, main, target=target if ran.tool.overlap is None else None)
        elif ran is not main and not first.failure:
            yield _row(race, first, ran)


def _row(race: Race, ours: Ran, theirs: Ran | None, *, target: Target | None = None) -> Row:
    peer = "" if theirs is None else f" ÷ {theirs.tool.name}"
    ratio = None if theirs is None or theirs.failure else theirs.seconds / ours.seconds
    return Row(
        f"{race.name}: {ours.tool.name}{peer}",
        _words(race, ours) + ("" if ratio is None else f"; {ratio:.2f} × the speed"),
        "–" if theirs is None or theirs.failure else f"{_words(race, theirs)}; version {theirs.version}",
        ratio=ratio, target=target, data={"race": race.name, "ran": [_data(race, ran) for ran in (ours, theirs) if ran]},
    )  # fmt: skip


def _words(race: Race, ran: Ran) -> str:
    remark = f" ({ran.tool.remark})" if ran.tool.remark else ""
    return f"{race.pixels / 1e6 / ran.seconds:.2f} Mpx/s, {ran.memory:,.0f} MB, {ran.wrong}{remark}"


def _data(race: Race, ran: Ran) -> dict[str, str | float]:
    if ran.failure or ran.wrong is None:
        return {"tool": ran.tool.name, "failure": ran.failure}
    return {
        "tool": ran.tool.name, "version": ran.version, "speed": race.pixels / 1e6 / ran.seconds, "memory": ran.memory,
        "wrong": ran.wrong.pixels, "wrong_ppm": ran.wrong.ppm,
    }  # fmt: skip
