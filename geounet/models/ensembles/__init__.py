"""Several models as one: their scores averaged."""

from geounet.models.ensembles.ensemble import Ensemble
from geounet.models.ensembles.names import joined, members
from geounet.models.ensembles.reading import card_and_digest

__all__ = ["Ensemble", "card_and_digest", "joined", "members"]
