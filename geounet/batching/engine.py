"""The engine that the first run on a folder chooses and every later one keeps: outputs depend on it to the byte."""

import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.errors import DeviceError, GeounetWarning, MissingDependencyError, OptionsError
from geounet.models import load_model
from geounet.models.segmenter import Segmenter
from geounet.options import ExtractOptions

_SMALLER = 4
"""By how much a tile of a small scene may be smaller than the card's."""

_PROBE_TILES = 4
"""Tiles in a batch that is tried, at most."""


def choose_engine(segmenter: Segmenter, options: ExtractOptions) -> dict[str, Any]:
    """What a Segmenter will run with, as JSON: what it says of itself, batches, and whether those may mix scenes."""
    tile = options.tile or segmenter.card.tile
    described: Mapping[str, Any] = getattr(segmenter, "describe", dict)()
    batch_size = options.batch_size or _suggested(segmenter, tile)
    pixels = getattr(segmenter, "batch_pixels", None) or batch_size * tile**2
    small = max(segmenter.card.stride, tile // _SMALLER // segmenter.card.stride * segmenter.card.stride)
    sides = (tile, small) if getattr(segmenter, "any_tile", False) else (tile,)
    return {
        **described,
        "batch_size": options.batch_size,
        "batch_pixels": pixels,
        "across": all(
            keeps_tiles_apart(
                segmenter, tile=side, batch_size=options.batch_size or max(1, pixels // side**2)
            )
            for side in sides
        ),
    }


def _suggested(segmenter: Segmenter, tile: int) -> int:
    suggest = getattr(segmenter, "suggest_batch", None)
    return 1 if suggest is None else int(suggest(tile))


def keeps_tiles_apart(segmenter: Segmenter, *, tile: int, batch_size: int) -> bool:
    """Whether a tile's scores are the same to the bit whatever lies beside it in a batch, and wherever in it it lies.

    Tried on noise. Where they are not, batches end with each scene, so that its bytes do not depend on its neighbours.
    """
    if batch_size == 1:
        return True
    count = min(batch_size, _PROBE_TILES)
    shape = (batch_size, segmenter.card.channels, tile, tile)
    patches = np.zeros(shape, np.float32)
    patches[:count] = np.random.default_rng(0).normal(size=(count, *shape[1:]))
    together = _scores(segmenter, patches)
    turned = _scores(segmenter, np.roll(patches, 1, axis=0))
    alone = np.zeros(shape, np.float32)
    alone[0] = patches[0]
    return bool(
        np.array_equal(np.roll(together, 1, axis=0), turned)
        and np.array_equal(_scores(segmenter, alone)[0], together[0])
    )


def load_engine(address: str, engine: Mapping[str, Any], *, device: str | None = None) -> Segmenter:
    """The model, set to run as the first run chose; `device` names one of several that are alike.

    Raises DeviceError where this machine cannot run it so, and MissingDependencyError where it lacks the engine.
    """
    wanted = str(device or engine["device"])
    try:
        segmenter = load_model(
            address,
            engine=str(engine.get("engine", "torch")),
            device=wanted,
            precision=str(engine["dtype"]),
            threads=int(engine["threads"]) or None,
        )
    except (DeviceError, MissingDependencyError) as error:
        raise type(error)(
            f"the first run on this folder chose {engine['device']} with {engine['dtype']}, and here: {error}; "
            "run it where it began, choose another folder, or pass --overwrite to begin anew"
        ) from error
    segmenter.batch_pixels = int(engine["batch_pixels"])
    _check_changes(segmenter.describe(), engine)
    return segmenter


def _check_changes(now: Mapping[str, Any], engine: Mapping[str, Any]) -> None:
    """Say where this machine's engine is not the first run's to the last word: scores may differ in their last bits.

    Raises OptionsError where they would differ by more.
    """
    if now.get("calibration") != engine.get("calibration"):
        raise OptionsError(
            "the model's calibration is not the one of the first run on this folder, and outputs would differ: put that one "
            "back, choose another folder, or pass --overwrite to begin anew"
        )
    changed = [
        f"{name} {engine.get(name, 'unknown')} is {now[name]} here"
        for name in now
        if engine.get(name) != now[name]
    ]
    if changed:
        warnings.warn(
            f"the first run on this folder had another engine ({', '.join(changed)}): the last bits of outputs may differ",
            GeounetWarning,
            stacklevel=3,
        )


def check_kept(engine: Mapping[str, Any], options: ExtractOptions) -> None:
    """Raise OptionsError where a person chose another engine than the first run's, which is kept."""
    asked = {
        "engine": None if options.engine == "auto" else options.engine,
        "device": None if options.device == "auto" else options.device.partition(":")[0],
        "dtype": None if options.precision == "auto" else options.precision,
        "threads": options.threads if engine.get("device") == "cpu" else None,
        "batch_size": options.batch_size,
    }
    for name, value in asked.items():
        if value is not None and name in engine and engine[name] != value:
            raise OptionsError(
                f"the first run on this folder chose {name} {engine[name]}, and {value} is asked for; outputs would differ: "
                "leave it out, choose another folder, or pass --overwrite to begin anew"
            )


def with_engine(options: ExtractOptions, engine: Mapping[str, Any]) -> ExtractOptions:
    """The options with the first run's batch size, where it was chosen; the rest of the engine is in the Segmenter."""
    return replace(options, batch_size=engine["batch_size"], overwrite=True)


def _scores(segmenter: Segmenter, patches: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.array(segmenter(patches), np.float32)
