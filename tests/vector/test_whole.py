import numpy as np
import pytest

from geounet.options import VectorizeOptions
from geounet.vector import LayerSpec, vectorize_strips
from geounet.vector.whole import is_whole


@pytest.fixture
def layer(tmp_path, texture, georeference, strips):
    def write(name):
        labels = texture(3)
        spec = LayerSpec(
            grid=georeference("utm", *labels.shape),
            class_names=("", "a"),
            exclusive=True,
            source="",
            model="",
        )
        vectorize_strips(strips(labels, 9), tmp_path / name, spec, options=VectorizeOptions())
        return tmp_path / name

    return write


@pytest.mark.parametrize(
    ("name", "cut"), [("a.geojson", "a.geojson"), ("a.shp", "a.shp"), ("a.shp", "a.shx"), ("a.shp", "a.dbf")]
)
@pytest.mark.parametrize("lost", [2, 50])
def test_a_file_that_lost_its_end_is_not_whole(name, cut, lost, layer):
    path = layer(name)
    assert is_whole(path)
    part = path.with_name(cut)
    part.write_bytes(part.read_bytes()[:-lost])
    assert not is_whole(path)


def test_a_geopackage_without_its_index_is_not_whole(layer):
    import sqlite3

    path = layer("a.gpkg")
    assert is_whole(path)
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'")
    connection.commit()
    connection.close()
    assert not is_whole(path)


def test_other_formats_speak_for_themselves(tmp_path):
    path = tmp_path / "a.fgb"
    path.write_bytes(np.arange(9).tobytes())
    assert is_whole(path)
