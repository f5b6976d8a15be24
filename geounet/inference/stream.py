"""Scenes, one after the other, through one model: batches are filled across them, and every stage runs ahead.

    reader threads          model thread           stitching thread        caller's thread
    Begun Block … Ended ─▶ Begun tile … Ended ─▶ Begun strip … Ended ─▶ each scene and its strips

Begun and Ended stand between the scenes at every stage. What goes wrong while a scene is opened or read travels in
its Ended and arises where its strips are taken, so that the scenes after it go on.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from geounet.inference.ahead import ahead, several_ahead
from geounet.inference.arithmetic import Arithmetic, on_device
from geounet.inference.host import HOST
from geounet.inference.patches import Block, read_blocks
from geounet.inference.placing import PlacedTile, place_tiles
from geounet.inference.plan import Plan
from geounet.inference.predict import Mark, ScoredTile, score_tiles
from geounet.models.segmenter import Segmenter
from geounet.strip import ScoreStrip

T = TypeVar("T")
Tag = TypeVar("Tag")

AHEAD_BYTES = 128 << 20
"""Scores that may wait to be stitched."""

_MARKS = 3
"""Items of the stream for a tile of a scene that has one alone: its own, and the marks round it."""


def ignore(_pixels: int) -> None:
    """Hear nothing of pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Generic[T]):
    """A scene that is open, and what is to be made of it."""

    plan: Plan
    bands: range
    """The score bands that are kept."""
    finish: Callable[[Iterator[ScoreStrip], Arithmetic], Iterator[T]]
    """What becomes of the strips of scores, arrays of an arithmetic, in the thread that stitches; it must not keep one
    beyond its turn."""
    moved: Callable[[int], object]
    """Hears of pixels that have gone through the model."""
    read: Callable[[int], object] = ignore
    """Hears of pixels that were read."""


@dataclass(frozen=True, slots=True)
class Opening(Generic[Tag, T]):
    """A scene that can be opened, and closed again when all of it is read; both in the thread that reads it."""

    tag: Tag
    """What the caller knows it by."""
    open: Callable[[], AbstractContextManager[Work[T]]]


@dataclass(frozen=True, slots=True)
class SceneStrips(Generic[Tag, T]):
    """One scene as it comes out."""

    tag: Tag
    work: Work[T] | None
    """None where the scene could not be opened."""
    strips: Iterator[T]
    """Raises what went wrong with the scene, or with the stream; good until the next scene is asked for."""


@dataclass(frozen=True, slots=True)
class _Begun(Mark):
    opening: Opening[Any, Any]
    work: Work[Any] | None


@dataclass(frozen=True, slots=True)
class _Ended(Mark):
    error: Exception | None


class _SceneError(Exception):
    """Carries what went wrong with one scene out of the stages that it interrupts."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class Scenes(Generic[Tag, T]):
    """The scenes of a stream, in the order in which they were given."""

    def __init__(self, items: Iterator[Any]) -> None:
        self._items = _Items(items)

    @property
    def broken(self) -> BaseException | None:
        """What ended the stream early and is no single scene's fault: the Segmenter failed, or memory ran out."""
        return self._items.broken

    def __iter__(self) -> Iterator[SceneStrips[Tag, T]]:
        """Each scene; what the caller leaves of it is passed over."""
        for begun in self._items:
            scene = _Scene(self._items)
            yield SceneStrips(begun.opening.tag, begun.work, scene.strips())
            scene.pass_over()


class _Items(Iterator[Any]):
    """The items of a stream; whatever ended it early is raised again to everyone who asks for more."""

    def __init__(self, items: Iterator[Any]) -> None:
        self._items = items
        self.broken: BaseException | None = None

    def __next__(self) -> Any:  # noqa: ANN401 (what `finish` makes, and marks)
        if self.broken is not None:
            raise self.broken
        try:
            return next(self._items)
        except StopIteration:
            raise
        except BaseException as error:
            self.broken = error
            raise


