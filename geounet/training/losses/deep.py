"""Deep supervision: a U-Net's decoder learns at each of its stages, not at the last alone.

Lee et al. (2015), "Deeply-supervised nets"; of UNet++, at the end of each of its nested decoders, as in Zhou et al. (2018).
The heads serve training only; the network does not know of them.
"""

from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from geounet.errors import TrainingError


class DeepHeads(nn.Module):
    """A 1×1 convolution to (N, scores, h, w) logits on the output of each stage of a decoder but its last.

    It watches `network.decoder.blocks` (smp's Unet and UnetPlusPlus, of any depth) by forward hooks, and only while they
    train; neither their outputs nor their state changes. Its parameters are its own: give them to the optimizer beside the
    network's. Copies of the network are not watched. `close` ends it. Raises TrainingError on other networks.
    """

    def __init__(self, network: nn.Module, scores: int) -> None:
        super().__init__()
        blocks = _stages(network)
        self.heads = nn.ModuleList(nn.Conv2d(_channels(block), scores, 1) for block in blocks)
        for head in self.heads.children():
            nn.init.xavier_uniform_(head.weight)  # type: ignore[arg-type]  # as smp's own head begins; see below
            nn.init.zeros_(head.bias)  # type: ignore[arg-type]  # a module's fields are tensors or modules to mypy
        self._seen: dict[int, Tensor] = {}
        self._hooks = [
            block.register_forward_hook(_recorder(block, self._seen, stage=stage))
            for stage, block in enumerate(blocks)
        ]

    def forward(self) -> list[Tensor]:
        """Logits of the network's last training pass: of the next-to-last stage first, of the coarsest last.

        Of a UNet++ all are at half the sides: of the outermost of the nested decoders first, of the innermost last.

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
    """What the stages before the last add to the loss, a scalar: one at 2^−k of the sides has share · 2^−(k − 1).

    So those of a UNet++ count alike, as in its paper, and those of a U-Net the less the coarser they are. Labels and weights
    of a coarser stage are those of the pixel in the middle of each of its cells, so that one that is ignored stays so.

    Args:
        loss: of logits, labels and weights; see segmentation.py.
        logits: of the stages as DeepHeads gives them.
        labels: (N, h, w) int64.
        weights: (N, h, w) float32.
        share: of a stage at half the sides.
    """
    total = weights.new_zeros(())
    for scores in logits:
        coarse = loss(scores, _at(labels.float(), scores).long(), _at(weights, scores))
        total = total + share * (2 * scores.shape[-1] / labels.shape[-1]) * coarse
    return total


def _stages(network: nn.Module) -> list[nn.Module]:
    """The decoder's blocks that are supervised, the next-to-last stage first."""
    decoder = getattr(network, "decoder", None)
    blocks = getattr(decoder, "blocks", None)
    if isinstance(blocks, nn.ModuleList):
        return list(blocks.children())[-2::-1]
    if not isinstance(blocks, nn.ModuleDict):
        raise TrainingError(
            f"deep supervision is of architectures Unet and UnetPlusPlus, and this is {type(network).__name__}; "
            "set loss.deep to 0"
        )
    # Blocks x_i_j end nested decoder i at stage j; the last stage is x_0_j of the highest j, alone there. Encoders
    # without a map at half the sides leave the inner decoders nothing to end in: those blocks have no channels.
    column = max(int(name.rpartition("_")[2]) for name in blocks) - 1
    ends = [blocks[f"x_{nested}_{column}"] for nested in range(column + 1)]
    return [block for block in ends if not getattr(block, "is_empty", False)]


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
