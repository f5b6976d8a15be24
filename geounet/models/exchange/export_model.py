"""A model for other programs: ONNX, OpenVINO or TorchScript, with a STAC item beside it."""

import json
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch

from geounet.errors import GeounetWarning, MissingDependencyError, ModelError, OptionsError
from geounet.models.bundle import Bundle
from geounet.models.card import ModelCard
from geounet.models.catalogue import find
from geounet.models.ensembles.common_card import common_card
from geounet.models.ensembles.names import members
from geounet.models.exchange.deepness import differences
from geounet.models.exchange.export_onnx import bundles_to_onnx
from geounet.models.exchange.export_openvino import write_openvino
from geounet.models.exchange.export_torchscript import write_torchscript
from geounet.models.exchange.mlm import Artifact, item_of
from geounet.outputs import atomic_target, check_target

Kind = Literal["onnx", "openvino", "torchscript", "mlm"]

ITEM = ".json"
"""How the STAC item's name ends."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote."""

    files: tuple[Path, ...]
    """The model's file first, its STAC item last, where there is one."""
    notes: tuple[str, ...]
    """What the other program does otherwise than geounet."""


@dataclass(frozen=True, slots=True)
class _Form:
    """One of the forms that a model leaves in."""

    suffix: str
    write: Callable[[Sequence[Bundle], ModelCard, Path], None] | None
    """Writes the file of a model, or of several as one; None where it stays where it is."""
    artifact: Callable[[Bundle, str], Artifact]
    """What the STAC item says of the file at an address."""
    beside: tuple[str, ...] = (ITEM,)
    """Suffixes of what lies beside it."""


def export_model(
    model: str | Path, out: str | Path, *, to: Kind = "onnx", overwrite: bool = False
) -> Exported:
    """Write a model for another program, and a STAC item about it beside it (`NAME.json`); whole or not at all.

    `model` is what `load_model` takes; of an ensemble (`a+b`) what leaves gives the mean of the scores of all. What leaves
    takes normalised patches (N, C, tile, tile), tile as the card says, and gives probabilities (N, K, tile, tile), float32
    both. `mlm` is the item alone, of the bundle where it lies. Raises ModelError, OptionsError where `out` is named for
    another form, OutputError, and MissingDependencyError. Without stac-model (`geounet[exchange]`) a model leaves without
    its item, and a GeounetWarning says so.
    """
    bundles, out, form = [find(name) for name in members(model)], Path(out), _FORMS[to]
    card = common_card([bundle.card for bundle in bundles])
    if out.suffix.lower() != form.suffix:
        raise OptionsError(f"{out} is to be {to}; expected a name that ends in {form.suffix}")
    if form.write is None and len(bundles) > 1:
        raise ModelError(
            f"{card.name} are {len(bundles)} files; {to} tells of one: export to onnx, which holds all"
        )
    beside = [out.with_suffix(suffix) for suffix in form.beside]
    for path in beside:
        check_target(path, overwrite=overwrite)
    with atomic_target(out, overwrite=overwrite) as draft:
        href = f"./{out.name}" if form.write else _relative(bundles[0].weights, out.parent)
        described, lack = _item(card, form.artifact(bundles[0], href), alone=form.write is None)
        if form.write:
            form.write(bundles, card, draft)
        if described is not None:
            text = json.dumps(described, indent=2, ensure_ascii=False)
            draft.with_suffix(ITEM).write_text(text + "\n", encoding="utf-8", newline="\n")
    if lack:
        beside.remove(out.with_suffix(ITEM))
        warnings.warn(
            f"{out.name} is written without a STAC item beside it: {lack}", GeounetWarning, stacklevel=2
        )
    files = dict.fromkeys((out, *beside))  # of `mlm`, the item is all there is
    return Exported(tuple(files), tuple(differences(card)) if to == "onnx" else ())


def _item(card: ModelCard, artifact: Artifact, *, alone: bool) -> tuple[dict[str, Any] | None, str]:
    """The STAC item; or none, and what it lacks. Raises MissingDependencyError where it is all that is to be written."""
    try:
        return item_of(card, artifact), ""
    except MissingDependencyError as error:
        if alone:
            raise
        return None, str(error)


def _relative(path: Path, folder: Path) -> str:
    """A file as seen from a folder; its whole path where they share no root."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on Windows, another drive
        return path.resolve().as_posix()


def _write_onnx(bundles: Sequence[Bundle], card: ModelCard, path: Path) -> None:
    path.write_bytes(bundles_to_onnx(bundles, card))


def _onnx(_: Bundle, href: str) -> Artifact:
    return Artifact(
        href=href, type="application/octet-stream; application=onnx", artifact_type="torch.onnx.export",
        framework="ONNX", framework_version=None,
    )  # fmt: skip


def _openvino(_: Bundle, href: str) -> Artifact:
    return Artifact(
        href=href, type="application/xml", artifact_type="openvino.save_model",
        framework="OpenVINO", framework_version=None,
    )  # fmt: skip


def _torchscript(_: Bundle, href: str) -> Artifact:
    return Artifact(
        href=href, type="application/octet-stream; application=pytorch", artifact_type="torch.jit.save",
        framework="PyTorch", framework_version=torch.__version__,
    )  # fmt: skip


def _bundle(bundle: Bundle, href: str) -> Artifact:
    if bundle.is_onnx:
        return _onnx(bundle, href)
    return Artifact(
        href=href, type="application/octet-stream; application=safetensors",
        artifact_type="safetensors.torch.save_file", framework="PyTorch", framework_version=torch.__version__,
    )  # fmt: skip


_FORMS: Mapping[str, _Form] = {
    "onnx": _Form(".onnx", _write_onnx, _onnx),
    "openvino": _Form(".xml", write_openvino, _openvino, (".bin", ITEM)),
    "torchscript": _Form(".pt", write_torchscript, _torchscript),
    "mlm": _Form(ITEM, None, _bundle),
}
