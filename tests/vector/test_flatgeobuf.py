import geopandas as gpd
import numpy as np
import pytest
import shapely

from geounet.vector.flatgeobuf import has_its_features


@pytest.mark.parametrize("count", [0, 1, 2, 16, 17, 256, 257, 5000])
def test_a_file_that_lost_its_end_has_not_all_features(count, tmp_path):
    path = tmp_path / "a.fgb"
    points = shapely.points(np.random.default_rng(0).random((count, 2)))
    gpd.GeoDataFrame({"name": ["é"] * count}, geometry=points, crs=4326).to_file(path)
    assert has_its_features(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert count == 0 or not has_its_features(path)