class _Scene:
    """The items of one scene in a stream, as far as its Ended."""

    def __init__(self, items: Iterator[Any]) -> None:
        self._items = items
        self._ended = False

    def strips(self) -> Iterator[Any]:
        """What was made of its strips; raises what went wrong with it."""
        for item in self._items:
            if isinstance(item, _Ended):
                self._ended = True
                if item.error is not None:
                    raise item.error
                return
            yield item

    def pass_over(self) -> None:
        """Take what is left."""
        while not self._ended:
            self._ended = isinstance(next(self._items), _Ended)


@contextmanager
def run_scenes(
    openings: Iterable[Opening[Tag, T]],
    segmenter: Segmenter,
    *,
    tiles_ahead: int,
    readers: int = 1,
    across: bool = True,
) -> Iterator[Scenes[Tag, T]]:
    """Run a Segmenter over scenes: what `finish` makes of the strips of each, ahead of whoever takes it.

    `readers` scenes are opened and read at once, ahead of the model; `tiles_ahead` scored tiles may wait to be stitched.
    """
    stop = threading.Event()
    device = on_device(segmenter)
    read = several_ahead((_read(opening) for opening in openings), width=readers, stop=stop)
    scored = _moved(score_tiles(_placed(read), segmenter, across=across, device=device))
    with (
        closing(read),
        ahead(scored, depth=_MARKS * tiles_ahead, stop=stop) as tiles,
        ahead(_finished(tiles, device or HOST), stop=stop) as items,
    ):
        try:
            yield Scenes(items)
        finally:
            stop.set()


def tiles_ahead(segmenter: Segmenter, *, tile: int, batch_size: int) -> int:
    """Scored tiles that may wait to be stitched: two batches, as far as memory goes."""
    tile_bytes = 4 * segmenter.card.scores * tile**2
    return max(2, min(2 * batch_size, AHEAD_BYTES // tile_bytes))


def _read(opening: Opening[Tag, T]) -> Iterator[Mark | Block]:
    """Open a scene and read it, from its Begun to its Ended."""
    begun = False
    try:
        with opening.open() as work:
            begun = True
            yield _Begun(opening, work)
            stop_row = 0
            for block in read_blocks(work.plan.scene, work.plan.grid, work.plan.area):
                work.read((block.stop_row - max(stop_row, block.first_row)) * block.valid.shape[1])
                stop_row = block.stop_row
                yield block
    except Exception as error:  # noqa: BLE001 (raised again where the scene's strips are taken)
        if not begun:
            yield _Begun(opening, None)
        yield _Ended(error)
    else:
        yield _Ended(None)


def _placed(items: Iterable[Mark | Block]) -> Iterator[Mark | PlacedTile]:
    """Blocks as the tiles that are cut from them."""
    plan: Plan | None = None
    for item in items:
        if isinstance(item, _Begun):
            plan = None if item.work is None else item.work.plan
        if isinstance(item, Mark):
            yield item
        elif plan is not None:
            yield from place_tiles([item], plan.view, plan.area, window=plan.window)


def _moved(items: Iterable[Mark | ScoredTile]) -> Iterator[Mark | ScoredTile]:
    """Pass tiles on, counting them and telling of the pixels of their cores."""
    work: Work[Any] | None = None
    for item in items:
        if isinstance(item, _Begun):
            work = item.work
        elif isinstance(item, ScoredTile) and work is not None:
            work.moved(work.plan.scored(item))
        yield item


def _finished(items: Iterator[Mark | ScoredTile], arithmetic: Arithmetic) -> Iterator[Any]:
    """Tiles as what is made of their strips."""
    for item in items:
        if not isinstance(item, _Begun):
            continue
        yield item
        try:
            work, tiles = item.work, _until_end(items)
            if work is not None:
                strips = work.plan.strips(tiles, work.bands, arithmetic=arithmetic)
                yield from work.finish(strips, arithmetic)
            for _ in tiles:
                pass  # nothing wants them, but the end may have something to say
        except _SceneError as carried:
            yield _Ended(carried.error)
        else:
            yield _Ended(None)


def _until_end(items: Iterator[Mark | ScoredTile]) -> Iterator[ScoredTile]:
    """One scene's tiles; raises _SceneError where its Ended says what went wrong."""
    for item in items:
        if isinstance(item, ScoredTile):
            yield item
        elif isinstance(item, _Ended):
            if item.error is not None:
                raise _SceneError(item.error)
            return
