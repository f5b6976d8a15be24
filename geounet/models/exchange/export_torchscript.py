"""A network as TorchScript: what C++ and other programs with libtorch run without its code."""

import json
from pathlib import Path

import torch

from geounet.errors import ModelError
from geounet.models.bundle import CARD, Bundle, load
from geounet.models.exchange.scoring import Scoring, example


def write_torchscript(bundle: Bundle, path: Path) -> None:
    """Write patches (N, C, tile, tile) → scores as a traced module; the card lies in it as `card.json`.

    Raises ModelError where the bundle is in ONNX, or torch cannot trace its network.
    """
    module = Scoring(load(bundle), bundle.card).eval()
    try:
        with torch.no_grad():
            traced = torch.jit.trace(module, example(bundle.card), check_trace=False)  # type: ignore[no-untyped-call]
    except Exception as error:  # the tracer's own classes; whichever it is, this network has no TorchScript
        reason = " ".join(str(error).split())[:200]
        raise ModelError(
            f"model {bundle.card.name!r} cannot be written in TorchScript ({reason}); export to onnx"
        ) from error
    card = json.dumps(bundle.card.to_dict(), ensure_ascii=False)
    torch.jit.save(traced, path, _extra_files={CARD: card})
