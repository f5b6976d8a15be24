"""UNet++: a U-Net whose skips are nested, dense decoders of their own; smp's, for any of its encoders and timm's.

Zhou, Siddiquee, Tajbakhsh and Liang (2018), "UNet++: a nested U-Net architecture for medical image segmentation". Its deep
supervision is training's: `loss.deep`, see training/losses/deep.py.
"""

from collections.abc import Mapping
from typing import Any

from torch import nn

from geounet.models.networks.architecture import Architecture, Published
from geounet.models.networks.smp_network import build_smp

OPTIONS = (
    "encoder_depth",
    "decoder_channels",
    "decoder_use_norm",
    "decoder_attention_type",
    "decoder_interpolation",
)
"""Keys of an architecture that are passed on, beside `name` and `encoder`."""


def build_unet_plus_plus(architecture: Mapping[str, Any], bands: int, scores: int) -> nn.Module:
    """A randomly initialised UNet++ from (N, bands, h, w) to logits (N, scores, h, w).

    `architecture` is a card's: `encoder` (any but mit_b0 … mit_b5, which have no features at half the sides) and any of
    OPTIONS. Raises ModelError on an unknown encoder or key, or on a value that the network does not take.
    """
    return build_smp("UnetPlusPlus", architecture, keys=OPTIONS, bands=bands, scores=scores)


ARCHITECTURE = Architecture(
    name="UnetPlusPlus",
    paper="Zhou, Siddiquee, Tajbakhsh, Liang (2018), UNet++: a nested U-Net architecture for medical image segmentation",
    build=build_unet_plus_plus,
    options={"encoder": "resnet34"},
    published=(
        Published(
            parameters=26_078_609,
            architecture={"name": "UnetPlusPlus", "encoder": "resnet34"},
            bands=3,
            scores=1,
            source="segmentation-models-pytorch, UnetPlusPlus(resnet34); the paper's 9.04 M are of its own encoder, "
            "VGG-like with 32 to 512 channels",
        ),
    ),
)
