"""Layers to compare with."""

import geopandas
import pytest


@pytest.fixture
def make_layer(tmp_path):
    """Write geometries, and attributes if there are any, as a vector file and give its path."""

    def make(shapes, name="truth.gpkg", *, crs="EPSG:32737", **attributes):
        path = tmp_path / name
        geopandas.GeoDataFrame(attributes, geometry=list(shapes), crs=crs).to_file(path)
        return path

    return make
