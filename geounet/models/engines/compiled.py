"""PyTorch with its compiler: fast kernels for each shape of batch, after some twenty seconds of compiling it."""

import os
import shutil
import sys

import torch
from torch import Tensor, nn
from torch._dynamo import config as dynamo
from torch._dynamo.exc import TorchDynamoException

from geounet.errors import MissingDependencyError, ModelError
from geounet.models.card import ModelCard
from geounet.models.engines.torch import TorchSegmenter
from geounet.models.reasons import reason_of

MOST_SHAPES = 10_000
"""Shapes of batches that are compiled; after as many, torch would run others uncompiled without a word. Its own is 8."""


class CompiledSegmenter(TorchSegmenter):
    """A network and its card as a Segmenter, its kernels made by torch.compile when the first batch comes."""

    def __init__(
        self,
        card: ModelCard,
        module: nn.Module,
        *,
        device: str = "auto",
        precision: str = "auto",
        threads: int | None = None,
    ) -> None:
        """As TorchSegmenter; MissingDependencyError where a processor's kernels cannot be compiled."""
        super().__init__(card, module, device=device, precision=precision, threads=threads)
        if self.device.type == "cpu":
            _require_compiler()
        # A shape at a time: kernels for any shape round otherwise, and which are made would hang on what came first.
        self.module = torch.compile(self.module, dynamic=False)

    def describe(self) -> dict[str, str | int]:
        """What decides the scores besides the weights: engine, version, device, arithmetic, threads."""
        return super().describe() | {"engine": "compile"}

    def _scores(self, patches: Tensor) -> Tensor:
        try:
            with dynamo.patch(recompile_limit=MOST_SHAPES):
                return super()._scores(patches)
        except TorchDynamoException as error:
            reason = reason_of(error)
            raise ModelError(
                f"model {self.card.name!r} cannot be compiled ({reason}); pass --engine torch, or auto"
            ) from error


def _require_compiler() -> None:
    """Raise MissingDependencyError where there is no C++ compiler that torch would call."""
    usual = ("cl", "clang-cl", "icx-cl") if sys.platform == "win32" else ("g++", "clang++", "c++")
    chosen = os.environ.get("CXX")
    names = (chosen,) if chosen else usual
    if not any(map(shutil.which, names)):
        raise MissingDependencyError(
            f"engine compile needs a C++ compiler; found none of {', '.join(names)}: install one, or pass --engine torch"
        )
