"""A table of scenes: a row a scene, a cell a file of it, the first of them the one whose grid is taken."""

import csv
import re
from collections.abc import Sequence

SUFFIX = ".csv"

_PATH = re.compile(r"[./\\]")
"""What the name of a file has, and a column's has not."""


def is_table_name(name: str) -> bool:
    """Whether a file is called as a table is."""
    return name.lower().endswith(SUFFIX)


def scene_rows(lines: Sequence[str]) -> list[tuple[str, ...]]:
    """The files of each scene, from a table's lines; cells are parted by commas, semicolons or tabs.

    A first row of column names (no full stop or slash in any) is passed over, as are cells and rows without text.
    """
    if not lines:
        return []
    delimiter = next((sign for sign in "\t;" if sign in lines[0]), ",")
    cells = [
        tuple(cell.strip() for cell in row if cell.strip()) for row in csv.reader(lines, delimiter=delimiter)
    ]
    rows = [row for row in cells if row]
    is_named = bool(rows) and not any(_PATH.search(cell) for cell in rows[0])
    return rows[1:] if is_named else rows
