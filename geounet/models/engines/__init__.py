"""Engines: card + network → Segmenter."""

from geounet.models.engines.devices import available
from geounet.models.engines.torch import TorchSegmenter

__all__ = ["TorchSegmenter", "available"]
