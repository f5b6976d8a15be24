"""A network as TorchScript: what C++ and other programs with libtorch run without its code."""

import json
from collections.abc import Sequence
from pathlib import Path

import torch

from geounet.errors import ModelError
from geounet.models.bundle import CARD, Bundle
from geounet.models.card import ModelCard
from geounet.models.exchange.scoring import example, scoring_of
from geounet.models.reasons import reason_of


def write_torchscript(bundles: Sequence[Bundle], card: ModelCard, path: Path) -> None:
    """Write patches (N, C, tile, tile) → scores as a traced module; the card lies in it as `card.json`.

    Raises ModelError where the bundle is in ONNX, or torch cannot trace its network.
    """
    module = scoring_of(bundles)
    try:
        with torch.no_grad():
            traced = torch.jit.trace(module, example(card), check_trace=False)  # type: ignore[no-untyped-call]  # torch's own
    except Exception as error:  # the tracer's own classes; whichever it is, this network has no TorchScript
        reason = reason_of(error)
        raise ModelError(
            f"model {card.name!r} cannot be written in TorchScript ({reason}); export to onnx"
        ) from error
    text = json.dumps(card.to_dict(), ensure_ascii=False)
    torch.jit.save(traced, path, _extra_files={CARD: text})
