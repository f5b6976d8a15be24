"""Engines: card + network → Segmenter. None of their libraries is loaded before a model is."""

from geounet.models.engines.engine import Engine
from geounet.models.engines.threads import machine_threads

__all__ = ["Engine", "machine_threads"]
