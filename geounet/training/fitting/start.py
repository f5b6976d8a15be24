"""The weights that a run begins with: a model's, but for layers that the card changes, or an encoder's."""

import logging
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from geounet.errors import TrainingError
from geounet.models import find
from geounet.models.bundle import Bundle
from geounet.models.card import ModelCard
from geounet.models.networks import initialise_encoder, network_stride, takes_any_tile
from geounet.models.networks.encoder import initialise_he
from geounet.models.weights import read_weights
from geounet.training.config import TrainConfig
from geounet.training.fitting.freezing import has_encoder

_log = logging.getLogger(__name__)


def first_weights(network: nn.Module, config: TrainConfig) -> None:
    """Give a network, randomly initialised, what the config says it begins with.

    Raises ModelError, WeightsError, and TrainingError where the config asks of the network what it cannot do.
    """
    require_fit(network, config)
    if config.start:
        begin_from(network, config.card, config.start)
    else:
        initialise_encoder(network, config.card, config.init)


def begin_from(network: nn.Module, card: ModelCard, model: str) -> list[str]:
    """Give a network the weights of a model: a shipped name, a bundle's folder, or an address.

    Of other bands, those that the model has too keep its weights, and new ones begin without any (0): the run begins with
    what the model knows. Other layers whose shape the card changes (other classes) begin anew, as He et al. (2015) have
    it; their names are told and returned. Raises ModelError where there is no such model, and TrainingError where its
    architecture is another than the card's.
    """
    bundle = find(model)
    _check_architecture(bundle, card)
    state = dict(read_weights(bundle.weights))
    anew = []
    for name, layer in network.named_modules():
        own = {f"{name}.{key}".lstrip("."): value for key, value in _own_tensors(layer).items()}
        state |= {
            full: _for_bands(state[full], value, old=bundle.card.bands, new=card.bands)
            for full, value in own.items()
            if full in state
        }
        if any(full not in state or state[full].shape != value.shape for full, value in own.items()):
            anew.append(name)
            initialise_he(layer)
    kept = {
        full: state[full]
        for full in network.state_dict()
        if full in state and full.rpartition(".")[0] not in anew
    }
    network.load_state_dict(kept, strict=False)
    _log.info("%s", _told(bundle, card, anew))
    return anew


def require_fit(network: nn.Module, config: TrainConfig) -> None:
    """Raise TrainingError where the config does not go with its network: with its tiles, or its encoder, if it has one."""
    name, crop, o = (config.card.architecture or {})["name"], config.data.crop, config.optimizer
    stride = network_stride(network)
    if not takes_any_tile(network) and crop != config.card.tile:
        raise TrainingError(
            f"data.crop is {crop}; architecture {name} takes tiles of one side alone: set it to the card's tile, "
            f"{config.card.tile}"
        )
    if crop % stride:
        raise TrainingError(f"data.crop is {crop}; architecture {name} takes multiples of {stride}")
    if has_encoder(network):
        return
    for key, found, plain in (("freeze", o.freeze, 0), ("encoder_rate", o.encoder_rate, 1)):
        if found != plain:
            raise TrainingError(
                f"optimizer.{key} is {found:g}; architecture {name} has no encoder of its own to which that would apply: "
                f"leave it at {plain}"
            )


def _own_tensors(layer: nn.Module) -> dict[str, "nn.Parameter"]:
    """A layer's own parameters; those of layers inside it are theirs."""
    return dict(layer.named_parameters(recurse=False))


def _for_bands(kernels: Tensor, target: Tensor, *, old: Sequence[str], new: Sequence[str]) -> Tensor:
    """Kernels (out, bands, …) over other bands: a band's own by its name, 0 for one that is new; others as they are."""
    shape = (target.shape[0], len(old), *target.shape[2:])
    if len(old) == len(new) or target.ndim < 4 or target.shape[1] != len(new) or kernels.shape != shape:
        return kernels
    places = {name.casefold(): place for place, name in enumerate(old)}
    shared = [(k, places[name.casefold()]) for k, name in enumerate(new) if name.casefold() in places]
    if not shared:
        return kernels
    widened = torch.zeros(target.shape, dtype=kernels.dtype)
    for place, source in shared:
        widened[:, place] = kernels[:, source]
    return widened


def _check_architecture(bundle: Bundle, card: ModelCard) -> None:
    theirs, ours = dict(bundle.card.architecture or {}), dict(card.architecture or {})
    for key in sorted(theirs.keys() | ours.keys()):
        if theirs.get(key) != ours.get(key):
            raise TrainingError(
                f"model {bundle.card.name!r} has architecture {key} {theirs.get(key)!r}, the config's card "
                f"{ours.get(key)!r}; a run that starts from a model has its architecture: copy it into [card.architecture]"
            )


def _told(bundle: Bundle, card: ModelCard, anew: list[str]) -> str:
    """One line on what the run begins with."""
    begun = f"; layers that begin anew: {', '.join(anew)}" if anew else ""
    bands = "" if bundle.card.bands == card.bands else f"; its bands were {', '.join(bundle.card.bands)}"
    return f"starts from model {bundle.card.name!r} {bundle.card.version}{begun}{bands}"
