import hashlib
import json
import sqlite3

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.affinity import translate

from geounet.errors import GeounetError, LabelsError, MissingCRSError, OptionsError, OutputError
from geounet.evaluation.conflation import CompareOptions, compare

UTM = "EPSG:32737"
SUFFIXES = [".gpkg", ".geojson", ".fgb", ".shp", ".parquet"]
HOUSE = shapely.box(500_000, 9_300_000, 500_010, 9_300_010)
ROAD = shapely.LineString([(500_000, 9_300_000), (500_100, 9_300_000)])


@pytest.fixture
def write(tmp_path):
    def run(shapes, name, *, crs=UTM, **fields):
        path = tmp_path / name
        frame = gpd.GeoDataFrame(fields, geometry=list(shapes), crs=crs)
        frame.to_parquet(path) if path.suffix == ".parquet" else frame.to_file(path)
        return path

    return run


@pytest.fixture
def houses(write):
    """Ours: one that is there, one that has grown threefold, one that is new; theirs, in degrees: a fourth too."""
    ours = [HOUSE, shapely.box(500_100, 9_300_000, 500_130, 9_300_010), translate(HOUSE, 0, 100)]
    theirs = [translate(HOUSE, 100, 0), HOUSE, translate(HOUSE, 60, 50), translate(HOUSE, 900, 0)]
    layer = write(
        ours, "ours.gpkg", id=[11, 12, 13], confidence=[0.91234, None, 0.5], **{"class": ["building"] * 3}
    )
    degrees = gpd.GeoSeries(theirs, crs=UTM).to_crs(4326)
    existing = write(degrees, "theirs.geojson", crs=4326, osm_id=[101, 102, 103, 104])
    return layer, existing


def read(path):
    frame = gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path, layer=path.stem)
    frame = frame.rename(columns={"conf": "confidence", "exist_id": "existing_id"})
    return frame.sort_values(["id", "existing_id"], ignore_index=True)


def column(frame, name):
    return [
        None if missing else value for value, missing in zip(frame[name], frame[name].isna(), strict=True)
    ]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_says_what_is_what(suffix, houses, tmp_path):
    out = tmp_path / f"diff é{suffix}"
    done = compare(*houses, out, options=CompareOptions(osm=True))
    assert dict(done.by_status) == {"new": 1, "changed": 1, "matched": 1, "missing": 1}
    assert (done.kind, done.outside) == ("areas", 1)
    frame = read(out)
    assert list(frame.columns) == [
        "status", "class", "confidence", "id", "existing_id", "iou", "covered", "area_m2", "building", "geometry",
    ]  # fmt: skip
    assert column(frame, "status") == ["matched", "changed", "new", "missing"]
    assert column(frame, "class") == ["building", "building", "building", None]
    assert column(frame, "confidence") == [0.9123, None, 0.5, None]
    assert column(frame, "id") == [11, 12, 13, None]
    assert column(frame, "existing_id") == ["102", "101", None, "103"]
    assert frame["iou"].to_numpy() == pytest.approx([1, 1 / 3, np.nan, np.nan], abs=1e-4, nan_ok=True)
    assert frame["covered"].to_numpy() == pytest.approx([1, 1 / 3, 0, 0], abs=1e-4)
    assert frame["area_m2"].to_numpy() == pytest.approx(np.array([100, 300, 100, 100]) / 0.9996**2, rel=1e-4)
    assert column(frame, "building") == [None, "yes", "yes", None]
    expected = [HOUSE, shapely.box(500_100, 9_300_000, 500_130, 9_300_010), translate(HOUSE, 0, 100)]
    back = frame.to_crs(UTM).geometry.to_numpy()
    assert shapely.hausdorff_distance(back, [*expected, translate(HOUSE, 60, 50)]).max() < 0.002


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_input_gives_the_same_bytes(suffix, houses, tmp_path):
    told = []
    for folder in ("a", "b"):
        out = tmp_path / folder / f"diff{suffix}"
        out.parent.mkdir()
        compare(*houses, out)
        told.append({p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in out.parent.iterdir()})
    assert told[0] == told[1]


