"""U-Net of segmentation-models-pytorch, for any of its encoders and timm's, and any number of bands.

Ronneberger, Fischer and Brox (2015), "U-Net: convolutional networks for biomedical image segmentation". `encoder_depth` 3
or 4 leaves out the coarsest stages: less context, a smaller stride, and a fraction of the parameters.
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


def build_unet(architecture: Mapping[str, Any], bands: int, scores: int) -> nn.Module:
    """A randomly initialised U-Net from (N, bands, h, w) to logits (N, scores, h, w).

    `architecture` is a card's: `encoder` (`resnet18`, `tu-mobilenetv1_100` …) and any of OPTIONS.
    Raises ModelError on an unknown encoder or key, or on a value that the network does not take.
    """
    return build_smp("Unet", architecture, keys=OPTIONS, bands=bands, scores=scores)


ARCHITECTURE = Architecture(
    name="Unet",
    paper="Ronneberger, Fischer, Brox (2015), U-Net: convolutional networks for biomedical image segmentation",
    build=build_unet,
    options={"encoder": "resnet34"},
    published=(
        Published(
            parameters=24_436_369,
            architecture={"name": "Unet", "encoder": "resnet34"},
            bands=3,
            scores=1,
            source="segmentation-models-pytorch, Unet(resnet34)",
        ),
    ),
)
