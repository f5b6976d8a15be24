"""Where a network's training starts: its encoder's pretrained weights, a file of them, or He initialisation."""

import re
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from geounet.errors import ModelError, WeightsError
from geounet.models.card import ModelCard
from geounet.models.hub_manners import quiet_hub
from geounet.models.networks.registry import find_architecture
from geounet.models.reasons import reason_of
from geounet.models.weights import read_weights

HEADS = ("classifier", "fc", "head")
"""First parts of the names that a classifier's own layers have; an encoder has no use for them."""


def initialise_encoder(module: nn.Module, card: ModelCard, weights: str | Path) -> None:
    """Initialise `module.encoder` in place, or all of a network whose encoder nobody has trained before.

    `weights` is `imagenet` (fetched by smp or timm from its hub), `none` (He), or a safetensors file in
    timm's names. The first convolution of pretrained weights is adapted to the card's bands as timm does.
    Raises ModelError where there are no such weights, or the hub gives none, and WeightsError where a file does not fit.
    """
    name = encoder_name(card)
    if weights == "none":
        _begin_convolutions(module if name is None else module.get_submodule("encoder"))
    elif name is None:
        raise ModelError(
            f"init is {str(weights)!r}; architecture {(card.architecture or {})['name']} has no encoder that comes with "
            "weights of its own: set init to 'none' (He's initialisation), or start to a model of that architecture"
        )
    elif weights == "imagenet":
        module.get_submodule("encoder").load_state_dict(_fetched(name, card))
    else:
        _load_file(module.get_submodule("encoder"), Path(weights))


def encoder_name(card: ModelCard) -> str | None:
    """The name of smp's or timm's encoder in the card's network, for which there may be pretrained weights; else None."""
    architecture = card.architecture or {}
    known = find_architecture(str(architecture.get("name"))).options
    name = architecture.get("encoder", known.get("encoder"))
    return None if name is None else str(name)


def initialise_he(module: nn.Module) -> None:
    """Kaiming-normal kernels, zero biases, neutral norms, of convolutions and linear layers.

    He et al. (2015), "Delving deep into rectifiers". Fan-in, which unlike torch's fan-out is right for grouped
    convolutions.
    """
    for layer in module.modules():
        _begin(layer)


def _begin_convolutions(module: nn.Module) -> None:
    """Initialise convolutions and norms by He's rule, and leave linear layers as the network was built.

    Those are of transformers, which begin with small kernels: He's would make attention a choice of one token.
    """
    for layer in module.modules():
        if not isinstance(layer, nn.Linear):
            _begin(layer)


def _begin(layer: nn.Module) -> None:
    """Initialise one layer, if it is a convolution, linear or a norm."""
    if isinstance(layer, nn.Conv1d | nn.Conv2d | nn.Conv3d | nn.Linear):
        nn.init.kaiming_normal_(layer.weight, mode="fan_in", nonlinearity="relu")
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    elif isinstance(layer, nn.modules.batchnorm._NormBase | nn.GroupNorm | nn.LayerNorm):  # noqa: SLF001 (the base of batch and instance norms)
        layer.reset_parameters()


def _fetched(name: str, card: ModelCard) -> dict[str, Tensor]:
    """The encoder's state with its hub's weights, for the card's bands."""
    import segmentation_models_pytorch as smp

    depth = int((card.architecture or {}).get("encoder_depth", 5))
    known = {} if name.startswith("tu-") else smp.encoders.encoders[name]["pretrained_settings"]
    choice = True if name.startswith("tu-") else next((k for k in ("imagenet", *known) if k in known), None)
    if choice is None:
        raise ModelError(f"encoder {name!r} has no pretrained weights; pass a safetensors file, or 'none'")
    try:
        with quiet_hub():
            encoder = smp.encoders.get_encoder(name, in_channels=len(card.bands), depth=depth, weights=choice)
    except Exception as error:  # each hub client raises its own kinds; the caller needs the remedy
        reason = reason_of(error)
        raise ModelError(
            f"pretrained weights of encoder {name!r} cannot be fetched ({reason}); "
            "pass a safetensors file in timm's names, or 'none' to start from He initialisation"
        ) from error
    state: dict[str, Tensor] = encoder.state_dict()
    return state


def _load_file(encoder: nn.Module, path: Path) -> None:
    """Copy a file's tensors into the encoder, matched by name and shape; all must fit."""
    targets = {
        _canonical(name): tensor
        for name, tensor in encoder.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    sources = {
        _canonical(name): tensor
        for name, tensor in read_weights(path).items()
        if not name.endswith("num_batches_tracked") and name.split(".")[0] not in HEADS
    }
    _check_names(path, found=sources, expected=targets)
    with torch.no_grad():
        for name, target in targets.items():
            target.copy_(_adapted(sources[name], target, where=f"{path.name}: {name}"))


def _canonical(name: str) -> str:
    """One spelling of a tensor's name: timm's feature wrapper may write `blocks_0.` for `blocks.0.`."""
    return re.sub(r"(?<=[a-z])_(\d+)(?=\.)", r".\1", re.sub(r"^(encoder\.)?(model\.)?", "", name))


def _check_names(path: Path, *, found: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> None:
    for names, verb in (
        (expected.keys() - found.keys(), "lacks"),
        (found.keys() - expected.keys(), "has beyond it"),
    ):
        if names:
            raise WeightsError(
                f"{path.name} does not fit the encoder's {len(expected)} tensors: it {verb} {len(names)} ({min(names)} …); "
                "pass weights of the same encoder, or 'none'"
            )


def _adapted(source: Tensor, target: Tensor, *, where: str) -> Tensor:
    """The source in the target's shape: as it is, or a first convolution for another number of bands."""
    from timm.models import adapt_input_conv

    if source.shape == target.shape:
        return source
    first = source.ndim == target.ndim == 4 and source.shape[1] == 3
    if first and (source.shape[0], *source.shape[2:]) == (target.shape[0], *target.shape[2:]):
        adapted: Tensor = adapt_input_conv(target.shape[1], source)
        return adapted
    raise WeightsError(
        f"{where} is {tuple(source.shape)}; the encoder expects {tuple(target.shape)}: pass weights of the same encoder"
    )
