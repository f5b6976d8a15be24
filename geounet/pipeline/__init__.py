"""The one place where stages are composed: a scene becomes rasters, polygons, lines, or several of them.

    reader thread      model thread        stitching thread      caller's thread
    read_blocks ─▶ place_tiles, score_tiles ─▶ stitch, classify ─▶ writers, vectorise

Each thread runs ahead of the next by a bounded number of items. Whatever ends a run early (an error, Ctrl-C)
passes through every context manager on its way out, so that threads are joined and nothing half-written is left.
"""

from geounet.pipeline.extraction import extract
from geounet.pipeline.prediction import predict
from geounet.pipeline.vectorization import vectorize

__all__ = ["extract", "predict", "vectorize"]
