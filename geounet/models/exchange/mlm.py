"""A model as a STAC item of the Machine Learning Model extension: found in catalogues beside the scenes that it reads.

https://github.com/stac-extensions/mlm. The item is of no place and no time: geometry null, and all time.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geounet.errors import MissingDependencyError
from geounet.models.card import ModelCard
from geounet.models.networks import build

if TYPE_CHECKING:  # it comes with an extra
    from stac_model.input import ModelInput
    from stac_model.output import ModelOutput
    from stac_model.schema import MLModelProperties

TASK = "semantic-segmentation"
ALL_TIME = {"start_datetime": "1900-01-01T00:00:00Z", "end_datetime": "9999-12-31T23:59:59Z"}
"""An item without a date has an interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """The file that an item tells of."""

    href: str
    """Where it lies, as seen from the item."""
    type: str
    """Its media type."""
    artifact_type: str
    """What wrote it, in MLM's words: `torch.jit.save`."""
    framework: str
    framework_version: str | None


def item_of(card: ModelCard, artifact: Artifact) -> dict[str, Any]:
    """The item, as a JSON object; raises MissingDependencyError without stac-model."""
    try:
        from stac_model.schema import SCHEMA_URI
    except ImportError as error:
        raise MissingDependencyError(
            f"stac-model is not installed; the STAC item of {card.name!r} needs it: pip install 'geounet[exchange]'"
        ) from error
    described = json.loads(_properties(card, artifact).model_dump_json(by_alias=True, exclude_none=True))
    bands = [{"name": name} for name in card.channel_names]
    asset = {
        "href": artifact.href,
        "type": artifact.type,
        "title": f"{card.name} {card.version}",
        "roles": ["mlm:model", "data"],
        "mlm:artifact_type": artifact.artifact_type,
        "bands": bands,  # STAC takes an item's bands only where an asset has some too
    }
    return {
        "type": "Feature",
        "stac_version": "1.1.0",
        "stac_extensions": [SCHEMA_URI],
        "id": f"{card.name}-{card.version}",
        "geometry": None,
        "properties": {**_common(card), "bands": bands, **described},
        "links": [],
        "assets": {"model": asset},
    }


def _common(card: ModelCard) -> dict[str, Any]:
    """STAC's own properties."""
    known = re.fullmatch(r"[\w.+-]+", card.license, flags=re.ASCII)
    values: dict[str, Any] = {
        "datetime": None,
        **ALL_TIME,
        "title": f"{card.name} {card.version}",
        "description": card.description or card.name,
        "license": card.license if known else "other",
        "geounet:card": card.to_dict(),
    }
    if card.gsd_m is not None:
        values["gsd"] = card.gsd_m
    return values


def _properties(card: ModelCard, artifact: Artifact) -> "MLModelProperties":
    """MLM's properties, validated by its own library."""
    from stac_model.base import ModelHyperParameters
    from stac_model.schema import MLModelProperties

    return MLModelProperties(
        name=_name(card.name),
        architecture=_architecture(card),
        tasks={TASK},
        framework=artifact.framework,
        framework_version=artifact.framework_version,
        pretrained=True,
        pretrained_source="; ".join(card.sources) or None,
        total_parameters=_parameters(card),
        hyperparameters=ModelHyperParameters(
            tile=card.tile,
            overlap=2 * card.margin,
            stride=card.stride,
            threshold=card.threshold,
            activation=card.activation,
        ),
        input=[_input(card)],
        output=[_output(card)],
    )


def _input(card: ModelCard) -> "ModelInput":
    from stac_model.base import ProcessingExpression
    from stac_model.input import InputStructure, ModelInput

    scaling = list(_scaling(card))
    how = "clipped to low … high" if scaling else "(clip((x − low) / (high − low), 0, 1) − mean) / std"
    return ModelInput(
        name="patches",
        bands=list(card.channel_names),
        input=InputStructure(
            shape=[-1, card.channels, card.tile, card.tile],
            dim_order=["batch", "bands", "height", "width"],
            data_type="float32",
        ),
        value_scaling=scaling or None,
        pre_processing_function=ProcessingExpression(
            format="python",
            expression="numpy.clip" if scaling else "geounet.raster.normalize:Normalizer",
            description=f"{how}; {_ranges(card)}",
        ),
    )


def _scaling(card: ModelCard) -> Iterator[Any]:
    """Mean and deviation in counts, channel by channel; none where low and high are a scene's own."""
    from stac_model.input import ValueScalingZScore

    values = card.normalization.over(card.steps)
    ranges = [one for one in values.band_ranges if isinstance(one, tuple)]
    if len(ranges) < card.channels:
        return
    for (low, high), mean, std in zip(ranges, values.mean, values.std, strict=True):
        yield ValueScalingZScore(mean=low + mean * (high - low), stddev=std * (high - low))


def _ranges(card: ModelCard) -> str:
    """Where low and high are from, in words."""
    low, high = card.normalization.percentiles
    words = {
        "scene": f"percentiles {low:g} and {high:g} of the scene's valid pixels",
        "dtype": "0 and the largest count of the type",
    }
    values = zip(card.bands, card.normalization.band_ranges, strict=True)
    return "low and high: " + "; ".join(f"{band}: {words.get(str(one), one)}" for band, one in values)


def _output(card: ModelCard) -> "ModelOutput":
    from stac_model.output import MLMClassification, ModelOutput, ModelResult

    first = card.classes.index(card.score_names[0])
    return ModelOutput(
        name="scores",
        tasks={TASK},
        result=ModelResult(
            shape=[-1, card.scores, card.tile, card.tile],
            dim_order=["batch", "class", "height", "width"],
            data_type="float32",
        ),
        classes=[
            MLMClassification(value=value, name=re.sub(r"[^0-9A-Za-z_-]+", "_", name), description=name)
            for value, name in enumerate(card.score_names, first)
        ],
    )


def _name(name: str) -> str:
    """A name as MLM takes it: a letter first, letters and digits at its ends."""
    plain = re.sub(r"[^0-9A-Za-z_.-]+", "-", name).strip("_.-")
    return plain if re.fullmatch(r"[A-Za-z].+", plain) and len(plain) > 2 else f"model-{plain or 'geounet'}"


def _architecture(card: ModelCard) -> str:
    if card.architecture is None:
        return "unknown"
    return " ".join(str(card.architecture[key]) for key in ("name", "encoder") if key in card.architecture)


def _parameters(card: ModelCard) -> int | None:
    """How many parameters the card's network has; None where it has no architecture."""
    if card.architecture is None:
        return None
    return sum(parameter.numel() for parameter in build(card).parameters())
