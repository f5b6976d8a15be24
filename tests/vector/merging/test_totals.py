import math

import pytest

from geounet.errors import LabelsError
from geounet.vector.merging import layer_totals

SUFFIXES = [".gpkg", ".fgb", ".parquet", ".geojson", ".shp"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_sums_are_those_of_all_features(suffix, make_layer, read):
    path = make_layer(f"a{suffix}")
    frame, totals = read(path), layer_totals(path)
    assert totals.features == len(frame)
    assert totals.by_class == frame["class"].value_counts().to_dict()
    assert math.isclose(totals.area_m2, math.fsum(frame["area_m2"]), abs_tol=1e-3)
    assert totals.length_m is None


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_lines_have_a_length(suffix, make_layer, read):
    path = make_layer(f"a{suffix}", lines=True)
    totals = layer_totals(path)
    assert totals.length_m == pytest.approx(read(path)["length_m"].sum())
    assert totals.area_m2 is None


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_layer_has_nothing(suffix, make_layer):
    totals = layer_totals(make_layer(f"a{suffix}", empty=True))
    assert (totals.features, totals.by_class) == (0, {})
    assert not totals.area_m2


def test_what_cannot_be_read_is_named(tmp_path):
    (tmp_path / "a.gpkg").write_bytes(b"no layer")
    with pytest.raises(LabelsError, match=r"a\.gpkg cannot be read"):
        layer_totals(tmp_path / "a.gpkg")
