"""Models to go on from."""

from pathlib import Path

import pytest
import torch

from geounet.models import bundle
from geounet.models.card import ModelCard
from geounet.models.networks import build


@pytest.fixture(scope="session")
def save_model(tmp_path_factory):
    """Write a bundle of random weights for a card's tables; returns its folder."""

    def save(card: dict) -> Path:
        torch.manual_seed(5)
        read = ModelCard.from_dict({"format": 1} | card)
        folder = tmp_path_factory.mktemp("model") / "model"
        bundle.save(folder, read, state=build(read).state_dict(), page="…")
        return folder

    return save