def test_our_geometries_stay_as_they_are(houses, tmp_path):
    compare(*houses, tmp_path / "diff.gpkg")
    theirs, ours = gpd.read_file(tmp_path / "diff.gpkg", layer="diff"), gpd.read_file(houses[0])
    assert theirs.crs == ours.crs
    for after, before in zip(theirs.geometry, ours.geometry, strict=False):
        assert after.geoms[0].equals_exact(before, 0)


def test_lines(write, tmp_path):
    """A road that is there, one of which half is, one that is new; of the existing ones one is gone."""
    new = translate(ROAD, 0, 300)
    layer = write([translate(ROAD, 0, 2), translate(ROAD, 0, 54).segmentize(50), new], "ours.gpkg")
    existing = write(
        [ROAD, shapely.LineString([(500_000, 9_300_054), (500_046, 9_300_054)]), translate(ROAD, 0, 200)],
        "t.gpkg",
    )
    done = compare(layer, existing, tmp_path / "diff.geojson", options=CompareOptions(osm=True))
    assert dict(done.by_status) == {"new": 1, "changed": 1, "matched": 1, "missing": 1}
    frame = read(tmp_path / "diff.geojson")
    assert list(frame.columns) == [
        "status", "class", "confidence", "id", "existing_id", "covered", "length_m", "highway", "geometry",
    ]  # fmt: skip
    assert column(frame, "status") == ["matched", "changed", "new", "missing"]
    assert frame["covered"].to_numpy() == pytest.approx([1, 0.5, 0, 0], abs=1e-3)
    assert frame["length_m"].to_numpy() == pytest.approx([100 / 0.9996] * 4, rel=1e-4)
    assert column(frame, "highway") == [None, "road", "road", None]
    assert set(frame.geom_type) == {"LineString"}
    assert column(frame, "existing_id") == ["1", "2", None, "3"]


def test_one_straight_road(write, tmp_path):
    """The box round it has no height."""
    layer = write([ROAD], "ours.gpkg")
    existing = write([translate(ROAD, 0, 2), translate(ROAD, 0, 500)], "theirs.gpkg")
    done = compare(layer, existing, tmp_path / "diff.gpkg")
    assert (done.by_status["matched"], done.by_status["missing"], done.outside) == (1, 0, 1)


def test_a_geojson_has_plain_polygons(houses, tmp_path):
    """An editor takes a MultiPolygon for a relation."""
    compare(*houses, tmp_path / "diff.geojson")
    text = json.loads((tmp_path / "diff.geojson").read_text(encoding="utf-8"))
    assert {f["geometry"]["type"] for f in text["features"]} == {"Polygon"}
    assert "crs" not in text


def test_a_geopackage_is_coloured_by_status(houses, tmp_path):
    compare(*houses, tmp_path / "diff.gpkg")
    connection = sqlite3.connect(tmp_path / "diff.gpkg")
    ((qml,),) = connection.execute("SELECT styleQML FROM layer_styles").fetchall()
    connection.close()
    assert 'attr="status"' in qml
    assert all(f'value="{status}"' in qml for status in ("new", "changed", "matched", "missing"))


def test_only_buildings_are_tagged_as_buildings(write, tmp_path):
    layer = write([HOUSE, translate(HOUSE, 50)], "ours.gpkg", **{"class": ["building", "water"]})
    existing = write([translate(HOUSE, 25)], "theirs.gpkg")
    compare(layer, existing, tmp_path / "diff.gpkg", options=CompareOptions(osm=True))
    assert column(gpd.read_file(tmp_path / "diff.gpkg", layer="diff"), "building") == ["yes", None, None]


def test_an_area_of_interest_limits_both(houses, write, tmp_path):
    """It takes in the fourth of the existing houses, and leaves our first two out."""
    wanted = (
        shapely.box(499_990, 9_300_040, 501_000, 9_300_200),
        shapely.box(500_890, 9_299_990, 500_920, 9_300_020),
    )
    aoi = write(wanted, "aoi.gpkg")
    done = compare(*houses, tmp_path / "diff.gpkg", options=CompareOptions(aoi=aoi))
    assert dict(done.by_status) == {"new": 1, "changed": 0, "matched": 0, "missing": 2}
    assert done.outside == 2


