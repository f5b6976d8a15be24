import geopandas as gpd
import pytest
import shapely

from geounet.errors import OptionsError
from geounet.evaluation.names import existing_names, own_names


def frame(index=None, **fields):
    count = len(next(iter(fields.values()))) if fields else len(index)
    return gpd.GeoDataFrame(fields, geometry=[shapely.Point(0, 0)] * count, index=index)


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"osm_id": [888673744.0, None], "id": [1, 2]}, ["888673744", None]),
        ({"osm_id": [None, None], "@id": ["way/7", "way/8"]}, ["way/7", "way/8"]),
        ({"osm_id": [10_000_000_001, 2]}, ["10000000001", "2"]),
        ({"name": ["a", "b"]}, ["5", "9"]),
    ],
)
def test_names_of_existing_features(fields, names):
    assert existing_names(frame([5, 9], **fields), field=None).tolist() == names


def test_the_field_that_is_asked_for():
    there = frame(osm_id=[1, 2], ref=["a", None])
    assert existing_names(there, field="ref").tolist() == ["a", None]
    with pytest.raises(OptionsError, match=r"no field 'code'; it has osm_id, ref"):
        existing_names(there, field="code")


def test_our_own_names():
    assert own_names(frame(id=[3.0, None])).tolist() == [3, None]
    assert own_names(frame(id=["way/1", "2"])).tolist() == ["way/1", "2"]
    assert own_names(frame([5, 9])).tolist() == [5, 9]
