"""Deep supervision: a U-Net's decoder learns at each of its stages, not at the last alone.

Lee et al. (2015), "Deeply-supervised nets". The heads serve training only; the network does not know of them.
"""

from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from geounet.errors import TrainingError


class DeepHeads(nn.Module):
    """A 1×1 convolution to (N, scores, h, w) logits on the output of each stage of a decoder but its last.

    It watches `network.decoder.blocks` (smp's Unet, of any depth) by forward hooks, and only while they train; neither
    their outputs nor their state changes. Its parameters are its own: give them to the optimizer beside the network's.
    Copies of the network are not watched. `close` ends it.
    """

    def __init__(self, network: nn.Module, scores: int) -> None:
        super().__init__()
        blocks = list(network.get_submodule("decoder.blocks").children())[-2::-1]
        self.heads = nn.ModuleList(nn.Conv2d(_channels(block), scores, 1) for block in blocks)
        for head in self.heads.children():
            nn.init.xavier_uniform_(head.weight)  # type: ignore[arg-type]  # as smp's own head begins
            nn.init.zeros_(head.bias)  # type: ignore[arg-type]
        self._seen: dict[int, Tensor] = {}
        self._hooks = [
            block.register_forward_hook(_recorder(block, self._seen, stage=stage))
            for stage, block in enumerate(blocks)
        ]

    def forward(self) -> list[Tensor]:
        """Logits of the network's last training pass: of the next-to-last stage first, of the coarsest last.

        They are given once; raises TrainingError where the network has not been run in training since.
        """
        if len(self._seen) != len(self.heads):
            raise TrainingError(
                f"deep supervision saw {len(self._seen)} of {len(self.heads)} stages; run the network in training mode first"
            )
        outputs = [self._seen.pop(stage) for stage in range(len(self.heads))]
        return [head(output) for head, output in zip(self.heads, outputs, strict=True)]

    def close(self) -> None:
        """Watch no longer; may be called again."""
        for hook in self._hooks:
            hook.remove()
        self._hooks.clear()
        self._seen.clear()


def deep_loss(
    loss: nn.Module, logits: Sequence[Tensor], *, labels: Tensor, weights: Tensor, share: float
) -> Tensor:
    """What the stages before the last add to the loss, a scalar: stage k before the last has share · 2^−(k − 1).

    Labels and weights of a coarser stage are those of the pixel in the middle of each of its cells, so that one that is
    ignored stays so.

    Args:
        loss: of logits, labels and weights; see segmentation.py.
        logits: of the stages as DeepHeads gives them, (N, K, h/2, w/2) first.
        labels: (N, h, w) int64.
        weights: (N, h, w) float32.
        share: of the next-to-last stage.
    """
    total = weights.new_zeros(())
    for stage, scores in enumerate(logits):
        coarse = loss(scores, _at(labels.float(), scores).long(), _at(weights, scores))
        total = total + share * 0.5**stage * coarse
    return total


def _at(plane: Tensor, stage: Tensor) -> Tensor:
    """A plane (N, h, w) at the size of a stage's output."""
    return functional.interpolate(plane[:, None], size=stage.shape[-2:], mode="nearest-exact")[:, 0]


def _recorder(block: nn.Module, seen: dict[int, Tensor], *, stage: int) -> Callable[..., None]:
    """A hook that keeps a block's output while it trains.

    A copy of the network (an average of its weights) copies its hooks too, so it looks whose output it is.
    """

    def record(module: nn.Module, inputs: Any, output: Tensor) -> None:  # noqa: ANN401 (torch's hook)
        del inputs
        if module is block and module.training:
            seen[stage] = output

    return record


def _channels(block: nn.Module) -> int:
    """Channels of a decoder block's output: those of its last convolution, attention apart."""
    convolutions = [m for m in block.get_submodule("conv2").modules() if isinstance(m, nn.Conv2d)]
    return convolutions[-1].out_channels
