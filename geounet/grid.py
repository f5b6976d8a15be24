"""Windows and tiles of a raster: integers only, no input or output.

A tile is what the network sees; its core is what it alone is responsible for; the margin is the context
between the two. Cores partition the raster. A tile that reaches past the raster is completed by mirroring.

        ┌───────────────── tile ─────────────────┐
        │  margin                                │        step    = tile − 2 × margin
        │      ┌────────── core ──────────┐      │        overlap = 2 × margin
        │      │                          │  ┌───┼──────────────── next tile ──
        │      │                          │  │   │        tile k starts at k × step − margin,
        │      │                          │  │   │        its core at k × step
        │      └──────────────────────────┼──┼───┘
        └─────────────────────────────────┘  │
                                   ├─ overlap ─┤
"""

from collections.abc import Iterator
from dataclasses import dataclass

from geounet.errors import OptionsError


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of pixels, half-open; it may reach past the raster, so its origin may be negative."""

    row: int
    """First row."""
    col: int
    """First column."""
    height: int
    """Number of rows, at least 0."""
    width: int
    """Number of columns, at least 0."""

    def __post_init__(self) -> None:
        if self.height < 0 or self.width < 0:
            raise ValueError(f"window of {self.height} × {self.width} pixels; a side is at least 0")

    @property
    def row_stop(self) -> int:
        """The row after the last."""
        return self.row + self.height

    @property
    def col_stop(self) -> int:
        """The column after the last."""
        return self.col + self.width

    def intersect(self, other: "Window") -> "Window":
        """The pixels in both windows; empty (0 × 0 at the nearer corner) when they do not meet."""
        row, col = max(self.row, other.row), max(self.col, other.col)
        height = max(0, min(self.row_stop, other.row_stop) - row)
        width = max(0, min(self.col_stop, other.col_stop) - col)
        return Window(row, col, height, width) if height and width else Window(row, col, 0, 0)

    def shift(self, *, rows: int, cols: int) -> "Window":
        """The window moved down by `rows` and right by `cols`."""
        return Window(self.row + rows, self.col + cols, self.height, self.width)


@dataclass(frozen=True, slots=True)
class Tile:
    """One square that the network sees, by its place in the grid."""

    index: tuple[int, int]
    """(row, col) of the tile in its grid."""
    window: Window
    """All pixels of the tile; parts past the raster are mirrored."""
    core: Window
    """The pixels that belong to this tile alone, all inside the raster."""


@dataclass(frozen=True, slots=True)
class TileGrid:
    """Square tiles with overlap that cover a raster, their cores a partition of it.

    Raises OptionsError when the overlap is odd, negative, or not less than the tile, or when tile or step
    is no multiple of the network's stride (tile origins must differ by multiples of it).
    """

    height: int
    """Rows of the raster, at least 1."""
    width: int
    """Columns of the raster, at least 1."""
    tile: int
    """Side of a tile in pixels."""
    overlap: int = 0
    """Pixels that neighbouring tiles share; even, 0 is legal."""
    stride: int = 1
    """The network's total downsampling."""

    def __post_init__(self) -> None:
        if self.height < 1 or self.width < 1:
            raise OptionsError(f"raster of {self.height} × {self.width} pixels; each side must be at least 1")
        if self.tile < 1:
            raise OptionsError(f"tile is {self.tile}; it must be at least 1")
        if not 0 <= self.overlap < self.tile or self.overlap % 2:
            raise OptionsError(
                f"overlap is {self.overlap}; it must be even, at least 0 and less than the tile ({self.tile})"
            )
        for name, value in (("tile", self.tile), ("tile − overlap", self.step)):
            if value % self.stride:
                nearest = max(self.stride, round(value / self.stride) * self.stride)
                raise OptionsError(
                    f"{name} is {value}; the model needs a multiple of its stride {self.stride}, such as {nearest}"
                )

    @property
    def margin(self) -> int:
        """Context on each side of a core."""
        return self.overlap // 2

    @property
    def step(self) -> int:
        """Distance between tile origins, and the side of a core."""
        return self.tile - self.overlap

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols) of tiles."""
        return -(-self.height // self.step), -(-self.width // self.step)

    @property
    def bounds(self) -> Window:
        """The whole raster."""
        return Window(0, 0, self.height, self.width)

    def __len__(self) -> int:
        rows, cols = self.shape
        return rows * cols

    def __iter__(self) -> Iterator[Tile]:
        """All tiles, row by row."""
        rows, cols = self.shape
        return (self[row, col] for row in range(rows) for col in range(cols))

    def __getitem__(self, index: tuple[int, int]) -> Tile:
        row, col = (axis * self.step for axis in index)
        core = Window(row, col, self.step, self.step).intersect(self.bounds)
        return Tile(index, Window(row - self.margin, col - self.margin, self.tile, self.tile), core)


def mirror(first: int, count: int, *, size: int) -> list[int]:
    """Indices of `count` positions from `first` on, mirrored into 0 … size − 1.

    The edge is not repeated (numpy.pad's `reflect`), the mirror repeats as often as needed, and an axis of
    one pixel is constant.
    """
    if first >= 0 and first + count <= size:
        return list(range(first, first + count))
    period = max(1, 2 * (size - 1))
    return [min(i % period, period - i % period) if size > 1 else 0 for i in range(first, first + count)]
