"""Networks of segmentation-models-pytorch: the keys of a card's `architecture` → a module, randomly initialised."""

import difflib
from collections.abc import Collection, Mapping
from typing import Any

from torch import nn

from geounet.errors import ModelError
from geounet.models.torchvision_ops import declare_missing_operators

DECODER_CHANNELS = (256, 128, 64, 32, 16)
"""smp's, of the five stages of a decoder, the coarsest first."""


def build_smp(
    kind: str, architecture: Mapping[str, Any], *, keys: Collection[str], bands: int, scores: int
) -> nn.Module:
    """A network of smp from (N, bands, h, w) to logits (N, scores, h, w); nothing is fetched.

    A shallower network (`encoder_depth` 3 or 4) keeps the channels that each of its stages has in one of depth 5, unless
    the card has its own `decoder_channels`.

    Args:
        kind: smp's name of it: `Unet`, `UnetPlusPlus`, `Segformer`.
        architecture: a card's: `encoder` (`resnet18`, `tu-mobilenetv1_100` …) and any of the keys.
        keys: what is passed on.
        bands: of the input.
        scores: of the output.

    Raises ModelError on an unknown encoder or key, or on a value that the network does not take.
    """
    declare_missing_operators()
    import segmentation_models_pytorch as smp

    encoder = architecture.get("encoder")
    check_encoder(encoder)
    options = {key: value for key, value in architecture.items() if key not in ("name", "encoder")}
    unknown = sorted(options.keys() - set(keys))
    name = architecture.get("name", kind)
    if unknown:
        raise ModelError(f"architecture {name} has key {unknown[0]!r}; it takes encoder, {', '.join(keys)}")
    if "decoder_channels" in keys and isinstance(options.get("encoder_depth"), int):
        options = {"decoder_channels": DECODER_CHANNELS[-options["encoder_depth"] :]} | options
    try:
        module: nn.Module = getattr(smp, kind)(
            encoder, encoder_weights=None, in_channels=bands, classes=scores, **options
        )
    except (AssertionError, AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ModelError(f"architecture {name} cannot be built with encoder {encoder!r}: {reason}") from error
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
