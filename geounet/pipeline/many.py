"""Many scenes → a layer each: one model, batches filled across scenes, the next scenes read while these are written."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from geounet.georeference import Georeference
from geounet.inference.ahead import ahead
from geounet.inference.asked import asked
from geounet.inference.plan import Plan
from geounet.inference.stream import Opening, Scenes, SceneStrips, Work, ignore, run_scenes, tiles_ahead
from geounet.models.segmenter import Segmenter
from geounet.options import ExtractOptions
from geounet.pipeline.destinations import Outputs
from geounet.pipeline.labelling import Labelled, labelling
from geounet.pipeline.planning import Known, planned
from geounet.raster.scene_file import SceneSource

Tag = TypeVar("Tag")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneRequest(Generic[Tag]):
    """One of many scenes."""

    tag: Tag
    """What the caller knows it by."""
    open: Callable[[], AbstractContextManager[SceneSource]]
    """Opens the raster, or those that are one scene, in the thread that reads it."""
    options: ExtractOptions
    outputs: Outputs
    known: Known = field(default_factory=Known)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyOptions:
    """How many scenes go through the model."""

    batch_pixels: int = 1 << 18
    """Pixels that the model runs at once, about."""
    readers: int = 2
    """Scenes that are opened and read at once."""
    across: bool = True
    """Whether batches are filled across scenes."""
    extract: ExtractOptions = field(default_factory=ExtractOptions)
    """How the model is asked, as the requests' options have it."""
    moved: Callable[[int], object] = ignore
    """Hears of pixels that have gone through the model."""
    read: Callable[[int], object] = ignore
    """Hears of pixels that were read."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a scene has no outputs; nothing of it is left."""

    error: Exception
    grid: Georeference | None
    """Where the scene lies; None where it could not be opened."""


@contextmanager
def many_scenes(
    requests: Iterable[SceneRequest[Tag]], segmenter: Segmenter, *, options: ManyOptions
) -> Iterator[Scenes["SceneRequest[Tag]", Labelled]]:
    """Scenes as the model runs over them, for `each_made`; they are opened in threads of their own."""
    tile = segmenter.card.tile
    waiting = tiles_ahead(segmenter, tile=tile, batch_size=max(1, options.batch_pixels // tile**2))
    with (
        ahead(_opening(request, segmenter, options) for request in requests) as openings,
        run_scenes(
            openings,
            asked(segmenter, options.extract),
            tiles_ahead=waiting,
            readers=options.readers,
            across=options.across,
        ) as scenes,
    ):
        yield scenes


def each_made(
    scenes: Scenes["SceneRequest[Tag]", Labelled],
    make: Callable[["SceneRequest[Tag]", Plan, Iterator[Labelled]], Made],
) -> Iterator[tuple["SceneRequest[Tag]", Made | Failure]]:
    """What `make` writes of each scene, in order; a scene that fails gives a Failure, and the next one is taken.

    Raises what is no single scene's fault: see `Scenes.broken`.
    """
    for scene in scenes:
        try:
            made: Made | Failure = _made(scene, make)
        except Exception as error:
            if scenes.broken is not None:
                raise
            made = Failure(error, None if scene.work is None else scene.work.plan.scene.grid)
        yield scene.tag, made


def _made(
    scene: SceneStrips["SceneRequest[Tag]", Labelled],
    make: Callable[["SceneRequest[Tag]", Plan, Iterator[Labelled]], Made],
) -> Made:
    if scene.work is None:
        for _ in scene.strips:
            pass  # there is none: it raises why the scene could not be opened
        raise AssertionError("a scene that was not opened says why")
    return make(scene.tag, scene.work.plan, scene.strips)


def _opening(
    request: SceneRequest[Tag], segmenter: Segmenter, options: ManyOptions
) -> Opening["SceneRequest[Tag]", Labelled]:
    @contextmanager
    def opened() -> Iterator[Work[Labelled]]:
        with ExitStack() as stack:
            source = stack.enter_context(request.open())
            plan = stack.enter_context(
                planned(
                    source,
                    segmenter,
                    request.options,
                    outputs=request.outputs,
                    known=request.known,
                )
            )
            yield labelling(plan, request.options, request.outputs, moved=options.moved, read=options.read)

    return Opening(request, opened)
