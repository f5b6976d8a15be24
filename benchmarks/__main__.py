"""`python -m benchmarks [--quick] [--only a,b,c,d,e,f,g] [--folder DIR]`: one table, ratios measured in one run."""

import argparse
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import (
    accounts_rows,
    archive_rows,
    going_on_rows,
    memory_rows,
    model_rows,
    pipeline_rows,
    regularize_rows,
    roads_rows,
    vector_rows,
)
from benchmarks.table import Row, render


def main() -> None:
    """Measure what was asked for and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small scenes, one round")
    parser.add_argument(
        "--only",
        default="a,b,c,d,e,f,g",
        help="(a) null pipeline, (b) real model, (c) memory, (d) vectorising, (e) regular outlines of footprints, (f) "
        "roads, (g) archives of small tiles",
    )
    parser.add_argument("--tiles", type=int, metavar="N", help="(g): tiles of the archive (2000; quick: 100)")
    parser.add_argument(
        "--folder", type=Path, help="where scenes are made and kept (default: a temporary folder)"
    )
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print(render(_rows(folder, parts=args.only.split(","), quick=args.quick, tiles=args.tiles)))


def _rows(folder: Path, *, parts: list[str], quick: bool, tiles: int | None) -> Iterator[Row]:
    if "a" in parts:
        yield from pipeline_rows.rows(folder, size=4096 if quick else 10_000, rounds=1 if quick else 3)
    if "b" in parts:
        yield from model_rows.rows(folder, size=1024 if quick else 3072)
    if "c" in parts:
        yield from memory_rows.rows(folder, sizes=(5_000,) if quick else (5_000, 10_000, 20_000, 50_000))
    if "d" in parts:
        yield from vector_rows.rows(folder, size=3_000 if quick else 10_000)
    data = Path(os.environ.get("GEOUNET_DATA", "../shared/data"))
    if "e" in parts and data.is_dir():
        yield from regularize_rows.rows(data)
    if "f" in parts:
        yield from roads_rows.rows(folder, seeds=1 if quick else 5, size=2_000 if quick else 10_000)
    if "g" in parts:
        yield from _archives(folder, tiles=tiles or (100 if quick else 2_000), quick=quick)


def _archives(folder: Path, *, tiles: int, quick: bool) -> Iterator[Row]:
    many, few = (5_000, 200) if quick else (100_000, 1_000)
    yield from archive_rows.rows(folder, tiles=tiles, sample=4 if quick else 20)
    yield from accounts_rows.rows(folder, jobs=many, bucket_jobs=few)
    yield from going_on_rows.rows(folder, jobs=many)


if __name__ == "__main__":
    main()
