"""U-Net of segmentation-models-pytorch, for any of its encoders and timm's, and any number of bands.

Ronneberger, Fischer and Brox (2015), "U-Net: convolutional networks for biomedical image segmentation".
"""

import difflib
from collections.abc import Mapping
from typing import Any

from torch import nn

from geounet.errors import ModelError
from geounet.models.networks.architecture import Architecture, Published
from geounet.models.torchvision_ops import declare_missing_operators

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
    declare_missing_operators()
    import segmentation_models_pytorch as smp

    encoder = architecture.get("encoder")
    check_encoder(encoder)
    options = {key: value for key, value in architecture.items() if key not in ("name", "encoder")}
    unknown = sorted(options.keys() - set(OPTIONS))
    if unknown:
        raise ModelError(f"architecture Unet has key {unknown[0]!r}; it takes encoder, {', '.join(OPTIONS)}")
    try:
        module: nn.Module = smp.Unet(
            encoder, encoder_weights=None, in_channels=bands, classes=scores, **options
        )
    except (AssertionError, AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ModelError(f"architecture Unet cannot be built with encoder {encoder!r}: {reason}") from error
    return module


def check_encoder(name: object) -> None:
    """Raise ModelError unless smp or timm has the encoder built in (`tu-` before a timm name)."""
    import segmentation_models_pytorch as smp
    import timm

    # is_model knows built-in names only: one such as hf-hub:owner/name would reach out to the network.
    if isinstance(name, str) and (
        name in smp.encoders.encoders or (name.startswith("tu-") and timm.is_model(name[3:]))
    ):
        return
    known = [*smp.encoders.encoders, *(f"tu-{model}" for model in timm.list_models())]
    near = difflib.get_close_matches(str(name), known, n=3) or [
        "resnet18",
        "mobilenet_v2",
        "tu-mobilenetv1_100",
    ]
    raise ModelError(
        f"encoder {name!r} is not known; expected one of smp's, or tu- and a timm model's name, such as {', '.join(near)}"
    )


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
