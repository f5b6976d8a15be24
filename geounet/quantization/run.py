"""A model and scenes → the same model in int8, where it is as good: the one place where that is composed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.errors import ModelError, OptionsError, OutputError
from geounet.models import load_model
from geounet.models.bundle import Bundle, save_onnx
from geounet.models.card import ModelCard
from geounet.models.catalogue import find
from geounet.models.engines.starting import is_int8
from geounet.models.engines.wanted import INT8, PRECISION
from geounet.models.quantization import CALIBRATION, Calibration, FloatGraph, float_graph
from geounet.models.quantization.calibrating import calibrate
from geounet.models.quantization.int8 import quantized
from geounet.models.quantization.observing import PASSES
from geounet.options import PredictOptions
from geounet.outputs import atomic_target, check_apart, check_target, hidden_folder
from geounet.progress import Progress, counting
from geounet.quantization.judging import JudgedScene, judge
from geounet.quantization.naming import names_of
from geounet.quantization.options import QuantizeOptions
from geounet.quantization.tiles import (
    CalibratedScene,
    Scenes,
    choose_tiles,
    fixed_tiles,
    patches_of,
    small_tiles,
)
from geounet.quantization.verdict import SceneVerdict, Verdict

QUANTIZATION = "x-quantization"
"""The card's key of how a model of integers was made, and what it loses."""

