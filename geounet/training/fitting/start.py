"""The weights that a run begins with: a model's, but for layers that the card changes, or an encoder's."""

import logging

from torch import nn

from geounet.errors import TrainingError
from geounet.models import find
from geounet.models.bundle import Bundle
from geounet.models.card import ModelCard
from geounet.models.networks import initialise_encoder
from geounet.models.networks.encoder import initialise_he
from geounet.models.weights import read_weights
from geounet.training.config import TrainConfig

_log = logging.getLogger(__name__)


def first_weights(network: nn.Module, config: TrainConfig) -> None:
    """Give a network, randomly initialised, what the config says it begins with; raises ModelError, WeightsError."""
    if config.start:
        begin_from(network, config.card, config.start)
    else:
        initialise_encoder(network, config.card, config.init)


def begin_from(network: nn.Module, card: ModelCard, model: str) -> list[str]:
    """Give a network the weights of a model: a shipped name, a bundle's folder, or an address.

    Layers whose shape the card changes (other classes, other bands) begin anew, as He et al. (2015) have it; their names
    are told and returned. Raises ModelError where there is no such model, and TrainingError where its architecture is
    another than the card's.
    """
    bundle = find(model)
    _check_architecture(bundle, card)
    state = read_weights(bundle.weights)
    anew = []
    for name, layer in network.named_modules():
        own = {f"{name}.{key}": value for key, value in _own_tensors(layer).items()}
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


def _own_tensors(layer: nn.Module) -> dict[str, "nn.Parameter"]:
    """A layer's own parameters; those of layers inside it are theirs."""
    return dict(layer.named_parameters(recurse=False))


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
