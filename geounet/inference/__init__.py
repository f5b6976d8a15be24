"""Patches → scores → strips → labels, each stage a generator."""

from geounet.inference.classify import classify
from geounet.inference.placing import place_tiles
from geounet.inference.predict import score_tiles
from geounet.inference.stitch import stitch

__all__ = ["classify", "place_tiles", "score_tiles", "stitch"]
