"""A model on disk: a folder with its card, its weights and a page about it.

`card.json` is what it expects and gives (ModelCard), `weights.safetensors` its tensors with kernels in half
precision, `MODEL.md` where it comes from, its licence, and how good it is.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geounet.errors import InvalidCardError, ModelError, OutputError, WeightsError
from geounet.models.card import ModelCard
from geounet.models.folders import whole_folder
from geounet.models.pickles import SUFFIXES, refuse_pickle

if TYPE_CHECKING:  # a bundle is listed and described without torch
    from torch import Tensor, nn

CARD, WEIGHTS, PAGE = "card.json", "weights.safetensors", "MODEL.md"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A model's folder, its card, and the digest that names exactly this model."""

    card: ModelCard
    folder: Path
    digest: str
    """sha256 of the card as canonical JSON followed by the bytes of the weights, in hexadecimal."""

    @property
    def weights(self) -> Path:
        """The file of tensors."""
        return self.folder / WEIGHTS

    @property
    def page(self) -> Path:
        """The page about the model; it may be missing."""
        return self.folder / PAGE


def read(folder: Path) -> Bundle:
    """The bundle in a folder; its tensors are not loaded.

    Raises ModelError where there is none, InvalidCardError on a card that is not one, and WeightsError where
    the weights are missing or a pickle.
    """
    if not (folder / CARD).is_file():
        raise ModelError(f"{folder} has no {CARD}; a bundle is a folder with {CARD} and {WEIGHTS}")
    card = read_card(folder / CARD)
    _check_weights(folder)
    return Bundle(card, folder, _digest(card, folder / WEIGHTS))


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

    Raises ModelError where the architecture is not known, and WeightsError where the weights do not fit it.
    """
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

    _check_target(folder, overwrite=overwrite)
    text = json.dumps(card.to_dict(), indent=2, ensure_ascii=False)
    try:
        with whole_folder(folder) as draft:
            (draft / CARD).write_text(text + "\n", encoding="utf-8", newline="\n")
            (draft / WEIGHTS).write_bytes(to_bytes(halve(state)))
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
    if not (folder / WEIGHTS).is_file():
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
