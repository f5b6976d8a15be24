"""Weights from elsewhere, made a bundle: the one place where a pickle is read, as tensors alone."""

from collections.abc import Collection, Mapping
from pathlib import Path

import torch
from torch import Tensor

from geounet.errors import WeightsError
from geounet.models.bundle import Bundle, read_card, save
from geounet.models.card import ModelCard
from geounet.models.exchange.page import page_of
from geounet.models.networks import build
from geounet.models.pickles import is_pickle
from geounet.models.weights import fit, read_weights

NESTINGS = ("state_dict", "model_state_dict", "model_state", "model", "net", "network", "weights")
"""Keys under which training programs keep a state dict."""

PREFIXES = ("module.", "model.", "net.", "network.", "_orig_mod.")
"""What wrappers (DataParallel, Lightning, torch.compile) put before each tensor's name."""


def import_weights(
    source: str | Path, *, card: ModelCard | str | Path, out: str | Path, overwrite: bool = False
) -> Bundle:
    """Make a bundle of weights (.pth, .pt, .ckpt, .safetensors) and a card (or its JSON file).

    A pickle is read with `weights_only`: tensors and plain containers, no code. Raises WeightsError where it holds
    other objects or does not fit the card's architecture, and OutputError where the bundle cannot be written.
    """
    source = Path(source)
    card = card if isinstance(card, ModelCard) else read_card(Path(card))
    module = build(card)
    state = unwrap(_read(source), names=module.state_dict().keys(), source=source.name)
    fit(module, state, model=card.name)
    page = page_of(card, origin=source.name)
    return save(Path(out), card, state=module.state_dict(), page=page, overwrite=overwrite)


def unwrap(found: object, *, names: Collection[str], source: str) -> dict[str, Tensor]:
    """The state dict in what a file holds: nestings opened, wrappers' prefixes taken off.

    `names` are the network's own: prefixes are taken off until some tensor bears one of them. Raises WeightsError
    where there are no tensors.
    """
    while isinstance(found, Mapping):
        inner = next((found[key] for key in NESTINGS if isinstance(found.get(key), Mapping)), None)
        if inner is None:
            break
        found = inner
    tensors = (
        {str(k): v for k, v in found.items() if isinstance(v, Tensor)} if isinstance(found, Mapping) else {}
    )
    if not tensors:
        raise WeightsError(
            f"{source} holds no state dict ({type(found).__name__}); save model.state_dict() with torch.save"
        )
    return _without_prefix(tensors, names=set(names))


def _without_prefix(tensors: dict[str, Tensor], *, names: set[str]) -> dict[str, Tensor]:
    """Take wrappers' prefixes off until some tensor has a name of the network's."""
    while not tensors.keys() & names:
        prefix = next((p for p in PREFIXES if any(name.startswith(p) for name in tensors)), None)
        if prefix is None:
            break
        # A wrapper's other tensors (a loss's class weights) do not have the prefix: they stay behind.
        tensors = {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}
    return tensors


def _read(source: Path) -> object:
    """What the file holds: a state dict, perhaps nested."""
    try:
        pickled = is_pickle(source)
    except OSError as error:
        raise WeightsError(f"weights {source} cannot be read ({error.strerror}); check the path") from error
    if not pickled:
        return read_weights(source)
    try:
        return torch.load(source, weights_only=True, map_location="cpu")
    except Exception as error:  # a broken pickle fails anywhere in torch's reader; the remedy is one
        reason = (
            "other objects than tensors"
            if "weights_only" in str(error).lower()
            else "nothing that torch can read"
        )
        raise WeightsError(
            f"{source.name} holds {reason}; geounet loads tensors alone: save model.state_dict() where the model was made"
        ) from error
