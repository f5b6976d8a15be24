"""What is known of a model, or of an ensemble, before its weights are loaded."""

from pathlib import Path

from geounet.models.card import ModelCard
from geounet.models.catalogue import find
from geounet.models.ensembles.common_card import common_card
from geounet.models.ensembles.ensemble import common_digest
from geounet.models.ensembles.names import members


def card_and_digest(model: str | Path) -> tuple[ModelCard, str]:
    """The card and the digest of a model by its name, or of the ensemble that `a+b` names.

    Raises ModelError where one is not found, or where they cannot be averaged.
    """
    bundles = [find(name) for name in members(model)]
    return common_card([each.card for each in bundles]), common_digest(each.digest for each in bundles)
