"""Scenes and labels → the text of a config, read back once before anyone sees it."""

import dataclasses
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from geounet.raster.beside import BesideRule
from geounet.training.config import TrainConfig
from geounet.training.proposal.document import document
from geounet.training.proposal.facts import gather
from geounet.training.proposal.places import Places
from geounet.training.proposal.tables import model_name, tables


def propose(
    scenes: Sequence[Path], labels: Path, *, out: Path, model: str | None = None, beside: Sequence[str] = ()
) -> str:
    """The text of a commented config that `geounet train` can run at once, its values read from the data.

    Args:
        scenes: Rasters, folders of rasters, or patterns such as `tiles/*.tif`.
        labels: A vector layer or a raster for all of them, or a folder of files with their names.
        out: Where the config will be written: paths in it are relative to its folder. Nothing is written here.
        model: A model to go on from; None for a shipped one, if there is one for these bands.
        beside: How further files of a scene are called (see `BesideRule`): a height model, other dates.

    Raises:
        TrainingError: There are no scenes, no labels, or none of one in the other.
        SceneError, MissingCRSError, BandError: A scene cannot be read, has no CRS, or other bands than the rest.
        LabelsError: The labels cannot be read, or do not name classes.
        ModelError: There is no such model.
    """
    out = Path(out)
    rules = [BesideRule.of(text, Path.cwd()) for text in beside]
    facts = gather([Path(scene) for scene in scenes], Path(labels), model=model, beside=rules)
    name = re.sub(r"[^\w-]+", "_", model_name(out, facts.card.classes)).strip("_") or "model"
    facts = dataclasses.replace(facts, card=dataclasses.replace(facts.card, name=name))
    text = document(tables(facts, Places(out)))
    TrainConfig.from_dict(tomllib.loads(text), folder=out.absolute().parent, source=out.name)
    return text
