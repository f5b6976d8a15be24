"""A network for OpenVINO: an .xml of its graph, a .bin of its tensors."""

import json
from collections.abc import Sequence
from pathlib import Path

from geounet.errors import MissingDependencyError
from geounet.models.bundle import Bundle
from geounet.models.card import ModelCard
from geounet.models.exchange.export_onnx import bundles_to_onnx
from geounet.models.openvino_core import openvino_core


def write_openvino(bundles: Sequence[Bundle], card: ModelCard, path: Path) -> None:
    """Write patches (N, C, tile, tile) → scores, in single precision; the card is in the graph's `rt_info`.

    Raises ModelError where the network has no ONNX, by way of which it goes, and MissingDependencyError without openvino.
    """
    try:
        import openvino
    except ImportError as error:
        raise MissingDependencyError(
            f"openvino is not installed; {path.name} needs it: pip install 'geounet[exchange]'"
        ) from error
    # Read by the runtime: openvino's converter, which does the same, reports that it was used.
    model = openvino_core().read_model(bundles_to_onnx(bundles, card))
    model.set_rt_info(json.dumps(card.to_dict(), ensure_ascii=False), ["geounet", "card"])
    openvino.save_model(model, path, compress_to_fp16=False)
