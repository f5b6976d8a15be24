"""A network and what its card makes of logits, as one module: what leaves gives probabilities."""

import torch
from torch import Tensor, nn

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


def example(card: ModelCard) -> Tensor:
    """Patches of noise (N, C, tile, tile), the same every time."""
    generator = torch.Generator().manual_seed(0)
    return torch.randn(TILES, card.channels, card.tile, card.tile, generator=generator)
