"""A model from elsewhere, whatever it comes as, made a bundle."""

from pathlib import Path

from geounet.errors import ModelError, OptionsError
from geounet.models.bundle import CARD, Bundle, read_card, save
from geounet.models.card import ModelCard
from geounet.models.exchange.import_onnx import Activation, import_onnx
from geounet.models.exchange.import_weights import import_weights
from geounet.models.exchange.page import page_of
from geounet.models.foreign import refuse_foreign
from geounet.models.hub_model import HubModel
from geounet.models.networks import build
from geounet.models.smp_hub import read_smp
from geounet.models.torchgeo_hub import read_torchgeo
from geounet.models.weights import fit

READERS = {"torchgeo": read_torchgeo, "smp": read_smp}
"""Hubs, by what their identifiers begin with."""

SMP_CONFIG = "config.json"
"""What makes a folder a network that smp saved."""


def import_model(
    source: str | Path,
    *,
    card: ModelCard | str | Path | None = None,
    out: str | Path,
    activation: Activation | None = None,
    overwrite: bool = False,
) -> Bundle:
    """Make a bundle of weights, an ONNX file, a folder of smp's, or a hub's identifier.

    Weights (.pth, .pt, .ckpt, .safetensors) need a card, or its JSON file; ONNX files of geounet or for Deepness,
    `torchgeo:Unet_Weights.…` and `smp:owner/name` bring what makes one, which a card that is given replaces.
    `activation` is put behind an ONNX network that gives logits. Raises ModelError (InvalidCardError, WeightsError among
    it), OptionsError where something needed was not given, OutputError where the bundle cannot be written, and
    MissingDependencyError.
    """
    hub = _from_hub(source)
    is_onnx = hub is None and str(source).lower().endswith(".onnx")
    if activation is not None and not is_onnx:
        raise OptionsError(f"activation {activation} is for ONNX files; {source} is none: leave it out")
    if is_onnx:
        return import_onnx(source, card=card, out=out, activation=activation, overwrite=overwrite)
    if hub is not None:
        return _import_hub(hub, card=card, out=Path(out), origin=str(source), overwrite=overwrite)
    if Path(source).is_dir():
        is_bundle = (Path(source) / CARD).is_file()
        raise ModelError(
            f"{source} is a bundle already; pass it as the model"
            if is_bundle
            else f"{source} has no {SMP_CONFIG}; expected a folder that smp's save_pretrained wrote"
        )
    refuse_foreign(source)
    if card is None:
        raise OptionsError(
            f"{source} says nothing of bands and classes; pass --card card.json, the model's card beside its weights"
        )
    return import_weights(source, card=card, out=out, overwrite=overwrite)


def _from_hub(source: str | Path) -> HubModel | None:
    """The model that a hub's identifier or a folder of smp's stands for; None where it is neither."""
    kind, colon, identifier = str(source).partition(":")
    if colon and kind in READERS:
        return READERS[kind](identifier)
    if "_Weights." in str(source) and not Path(source).exists():  # the way that torchgeo itself names them
        return read_torchgeo(str(source))
    return read_smp(str(source)) if (Path(source) / SMP_CONFIG).is_file() else None


def _import_hub(
    model: HubModel, *, card: ModelCard | str | Path | None, out: Path, origin: str, overwrite: bool
) -> Bundle:
    if isinstance(card, str | Path):
        card = read_card(Path(card))
    card = card or model.card
    module = fit(build(card), model.state, model=card.name)
    page = page_of(card, origin=origin)
    return save(out, card, state=module.state_dict(), page=page, overwrite=overwrite)
