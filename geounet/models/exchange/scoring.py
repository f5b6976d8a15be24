"""A network and what its card makes of logits, as one module: what leaves gives probabilities."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn

from geounet.models.bundle import Bundle, load
from geounet.models.card import ModelCard

TILES = 2
"""Tiles of an example: with one alone, a tracer takes the batch for fixed."""


class Scoring(nn.Module):
    """Normalised patches (N, C, h, w) to scores (N, K, h, w): softmax or sigmoid of logits / temperature."""

    def __init__(self, network: nn.Module, card: ModelCard) -> None:
        super().__init__()
        self.network = network
        self.temperature = float(card.temperature)
        self.exclusive = card.activation == "softmax"

    def forward(self, patches: Tensor) -> Tensor:
        """Score the patches."""
        logits: Tensor = self.network(patches)
        if self.temperature != 1:
            logits = logits / self.temperature
        return logits.softmax(1) if self.exclusive else logits.sigmoid()


class MeanScores(nn.Module):
    """The mean of what several networks that give scores say of the same patches."""

    def __init__(self, networks: Iterable[nn.Module]) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)

    def forward(self, patches: Tensor) -> Tensor:
        """Score the patches."""
        return torch.stack([network(patches) for network in self.networks]).mean(0)


def scoring_of(bundles: Sequence[Bundle]) -> nn.Module:
    """What gives the scores of a bundle, or the mean of several's; raises ModelError where one is in ONNX."""
    each = [Scoring(load(bundle), bundle.card) for bundle in bundles]
    return (each[0] if len(each) == 1 else MeanScores(each)).eval()


def example(card: ModelCard) -> Tensor:
    """Patches of noise (N, C, tile, tile), the same every time."""
    generator = torch.Generator().manual_seed(0)
    return torch.randn(TILES, card.channels, card.tile, card.tile, generator=generator)
