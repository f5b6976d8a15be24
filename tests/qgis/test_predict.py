import processing
import pytest
from osgeo import gdal
from qgis.core import QgsProcessingContext, QgsProject


@pytest.fixture(autouse=True)
def empty_project():
    yield
    QgsProject.instance().clear()


def run(feedback, **values) -> dict:
    return processing.run("geounet:predict", {"OUTPUT": "TEMPORARY_OUTPUT"} | values, feedback=feedback)


def descriptions(path) -> list[str]:
    dataset = gdal.Open(str(path))
    return [dataset.GetRasterBand(number).GetDescription() for number in range(1, dataset.RasterCount + 1)]


def test_probabilities_are_what_is_written_by_default(provider, scene, feedback):
    found = run(feedback, INPUT=str(scene))
    assert set(found) == {"OUTPUT"}
    assert descriptions(found["OUTPUT"]) == ["background", "building"]
    dataset = gdal.Open(found["OUTPUT"])
    assert (dataset.RasterXSize, dataset.RasterYSize) == (256, 256)
    roof = dataset.GetRasterBand(2).ReadAsArray()
    assert roof[60, 50] * 0.004 > 0.45 > roof[5, 5] * 0.004  # the middle of a roof, and grass


def test_both_are_loaded_where_one_is(provider, scene, feedback, tmp_path):
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    values = {"INPUT": str(scene), "OUTPUT": str(tmp_path / "p.tif"), "PRODUCT": 2}
    found = processing.runAndLoadResults("geounet:predict", values, context=context, feedback=feedback)
    assert found["CLASS_RASTER"] == str(tmp_path / "p_class.tif")
    assert set(gdal.Open(found["CLASS_RASTER"]).ReadAsArray().ravel()) == {0, 1}
    names = {layer.name() for layer in QgsProject.instance().mapLayers().values()}
    assert names == {"Probabilities of scene", "Classes of scene"}


def test_classes_alone(provider, scene, feedback):
    found = run(feedback, INPUT=str(scene), PRODUCT=1)
    assert gdal.Open(found["OUTPUT"]).ReadAsArray()[60, 50] == 1
    assert set(found) == {"OUTPUT"}
