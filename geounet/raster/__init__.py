"""Rasters: scenes read and normalised window by window, results written as Cloud-Optimised GeoTIFFs."""

from geounet.raster.normalize import Normalizer, Ranges, scene_ranges
from geounet.raster.scene import Scene
from geounet.raster.source import Pixels

__all__ = ["Normalizer", "Pixels", "Ranges", "Scene", "scene_ranges"]