def test_an_empty_layer_lacks_everything(houses, write, tmp_path):
    for name in ("empty.gpkg", "empty.geojson"):
        layer = write(gpd.GeoSeries([], crs=UTM), name)
        done = compare(layer, houses[1], tmp_path / f"{name}.fgb")
        assert dict(done.by_status) == {"new": 0, "changed": 0, "matched": 0, "missing": 4}
        done = compare(houses[0], layer, tmp_path / f"{name}.shp")
        assert dict(done.by_status) == {"new": 3, "changed": 0, "matched": 0, "missing": 0}
        done = compare(layer, layer, tmp_path / f"{name}.gpkg")
        assert sum(done.by_status.values()) == 0


def test_what_cannot_be_compared(houses, write, tmp_path):
    layer, existing = houses
    out = tmp_path / "diff.gpkg"
    cases = [
        (
            (layer, write([ROAD], "roads.gpkg"), out, {}),
            LabelsError,
            r"roads.gpkg holds lines; expected areas",
        ),
        ((layer, existing, out, {"kind": "lines"}), LabelsError, r"ours.gpkg holds areas; expected lines"),
        (
            (layer, existing, layer, {"overwrite": True}),
            OutputError,
            r"ours.gpkg is one of the files that are read",
        ),
        ((layer, existing, existing, {"overwrite": True}), OutputError, r"one of the files that are read"),
        ((layer, existing, layer, {}), OutputError, r"exists; pass --overwrite"),
        ((layer, existing, tmp_path / "diff.kml", {}), OutputError, r"names no vector format"),
        ((layer, tmp_path / "none.gpkg", out, {}), LabelsError, r"none.gpkg cannot be read"),
        (
            (write([HOUSE], "a.parquet", crs=None), existing, out, {}),
            MissingCRSError,
            r"a.parquet .*--assume-crs",
        ),
        (
            (layer, write([HOUSE], "b.parquet", crs=None), out, {}),
            MissingCRSError,
            r"b.parquet .*--assume-crs",
        ),
        ((layer, existing, out, {"existing_id": "ref"}), OptionsError, r"no field 'ref'; it has osm_id"),
    ]
    for (ours, theirs, target, options), error, message in cases:
        with pytest.raises(error, match=message):
            compare(ours, theirs, target, options=CompareOptions(**options))
    assert not out.exists()


def test_an_assumed_crs(houses, write, tmp_path):
    layer = write([HOUSE], "a.parquet", crs=None)
    done = compare(layer, houses[1], tmp_path / "diff.gpkg", options=CompareOptions(assume_crs=UTM))
    assert done.by_status["matched"] == 1


@pytest.mark.parametrize(
    "options",
    [
        {"iou": 0},
        {"iou": 1.5},
        {"iou": 0.3, "changed_iou": 0.4},
        {"covered": 0.1},
        {"buffer_m": 0},
        {"kind": "points"},
    ],
)
def test_options_out_of_range(options):
    with pytest.raises(OptionsError):
        CompareOptions(**options)


def test_an_output_that_exists_is_replaced_when_asked(houses, tmp_path):
    out = tmp_path / "diff.gpkg"
    compare(*houses, out)
    with pytest.raises(GeounetError, match="exists"):
        compare(*houses, out)
    compare(*houses, out, options=CompareOptions(overwrite=True))
    assert len(gpd.read_file(out, layer="diff")) == 4


@pytest.mark.data
def test_a_real_layer_is_itself(data, tmp_path):
    """Real footprints, of which some overlap, against themselves: each is its own counterpart."""
    path = data / "validation" / "buildings" / "kenya_west.geojson"
    done = compare(path, path, tmp_path / "diff.fgb")
    assert dict(done.by_status) == {"new": 0, "changed": 0, "matched": 94, "missing": 0}
