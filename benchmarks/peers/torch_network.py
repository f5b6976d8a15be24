"""The networks that peers in torch run: smp's Unet of resnet18, or one that costs nothing."""

import runpy
from pathlib import Path

import torch
from torch import Tensor, nn

from benchmarks.peers.serving import Setup

# The file alone: geounet needs packages that a peer has not.
TORCHVISION_OPS = Path(__file__).resolve().parents[2] / "geounet" / "models" / "torchvision_ops.py"
OPERATORS = runpy.run_path(str(TORCHVISION_OPS))


class NullNetwork(nn.Module):
    """Class 1 where the first band is bright."""

    def forward(self, pixels: Tensor) -> Tensor:
        """Scores (N, 2, h, w) of pixels (N, 3, h, w), 0 to 1."""
        return torch.stack([1 - pixels[:, 0], pixels[:, 0]], dim=1)


def network(setup: Setup) -> nn.Module:
    """The network, in evaluation mode; libraries that import torchvision are imported after this."""
    OPERATORS["declare_missing_operators"]()
    if not setup.weights:
        return NullNetwork().eval()
    import segmentation_models_pytorch as smp

    module: nn.Module = smp.Unet("resnet18", encoder_weights=None, in_channels=3, classes=2)
    module.load_state_dict(torch.load(setup.weights, weights_only=True))
    return module.eval()
