"""The model card: what a model expects and gives, as one validated value."""

from geounet.models.card.model_card import FORMAT, ModelCard
from geounet.models.card.normalization import BandRange, Normalization

__all__ = ["FORMAT", "BandRange", "ModelCard", "Normalization"]
