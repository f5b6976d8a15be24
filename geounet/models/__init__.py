"""Models: what is known of them, where they are found, and how they are run. torch is loaded when a model is."""

from geounet.models.card import ModelCard
from geounet.models.catalogue import find, shipped
from geounet.models.loading import load_model
from geounet.models.segmenter import Segmenter

__all__ = ["ModelCard", "Segmenter", "find", "load_model", "shipped"]
