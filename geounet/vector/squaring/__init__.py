"""Straight walls and right angles for the outlines of buildings: a step a module, put together in `drawing`."""

from geounet.vector.squaring.drawing import EXACT, PLAIN, SQUARE, Scale, draw

__all__ = ["EXACT", "PLAIN", "SQUARE", "Scale", "draw"]
