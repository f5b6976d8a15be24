"""A model on disk: a folder with its card, its weights and a page about it.

`card.json` is what it expects and gives (ModelCard), `weights.safetensors` its tensors with kernels in half
precision, or `model.onnx` in their place its whole network, `MODEL.md` where it comes from, its licence, and how good
it is. `graph.onnx` may lie beside the weights, for those who run it without torch; it is no part of the digest.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geounet.errors import InvalidCardError, ModelError, OutputError, WeightsError
from geounet.models.card import ModelCard
from geounet.models.folders import whole_folder
from geounet.models.pickles import SUFFIXES, refuse_pickle

if TYPE_CHECKING:  # a bundle is listed and described without torch
    from torch import Tensor, nn

CARD, WEIGHTS, ONNX, PAGE = "card.json", "weights.safetensors", "model.onnx", "MODEL.md"
GRAPH = "graph.onnx"
"""The network of `weights.safetensors` without its tensors: see `geounet.models.graph`."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A model's folder, its card, and the digest that names exactly this model."""

    card: ModelCard
    folder: Path
    digest: str
    """sha256 of the card as canonical JSON followed by the bytes of the weights, in hexadecimal."""

    @property
    def is_onnx(self) -> bool:
        """Whether it holds a network in ONNX in place of tensors."""
        return (self.folder / ONNX).is_file()

    @property
    def weights(self) -> Path:
        """The file of tensors, or the ONNX file."""
        return self.folder / (ONNX if self.is_onnx else WEIGHTS)

    @property
    def page(self) -> Path:
        """The page about the model; it may be missing."""
        return self.folder / PAGE


def read(folder: Path) -> Bundle:
    """The bundle in a folder; its tensors are not loaded.

    Raises ModelError where there is none, InvalidCardError on a card that is not one, and WeightsError where
    the weights are missing, a pickle, or there twice.
    """
    if not (folder / CARD).is_file():
        raise ModelError(f"{folder} has no {CARD}; a bundle is a folder with {CARD} and {WEIGHTS} or {ONNX}")
    card = read_card(folder / CARD)
    _check_weights(folder)
    return Bundle(card, folder, _digest(card, Bundle(card, folder, "").weights))


def read_card(path: Path) -> ModelCard:
    """The card in a JSON file; raises InvalidCardError."""
    expected = "expected the JSON object of a model card"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidCardError(f"card {path} cannot be read ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise InvalidCardError(f"card {path} is not text in UTF-8; {expected}") from error
    if not text.strip():
        raise InvalidCardError(f"card {path} is empty; {expected}")
    try:
        data = json.loads(text)
    except ValueError as error:
        raise InvalidCardError(f"card {path} is not JSON ({error}); {expected}") from error
    return ModelCard.from_dict(data)


def load(bundle: Bundle) -> "nn.Module":
    """The bundle's network with its weights, in single precision, giving logits.

    Raises ModelError where the architecture is not known or the bundle holds ONNX, and WeightsError where the weights
    do not fit it.
    """
    if bundle.is_onnx:
        raise ModelError(
            f"model {bundle.card.name!r} is in ONNX, which runs but can be neither trained nor changed; "
            f"pass a bundle with {WEIGHTS}"
        )
    from geounet.models.networks import build
    from geounet.models.weights import fit, read_weights

    return fit(build(bundle.card), read_weights(bundle.weights), model=bundle.card.name)


def save(
    folder: Path, card: ModelCard, *, state: Mapping[str, "Tensor"], page: str, overwrite: bool = False
) -> Bundle:
    """Write a bundle, whole or not at all.

    `state` is the network's state dict, `page` the text of MODEL.md. Raises OutputError where the folder
    exists and is not to be overwritten, is no bundle, or cannot be written.
    """
    from safetensors.torch import save as to_bytes

    from geounet.models.weights import halve

    def weights() -> bytes:
        return to_bytes(halve(state))

    return _write(folder, card, weights=(WEIGHTS, weights), page=page, overwrite=overwrite)


def save_onnx(folder: Path, card: ModelCard, *, model: bytes, page: str, overwrite: bool = False) -> Bundle:
    """Write a bundle of an ONNX model that gives the card's scores as probabilities; raises OutputError as `save` does."""
    return _write(folder, card, weights=(ONNX, lambda: model), page=page, overwrite=overwrite)


def _write(
    folder: Path, card: ModelCard, *, weights: tuple[str, Callable[[], bytes]], page: str, overwrite: bool
) -> Bundle:
    """Write a bundle; its weights are made once it is known that they can be written."""
    _check_target(folder, overwrite=overwrite)
    text = json.dumps(card.to_dict(), indent=2, ensure_ascii=False)
    name, content = weights
    try:
        with whole_folder(folder) as draft:
            (draft / CARD).write_text(text + "\n", encoding="utf-8", newline="\n")
            (draft / name).write_bytes(content())
            (draft / PAGE).write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(
            f"bundle {folder} cannot be written ({error.strerror}); choose a folder with room and permission"
        ) from error
    return read(folder)


def _check_target(folder: Path, *, overwrite: bool) -> None:
    """Refuse to replace a bundle unasked, and anything that is not a bundle."""
    if not folder.exists():
        return
    if not overwrite:
        raise OutputError(f"bundle {folder} exists; pass another folder, or --overwrite")
    is_empty = folder.is_dir() and not any(folder.iterdir())
    if not is_empty and not (folder / CARD).is_file():
        raise OutputError(f"{folder} exists and is no bundle (it has no {CARD}); choose another folder")


def _check_weights(folder: Path) -> None:
    has_tensors, has_onnx = (folder / WEIGHTS).is_file(), (folder / ONNX).is_file()
    if has_tensors and has_onnx:
        raise WeightsError(f"bundle {folder} has both {WEIGHTS} and {ONNX}; remove the one that is not meant")
    if has_onnx:
        return
    if not has_tensors:
        pickles = sorted(path.name for path in folder.iterdir() if path.suffix in SUFFIXES)
        found = f"{pickles[0]} is a pickle: convert it with" if pickles else "make the bundle with"
        raise WeightsError(f"bundle {folder} has no {WEIGHTS}; {found} geounet models import")
    refuse_pickle(folder / WEIGHTS)


def _digest(card: ModelCard, weights: Path) -> str:
    # Canonical, so that a checkout's line ends or a re-indented card do not make it another model.
    text = json.dumps(card.to_dict(), sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode())
    with weights.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
