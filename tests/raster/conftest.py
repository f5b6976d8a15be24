"""Scenes of every kind that GDAL writes."""

import numpy as np
import pytest

from geounet.options import PredictOptions
from geounet.raster.scene import Scene


@pytest.fixture
def open_scene():
    """Open a scene with all its bands, unless others are named; `gsd`, `assume_crs` and `numbers` are a person's."""

    def make(source, *, bands=(), gsd=None, gsd_m=None, assume_crs=None, numbers=None, model=""):
        options = PredictOptions(bands=numbers, gsd=gsd, assume_crs=assume_crs)
        return Scene.open(source, bands=bands, options=options, gsd_m=gsd_m, model=model)

    return make


@pytest.fixture
def rng():
    return np.random.default_rng(20240101)
