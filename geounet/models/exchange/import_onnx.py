"""An ONNX file made a bundle: its metadata, or a card of one's own, say what it is; a tile of noise, what it gives."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from geounet.errors import GeounetError, ModelError
from geounet.models.bundle import Bundle, read_card, save_onnx
from geounet.models.card import ModelCard
from geounet.models.engines.onnx import OnnxSegmenter
from geounet.models.engines.onnx_file import OnnxFile, opset_of, parse_onnx, read_onnx
from geounet.models.exchange.deepness import card_of
from geounet.models.exchange.page import page_of
from geounet.models.reasons import reason_of

Activation = Literal["softmax", "sigmoid"]

SLACK = 1e-3
"""By how much probabilities may leave 0 … 1, and their sum 1: half precision is that coarse."""

OPERATORS = {"softmax": "Softmax", "sigmoid": "Sigmoid"}

AXIS_OPSET = 13
"""From here on a softmax is along one axis; before, it took all axes from that one on together."""


def import_onnx(
    source: str | Path,
    *,
    card: ModelCard | str | Path | None = None,
    out: str | Path,
    activation: Activation | None = None,
    overwrite: bool = False,
) -> Bundle:
    """Make a bundle of an ONNX file; its card is the one given, the one in it, or made of Deepness's keys.

    `activation` is put behind a network that gives logits. Raises ModelError where the file is no segmentation network
    that runs here, lacks a key, or gives no probabilities; InvalidCardError; OutputError where the bundle cannot be
    written; MissingDependencyError without onnx and onnxruntime.
    """
    source = Path(source)
    file = read_onnx(source)
    if activation is not None:
        file = with_activation(file, activation, name=source.name)
    if isinstance(card, str | Path):
        card = read_card(Path(card))
    card = card or card_of(file, name=source.name)
    check_scores(OnnxSegmenter(card, file, device="cpu"), name=source.name)
    page = page_of(card, origin=source.name)
    return save_onnx(Path(out), card, model=file.content, page=page, overwrite=overwrite)


def with_activation(file: OnnxFile, activation: Activation, *, name: str) -> OnnxFile:
    """The file with softmax over classes, or sigmoid, behind what it gives."""
    from onnx import helper, version_converter

    model = parse_onnx(file.content, name=name)
    if opset_of(model) < AXIS_OPSET:
        model = version_converter.convert_version(model, AXIS_OPSET)
    output = model.graph.output[0]
    logits = output.name
    output.name = f"{logits}_probabilities"
    node = helper.make_node(OPERATORS[activation], [logits], [output.name])
    if activation == "softmax":
        node.attribute.append(helper.make_attribute("axis", 1))
    model.graph.node.append(node)
    return replace(file, content=model.SerializeToString(deterministic=True), opset=opset_of(model))


def check_scores(segmenter: OnnxSegmenter, *, name: str) -> None:
    """Run a tile of noise, and raise ModelError unless it gives the card's scores, and they are probabilities."""
    card = segmenter.card
    shape = (1, card.channels, card.tile, card.tile)
    try:
        scores = segmenter(np.random.default_rng(0).normal(size=shape).astype(np.float32))
    except GeounetError:
        raise
    except Exception as error:  # onnxruntime's own classes
        reason = reason_of(error)
        raise ModelError(
            f"{name} does not run on a tile of {card.tile} ({reason}); check its tile size and bands"
        ) from error
    expected = (1, card.scores, card.tile, card.tile)
    if scores.shape != expected:
        raise ModelError(
            f"{name} gives {scores.shape} for a tile of {card.tile}; expected {expected}: correct its card's classes"
        )
    low, high = float(scores.min()), float(scores.max())
    if not (low >= -SLACK and high <= 1 + SLACK):  # written so that NaN is refused too
        raise ModelError(
            f"{name} gives values from {low:.3g} to {high:.3g}; expected probabilities: where they are logits, "
            "pass --activation softmax or sigmoid"
        )
    total = scores.sum(1)
    if card.activation == "softmax" and np.abs(total - 1).max() > SLACK:
        raise ModelError(
            f"{name} gives classes whose probabilities sum to {total.min():.3g} … {total.max():.3g}; expected 1: "
            "where they are logits pass --activation softmax, where classes overlap a --card with activation sigmoid"
        )
