"""Which bands are taken for red, green and blue: what the person sees."""

import pytest
from osgeo import gdal
from qgis.core import QgsMultiBandColorRenderer, QgsRasterLayer, QgsSingleBandGrayRenderer

RGB = ("red", "green", "blue")


@pytest.fixture
def unnamed(tmp_path, qgis_app) -> QgsRasterLayer:
    """Four bands whose file does not say what they are."""
    path = tmp_path / "unnamed.tif"
    gdal.GetDriverByName("GTiff").Create(str(path), 8, 8, 4, gdal.GDT_UInt16, ["PHOTOMETRIC=MINISBLACK"])
    layer = QgsRasterLayer(str(path), "unnamed")
    layer.setRenderer(QgsMultiBandColorRenderer(layer.dataProvider(), 4, 2, 1))
    return layer


def test_the_bands_that_are_shown_are_taken_in_the_models_order(unnamed):
    from geounet_qgis.layers.bands import seen_as_rgb

    assert seen_as_rgb(unnamed, RGB) == (4, 2, 1)
    assert seen_as_rgb(unnamed, ("Blue", "green", "RED")) == (1, 2, 4)


@pytest.mark.parametrize("wanted", [("nir", "red", "green"), ("red",), (*RGB, "nir"), ()])
def test_a_model_of_other_bands_is_left_alone(unnamed, wanted):
    from geounet_qgis.layers.bands import seen_as_rgb

    assert seen_as_rgb(unnamed, wanted) is None


def test_a_grey_picture_shows_no_bands(unnamed):
    from geounet_qgis.layers.bands import seen_as_rgb

    unnamed.setRenderer(QgsSingleBandGrayRenderer(unnamed.dataProvider(), 1))
    assert seen_as_rgb(unnamed, RGB) is None


def test_a_colour_that_is_not_shown_is_no_band(unnamed):
    from geounet_qgis.layers.bands import seen_as_rgb

    unnamed.setRenderer(QgsMultiBandColorRenderer(unnamed.dataProvider(), 4, -1, 1))
    assert seen_as_rgb(unnamed, RGB) is None


def test_names_in_the_file_win(tmp_path, scene, qgis_app):
    from geounet_qgis.layers.bands import seen_as_rgb

    coloured = QgsRasterLayer(str(scene), "coloured")
    coloured.setRenderer(QgsMultiBandColorRenderer(coloured.dataProvider(), 3, 2, 1))
    assert seen_as_rgb(coloured, RGB) is None

    path = str(tmp_path / "described.tif")
    dataset = gdal.GetDriverByName("GTiff").Create(path, 8, 8, 4, gdal.GDT_UInt16, ["PHOTOMETRIC=MINISBLACK"])
    for number, name in enumerate(("Blue", "Green", "Red", "NIR"), 1):
        dataset.GetRasterBand(number).SetDescription(name)
    dataset = None
    described = QgsRasterLayer(path, "described")
    described.setRenderer(QgsMultiBandColorRenderer(described.dataProvider(), 1, 2, 3))
    assert seen_as_rgb(described, RGB) is None
