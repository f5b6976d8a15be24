"""The parts of the benchmark: what each measures, and how large in a full and in a quick run.

A part is imported when it runs: what it needs, another can do without.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.table import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where and how large."""

    folder: Path
    """Scenes are made and kept here."""
    cache: Path
    """Peers' environments and weights are made and kept here."""
    quick: bool = False
    tiles: int | None = None
    """Of the archive; None is 2,000, and 100 in a quick run."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows that belong together."""

    name: str
    """What `--only` calls it."""
    title: str
    rows: Callable[[Setting], Iterator[Row]]
    asked: bool = False
    """Whether it runs only where it is asked for by name: it takes long."""


def _pipeline(setting: Setting) -> Iterator[Row]:
    from benchmarks import pipeline_rows

    size, rounds = (4096, 1) if setting.quick else (10_000, 3)
    return pipeline_rows.rows(setting.folder, size=size, rounds=rounds)


def _model(setting: Setting) -> Iterator[Row]:
    from benchmarks import model_rows

    size, large = (1024, 2048) if setting.quick else (3072, 10_000)
    return model_rows.rows(setting.folder, size=size, large=large)


def _engines(setting: Setting) -> Iterator[Row]:
    from benchmarks import engine_rows

    yield from engine_rows.rows(quick=setting.quick)
    yield Row(
        "GPU busy, uncompressed or zstd source",
        "–",
        "not measured: these rows time engines, and watch no GPU",
        "80 % / 95 %",
    )


def _memory(setting: Setting) -> Iterator[Row]:
    from benchmarks import memory_rows

    sizes = (5_000,) if setting.quick else (5_000, 10_000, 20_000, 50_000)
    heights = (2_500, 10_000) if setting.quick else (10_000, 40_000)
    yield from memory_rows.height_rows(setting.folder, heights=heights)
    yield from memory_rows.rows(setting.folder, sizes=sizes)


def _vectors(setting: Setting) -> Iterator[Row]:
    from benchmarks import vector_rows

    size = 3_000 if setting.quick else 10_000
    rounds = 1 if setting.quick else 5
    yield vector_rows.tracing_row(setting.folder, size=size, rounds=rounds)
    yield from vector_rows.rows(setting.folder, size=size, rounds=rounds)


def _peers(setting: Setting) -> Iterator[Row]:
    from benchmarks import peer_rows

    return peer_rows.rows(setting.folder, setting.cache, quick=setting.quick)


def _growth(setting: Setting) -> Iterator[Row]:
    from benchmarks import growth_rows

    return growth_rows.rows(setting.folder, quick=setting.quick)


def _start(setting: Setting) -> Iterator[Row]:
    from benchmarks import start_rows

    return start_rows.rows(setting.folder, rounds=3 if setting.quick else 7)


def _training(setting: Setting) -> Iterator[Row]:
    from benchmarks import training_rows

    return training_rows.rows(setting.folder, quick=setting.quick, device="cpu")


def _outlines(_setting: Setting) -> Iterator[Row]:
    from benchmarks import regularize_rows

    data = Path(os.environ.get("GEOUNET_DATA", "../shared/data"))
    if not data.is_dir():
        return iter([Row("outlines of real footprints", "–", "needs the real scenes: set GEOUNET_DATA")])
    return regularize_rows.rows(data)


def _roads(setting: Setting) -> Iterator[Row]:
    from benchmarks import roads_rows

    seeds, size = (1, 2_000) if setting.quick else (5, 10_000)
    return roads_rows.rows(setting.folder, seeds=seeds, size=size)


def _archives(setting: Setting) -> Iterator[Row]:
    from benchmarks import accounts_rows, archive_rows, going_on_rows

    quick = setting.quick
    many, few = (5_000, 200) if quick else (100_000, 1_000)
    tiles = setting.tiles or (100 if quick else 2_000)
    yield from archive_rows.rows(setting.folder, tiles=tiles, sample=4 if quick else 20)
    yield from accounts_rows.rows(setting.folder, jobs=many, bucket_jobs=few)
    yield from going_on_rows.rows(setting.folder, jobs=many)


PARTS = (
    Part("pipeline", "All but the model, against GDAL", _pipeline),
    Part("model", "The model's share of a run", _model),
    Part("engines", "Engines, against PyTorch eager", _engines),
    Part("peers", "Other tools: the same weights, tile and overlap", _peers),
    Part("memory", "Memory", _memory),
    Part("vectors", "Vectorising", _vectors),
    Part("growth", "How cost grows", _growth),
    Part("start", "Start-up", _start),
    Part("training", "Training: the loader and the step", _training),
    Part("outlines", "Regular outlines of real footprints", _outlines),
    Part("roads", "Roads", _roads),
    Part("archives", "Archives of small tiles", _archives, asked=True),
)