_SLACK = 1e-9
"""What rounding may add to a drop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantized:
    """What a quantisation came to."""

    out: Path
    """The bundle's folder, or the calibration's file."""
    digest: str
    """Of the bundle, or of the calibration."""
    tiles: int
    """Tiles that were calibrated on."""
    verdict: Verdict


def quantize(
    model: str | Path,
    scenes: Scenes,
    out: str | Path,
    *,
    options: QuantizeOptions | None = None,
    progress: Progress | None = None,
) -> Quantized:
    """Calibrate a model on scenes, and write it in int8 where its labels stay as good.

    Args:
        model: What `load_model` takes, but an ensemble.
        scenes: Scenes of the kind that the model is for; a part of each is held back to judge by.
        out: The bundle's folder; or, where it ends in `.json`, the calibration alone, which makes the model of integers when
            it lies in the model's bundle as `calibration.json`.
        options: Labels, other scenes to judge by, and what may be lost.
        progress: Makes a progress bar that counts pixels (tqdm's shape).

    Raises:
        GeounetError: ModelError where IoU falls by more than `max_drop` or the network is not one for int8; others of
            `geounet.errors`. Nothing is written then.
    """
    options, out, scenes = options or QuantizeOptions(), Path(out), list(scenes)
    judged = _judged(scenes, options)
    source = _in_floats(model)
    _check_apart(out, source, [*scenes, *options.validation, *options.labels])
    _check_out(out, model, options)
    graph = float_graph(source)
    chosen = choose_tiles(
        scenes,
        small_tiles(graph),
        most=options.tiles,
        bands=options.bands,
        hold_back=not options.validation,
    )
    if not options.validation:
        judged = [replace(scene, calibrated=c) for scene, c in zip(judged, chosen, strict=True)]
    calibration = _calibrated(graph, chosen, options, progress=progress)
    with hidden_folder(out.resolve().parent, shown=out) as folder:
        content = quantized(graph, calibration)
        draft = save_onnx(folder / "int8", _card(graph.card, {}), model=content, page="")
        run = fixed_tiles(small_tiles(graph), options.bands)
        found = _judge_all(judged, (source, draft), run, folder=folder, progress=progress)
    against = "labels" if options.labels else "float32"
    verdict = Verdict(scenes=found, against=against, held_back=not options.validation)
    _gate(verdict, options, name=source.card.name)
    calibration = replace(calibration, notes=_notes(source, chosen, calibration, verdict))
    if _is_calibration(out):
        digest = _write_calibration(out, calibration, overwrite=options.overwrite)
    else:
        card = _card(graph.card, calibration.notes)
        page = _page(source, card)
        digest = save_onnx(out, card, model=content, page=page, overwrite=options.overwrite).digest
    return Quantized(out=out, digest=digest, tiles=calibration.tiles, verdict=verdict)


def _in_floats(model: str | Path) -> Bundle:
    """The model's bundle; raises ModelError where it is one of integers."""
    source = find(model)
    if is_int8(source):
        raise ModelError(f"model {source.card.name!r} is in int8 already; pass the model that it was made of")
    return source


def _calibrated(
    graph: FloatGraph,
    chosen: Sequence[CalibratedScene],
    options: QuantizeOptions,
    *,
    progress: Progress | None,
) -> Calibration:
    """Ranges and means by the chosen tiles."""
    total = PASSES * sum(len(scene.tiles) for scene in chosen)
    with counting(progress, total=total, desc="calibration", unit="tiles") as move_on:

        def patches() -> Iterator[NDArray[np.float32]]:
            for patch in patches_of(chosen, small_tiles(graph), options.bands):
                yield patch
                move_on(1)

        return calibrate(graph, patches, method=options.method)


def _judged(scenes: Scenes, options: QuantizeOptions) -> list[JudgedScene]:
    """The scenes that are judged on, each with its labels."""
    if not scenes:
        raise OptionsError("no scene to calibrate on; pass one at least")
    sources = list(options.validation or scenes)
    if options.labels and len(options.labels) != len(sources):
        raise OptionsError(f"{len(options.labels)} labels for {len(sources)} scenes; expected one each")
    truths: Sequence[str | Path | None] = options.labels or [None] * len(sources)
    return [
        JudgedScene(source=source, name=name, truth=truth)
        for source, name, truth in zip(sources, names_of(sources), truths, strict=True)
    ]


def _is_calibration(out: Path) -> bool:
    return out.suffix.lower() == ".json"


def _check_apart(out: Path, source: Bundle, read: Scenes) -> None:
    """Refuse an output that would take the place of the model, of another file that is read, or of a folder round one."""
    own = [path for path in source.folder.iterdir() if path.name != CALIBRATION]
    inputs = [source.folder, *own, *read]
    check_apart([out], inputs)
    inside = [path for path in inputs if Path(path).resolve().is_relative_to(out.resolve())]
    if inside:
        raise OutputError(f"{out} is a folder that holds {inside[0]}, which is read; choose another folder")


def _check_out(out: Path, model: str | Path, options: QuantizeOptions) -> None:
    """Refuse, before anything is run, an output that cannot be written, or that nothing would read."""
    if _is_calibration(out):
        if Path(model).suffix.lower() == ".onnx" and Path(model).is_file():
            raise OptionsError(
                f"model {model} is a file, which no calibration lies beside; make it a bundle first: geounet models import "
                f"{quote(str(model))} -o {quote(Path(model).stem)}, or pass a folder as --out"
            )
        check_target(out, overwrite=options.overwrite)
    elif out.exists() and not options.overwrite:
        raise OptionsError(f"{out} exists; pass --overwrite to replace it, or choose another folder")
    elif not out.resolve().parent.is_dir():
        raise OptionsError(f"cannot write {out}: there is no folder {out.parent}; make it first")


def _judge_all(
    judged: Sequence[JudgedScene],
    bundles: tuple[Bundle, Bundle],
    run: PredictOptions,
    *,
    folder: Path,
    progress: Progress | None,
) -> tuple[SceneVerdict, ...]:
    """Both models, float32 and int8, over the scenes that are judged on."""
    # One engine for both, so that what differs is the arithmetic; it is there, since it made the integers.
    exact, near = (load_model(bundle.folder, engine="onnx", device="cpu") for bundle in bundles)
    return tuple(
        judge(scene, (exact, near), folder=folder, options=run, progress=progress) for scene in judged
    )


def _gate(verdict: Verdict, options: QuantizeOptions, *, name: str) -> None:
    """Raise ModelError unless int8 is as good as it must be."""
    if not verdict.is_known:
        raise ModelError(
            f"no pixel of a class in what model {name!r} is judged on, so int8 cannot be judged; pass scenes that have some"
        )
    if verdict.drop > options.max_drop + _SLACK:
        loses, remedy = "loses", "pass scenes more like those to come"
        if not options.labels:
            loses, remedy = "may lose up to", "pass --labels, against which it is often much less"
        raise ModelError(
            f"model {name!r} {loses} {verdict.drop:.4f} of IoU in int8 ({verdict.in_words()}); expected "
            f"{options.max_drop:g} at most, so nothing was written: {remedy}, another --method, or a larger --max-drop"
        )


def _notes(
    source: Bundle, chosen: Sequence[CalibratedScene], calibration: Calibration, verdict: Verdict
) -> dict[str, Any]:
    names = names_of([scene.source for scene in chosen])
    return {
        "source": source.digest,
        "method": calibration.method,
        "tiles": {name: len(scene.tiles) for name, scene in zip(names, chosen, strict=True)},
        "verdict": verdict.to_dict(),
    }


def _write_calibration(out: Path, calibration: Calibration, *, overwrite: bool) -> str:
    with atomic_target(out, overwrite=overwrite) as target:
        target.write_text(calibration.to_json(), encoding="utf-8", newline="\n")
    return calibration.digest


def _card(card: ModelCard, notes: Any) -> ModelCard:  # noqa: ANN401 (a mapping of JSON)
    """The model's card, with what it is now."""
    return replace(card, extras=dict(card.extras) | {PRECISION: INT8, QUANTIZATION: dict(notes)})


def _page(source: Bundle, card: ModelCard) -> str:
    """The model's page, and what was done to it."""
    notes = card.extras[QUANTIZATION]
    told = source.page.read_text(encoding="utf-8") if source.page.is_file() else f"# {card.name}\n"
    verdict = notes["verdict"]
    scenes = "".join(f"- {name}: {count} tiles\n" for name, count in notes["tiles"].items())
    return (
        f"{told.rstrip()}\n\n## int8\n\nThis is model `{source.digest}` in 8-bit integers (kernels: 7 bits), calibrated by "
        f"`geounet models quantize` ({notes['method']}) on\n\n{scenes}\nIoU against {verdict['against']}: "
        f"{verdict['iou_int8']} in int8, {verdict['iou_float32']} in float32.\n"
    )
