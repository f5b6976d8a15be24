"""U-Nets of torchgeo, with a card made of the metadata that torchgeo keeps beside each set of weights."""

from collections.abc import Mapping
from typing import Any

from torch import nn

from geounet.errors import MissingDependencyError, ModelError
from geounet.models.card import ModelCard, Normalization
from geounet.models.hub_manners import quiet_hub
from geounet.models.hub_model import MARGIN, STRIDE, TILE, HubModel, distinct, numbered_classes
from geounet.models.reasons import reason_of
from geounet.models.torchvision_ops import declare_missing_operators

HIGH = 65535.0
"""torchgeo scales without clipping; a card clips, here at the largest count of 16 bits."""


def read_torchgeo(identifier: str) -> HubModel:
    """The weights named `Unet_Weights.…` and their card.

    Raises ModelError where torchgeo has no such weights, they are an encoder's alone, or they cannot be
    fetched, and MissingDependencyError without torchgeo.
    """
    declare_missing_operators()
    try:
        from torchgeo.models import get_weight
    except ImportError as error:
        raise MissingDependencyError(
            f"torchgeo is not installed; model 'torchgeo:{identifier}' needs it: pip install 'geounet[train]'"
        ) from error
    try:
        weights = get_weight(identifier)
    except ValueError as error:
        raise ModelError(
            f"torchgeo has no weights {identifier!r}; expected Unet_Weights.… such as OAM_RGB_RESNET34_TCD"
        ) from error
    card = card_of(identifier, weights.meta, weights.transforms)
    try:
        with quiet_hub():
            state = weights.get_state_dict(progress=False, map_location="cpu", weights_only=True)
    except Exception as error:  # a download fails in as many ways as its libraries know; the remedy is one
        reason = reason_of(error)
        raise ModelError(
            f"weights {identifier!r} cannot be fetched ({reason}); check the connection"
        ) from error
    return HubModel(card, state)


def card_of(identifier: str, meta: Mapping[str, Any], transforms: object) -> ModelCard:
    """The card that torchgeo's metadata make; ModelError where they are not a U-Net's with its decoder."""
    if meta.get("model") != "U-Net" or "num_classes" not in meta:
        raise ModelError(
            f"torchgeo's {identifier!r} is {meta.get('model', 'no')!r}, not a segmentation network; expected Unet_Weights.…"
        )
    scores = int(meta["num_classes"])
    exclusive = scores > 1
    source = f"{meta.get('dataset', 'unknown data')}: {meta.get('publication') or meta.get('repo')}"
    bands = distinct(tuple(meta.get("bands") or [f"band_{i + 1}" for i in range(meta["in_chans"])]))
    return ModelCard(
        name=identifier.rpartition(".")[2].lower(),
        version="torchgeo",
        description=f"{identifier} of torchgeo, trained on {meta.get('dataset', 'unknown data')}",
        task="areas",
        architecture={"name": "Unet", "encoder": meta["encoder"]},
        bands=bands,
        classes=tuple(meta.get("classes") or numbered_classes(scores, exclusive=exclusive)),
        activation="softmax" if exclusive else "sigmoid",
        gsd_m=meta.get("resolution"),
        normalization=normalization_of(transforms, bands=len(bands)),
        tile=TILE,
        margin=MARGIN,
        stride=STRIDE,
        license=str(meta.get("license", "unknown")),
        sources=(source,),
    )


def normalization_of(transforms: object, *, bands: int) -> Normalization:
    """Torchgeo's chain of (x − mean) / std steps, folded into one; other transforms change no value."""
    mean, std = [0.0] * bands, [1.0] * bands
    steps = transforms.children() if isinstance(transforms, nn.Module) else ()
    for step in steps:
        values = _mean_std(step, bands=bands)
        if values is not None:
            mean = [m + s * step_mean for m, s, step_mean in zip(mean, std, values[0], strict=True)]
            std = [s * step_std for s, step_std in zip(std, values[1], strict=True)]
    return Normalization(
        range=(0.0, HIGH),
        percentiles=(2.0, 98.0),
        mean=tuple(m / HIGH for m in mean),
        std=tuple(s / HIGH for s in std),
    )


def _mean_std(step: nn.Module, *, bands: int) -> tuple[list[float], list[float]] | None:
    """Mean and std of torchvision's Normalize (attributes) or kornia's (flags), one value a band."""
    source = getattr(step, "flags", None) or vars(step)
    if "mean" not in source or "std" not in source:
        return None
    found = [[float(v) for v in source[key]] for key in ("mean", "std")]
    mean, std = (values * bands if len(values) == 1 else values for values in found)
    return mean, std
