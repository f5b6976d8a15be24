"""From a model's name to a Segmenter."""

from pathlib import Path
from typing import TYPE_CHECKING

from geounet.models import bundle
from geounet.models.catalogue import find

if TYPE_CHECKING:  # torch is loaded when a model is
    from geounet.models.engines.torch import TorchSegmenter


def load_model(
    model: str | Path, *, device: str = "auto", precision: str = "auto", threads: int | None = None
) -> "TorchSegmenter":
    """The model that a shipped name, a bundle's folder, an address or a hub's identifier stands for, ready to run.

    It is a Segmenter with `card`, `digest` and `describe()`. `device` is `auto`, `cpu`, `cuda`, `cuda:1` or `mps`;
    `precision` is `auto`, `float32`, `bfloat16` or `float16`. Raises ModelError (InvalidCardError, WeightsError among it)
    and DeviceError.
    """
    found = find(model)
    from geounet.models.engines.torch import TorchSegmenter
    from geounet.models.networks import with_stride

    module = bundle.load(found)
    card = with_stride(found.card, module)
    segmenter = TorchSegmenter(card, module, device=device, precision=precision, threads=threads)
    segmenter.digest = found.digest
    return segmenter
