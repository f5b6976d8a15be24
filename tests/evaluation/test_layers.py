import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geounet.errors import LabelsError, MissingCRSError, OptionsError
from geounet.evaluation.layers import read_layer
from geounet.evaluation.plane import plane_of

UTM = "EPSG:32737"
SQUARE = shapely.box(500_000, 9_300_000, 500_010, 9_300_010)
LINE = shapely.LineString([(500_000, 9_300_000), (500_030, 9_300_040)])


@pytest.fixture
def write(tmp_path):
    def run(shapes, name="layer.gpkg", *, crs=UTM, **fields):
        path = tmp_path / name
        frame = gpd.GeoDataFrame(fields, geometry=list(shapes), crs=crs)
        frame.to_parquet(path) if path.suffix == ".parquet" else frame.to_file(path)
        return path

    return run


def beside(shape, metres):
    return shapely.affinity.translate(shape, metres)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".fgb", ".shp", ".parquet"])
def test_every_format(suffix, write):
    crs = "EPSG:4326" if suffix == ".geojson" else UTM
    shapes = gpd.GeoSeries([SQUARE, beside(SQUARE, 50)], crs=UTM).to_crs(crs)
    layer = read_layer(
        write(shapes, f"layer{suffix}", crs=crs, confidence=[0.25, 0.75], **{"class": ["a", "b"]})
    )
    assert layer.kind == "areas"
    assert sorted(layer.frame["class"]) == ["a", "b"]
    assert sorted(layer.confidence) == [0.25, 0.75]
    # UTM's scale on its central meridian is 0.9996.
    assert shapely.area(layer.polygons) == pytest.approx([100 / 0.9996**2] * 2, rel=1e-5)


@settings(max_examples=30, deadline=None)
@given(st.floats(-179, 179), st.floats(-80, 80), st.sampled_from(["EPSG:3857", "EPSG:4326", "EPSG:4258"]))
def test_areas_and_lengths_are_those_of_the_ellipsoid(lon, lat, crs):
    """A footprint's area and a wall's length by geodesics (pyproj.Geod), wherever it lies."""
    to = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    x, y = to.transform(lon, lat)
    size = 20 if crs == "EPSG:3857" else 2e-4
    shape = shapely.box(x, y, x + size, y + 2 * size)
    frame = gpd.GeoDataFrame(geometry=[shape], crs=crs)
    flat = frame.to_crs(plane_of(frame)).geometry
    degrees = frame.to_crs("EPSG:4326").geometry.iloc[0]
    area, length = pyproj.Geod(ellps="WGS84").geometry_area_perimeter(degrees)
    assert flat.area.iloc[0] == pytest.approx(abs(area), rel=1e-6)
    assert flat.length.iloc[0] == pytest.approx(length, rel=1e-6)


def test_a_footprint_at_60_degrees_north_in_web_mercator(write):
    """A pixel of Web Mercator is a quarter of its size there."""
    x, y = pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(25, 60)
    path = write([shapely.box(x, y, x + 20, y + 20)], crs="EPSG:3857")
    (area,) = shapely.area(read_layer(path).polygons)
    ring = gpd.read_file(path).to_crs(4326).geometry[0]
    assert area == pytest.approx(abs(pyproj.Geod(ellps="WGS84").geometry_area_perimeter(ring)[0]), rel=1e-6)
    assert area == pytest.approx(100, rel=0.01)


def test_two_layers_share_a_plane(write):
    """The same square from two files in two CRSs has the same corners."""
    true = read_layer(write([SQUARE, beside(SQUARE, 5000)], "true.gpkg"))
    degrees = gpd.GeoSeries([SQUARE], crs=UTM).to_crs(4326)
    found = read_layer(write(degrees, "found.gpkg", crs=4326), crs=true.crs)
    assert found.crs == true.crs
    assert shapely.hausdorff_distance(found.polygons[0], true.polygons[0]) < 1e-6


def test_features_on_both_sides_of_180_degrees(write):
    one, other = shapely.box(179.999, 60, 179.9995, 60.0005), shapely.box(-179.9995, 60, -179.999, 60.0005)
    layer = read_layer(write([one, other], crs=4326))
    west, _, east, _ = layer.frame.total_bounds
    assert east - west < 200


@pytest.mark.parametrize("crs", ["EPSG:2263", "EPSG:31468", "EPSG:27572", "EPSG:4807", "EPSG:5555"])
def test_feet_grads_and_other_meridians(crs):
    """A square of 100 × 100 m that is drawn on a plane of its own comes back through any CRS."""
    west, south, east, north = pyproj.CRS(crs).area_of_use.bounds
    middle = f"+proj=laea +lat_0={(south + north) / 2} +lon_0={(west + east) / 2}"
    datum = pyproj.CRS(crs).geodetic_crs
    plane = pyproj.CRS.from_proj4(
        f"{middle} +a={datum.ellipsoid.semi_major_metre} +b={datum.ellipsoid.semi_minor_metre}"
    )
    geographic = plane.geodetic_crs
    ring = shapely.segmentize(shapely.box(0, 0, 100, 100), 1)
    degrees = gpd.GeoSeries([ring], crs=plane).to_crs(geographic)
    turned = degrees.set_crs(datum, allow_override=True)
    if datum.axis_info[0].unit_name == "grad" or "Paris" in datum.name:
        turned = gpd.GeoSeries(
            shapely.transform(degrees.to_numpy(), lambda xy: (xy - [2.337229166, 0]) / 0.9), crs=datum
        )
    there = gpd.GeoDataFrame(geometry=turned).to_crs(crs)
    assert there.to_crs(plane_of(there)).area.iloc[0] == pytest.approx(10_000, rel=1e-6)


def test_what_has_no_crs_is_in_metres(write):
    layer = read_layer(write([SQUARE], "a.parquet", crs=None))
    assert shapely.area(layer.polygons) == pytest.approx([100])
    again = read_layer(write([SQUARE], "b.parquet", crs=None), crs=layer.crs)
    assert again.polygons[0].equals(layer.polygons[0])


def test_a_local_crs_in_feet(write):
    feet = pyproj.CRS('LOCAL_CS["site",UNIT["foot",0.3048]]')
    assert shapely.area(read_layer(write([SQUARE], "a.parquet", crs=feet)).polygons) == pytest.approx(
        [9.290304]
    )


def test_a_place_on_the_earth_and_none_do_not_meet(write):
    placed, without = write([SQUARE], "placed.gpkg"), write([SQUARE], "without.parquet", crs=None)
    with pytest.raises(MissingCRSError, match=r"without.parquet has no CRS .*--assume-crs"):
        read_layer(without, crs=read_layer(placed).crs)
    with pytest.raises(MissingCRSError, match=r"placed.gpkg has a CRS .*--assume-crs"):
        read_layer(placed, crs=read_layer(without).crs)
    assumed = read_layer(without, crs=read_layer(placed).crs, assume_crs=UTM)
    assert assumed.polygons[0].equals_exact(read_layer(placed).polygons[0], 1e-6)


def test_missing_and_empty_geometries_are_counted(write):
    layer = read_layer(write([SQUARE, None, shapely.Polygon(), beside(SQUARE, 20)]))
    assert (len(layer), layer.missing, layer.mended) == (2, 2, 0)


def test_a_bow_tie_is_mended(write):
    tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    layer = read_layer(write([tie, beside(SQUARE, 0)], "a.parquet", crs=None))
    assert (len(layer), layer.mended) == (2, 1)
    assert shapely.area(layer.polygons)[0] == pytest.approx(50)
    assert shapely.is_valid(layer.polygons).all()


def test_areas_with_a_spike_are_areas(write):
    """A spike is a line that mending leaves over; a ring of no area is nothing."""
    spike = shapely.Polygon([(0, 0), (10, 0), (10, 10), (20, 20), (10, 10), (0, 10)])
    flat = shapely.Polygon([(0, 0), (10, 0), (0, 0)])
    layer = read_layer(write([spike, flat], "a.parquet", crs=None))
    assert (layer.kind, layer.missing) == ("areas", 1)
    assert shapely.area(layer.polygons) == pytest.approx([100])


def test_heights_are_left_out(write):
    high = shapely.force_3d(SQUARE, 7)
    assert not shapely.has_z(read_layer(write([high])).polygons).any()


def test_lines(write):
    both = shapely.MultiLineString([LINE, beside(LINE, 100)])
    layer = read_layer(write([LINE, both], "a.parquet", crs=None))
    assert layer.kind == "lines"
    assert shapely.length(layer.lines) == pytest.approx([50, 100])
    with pytest.raises(LabelsError, match=r"holds lines; expected areas"):
        _ = layer.polygons


def test_an_empty_layer_is_of_the_kind_that_it_says(write):
    layer = read_layer(write(gpd.GeoSeries([], crs=UTM)))
    assert (len(layer), layer.kind) == (0, None)
    assert len(layer.polygons) == len(layer.lines) == 0
    full = read_layer(write([SQUARE], "full.gpkg"), crs=layer.crs)
    assert shapely.area(full.polygons) == pytest.approx([100 / 0.9996**2], rel=1e-5)


@pytest.mark.parametrize("shapes", [[SQUARE, LINE], [shapely.Point(0, 0)], [SQUARE, shapely.Point(0, 0)]])
def test_anything_but_areas_or_lines_is_refused(shapes, write):
    with pytest.raises(LabelsError, match=r"holds .*; expected areas alone, or lines alone"):
        read_layer(write(shapes, "a.parquet"))


def test_files_that_are_no_layers(tmp_path, write):
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    (tmp_path / "text.gpkg").write_text("no layer")
    (tmp_path / "text.parquet").write_text("no layer")
    for name in ("table.csv", "text.gpkg", "text.parquet", "none.gpkg", "none.parquet"):
        with pytest.raises(LabelsError, match=rf"{name} .*; expected a vector file of areas or lines"):
            read_layer(tmp_path / name)
    path = write([SQUARE], "two.gpkg")
    gpd.GeoDataFrame(geometry=[LINE], crs=UTM).to_file(path, layer="roads")
    with pytest.raises(LabelsError, match=r"has 2 layers \(two, roads\); expected one"):
        read_layer(path)


def test_the_index_is_the_number_in_the_file(write):
    layer = read_layer(write([None, SQUARE], "a.gpkg"))
    assert layer.frame.index.tolist() == [2]  # a GeoPackage counts from 1


def test_coordinates_outside_the_crs_are_refused(write):
    with pytest.raises(LabelsError, match=r"1 features of .* outside the domain of WGS 84"):
        read_layer(
            write([SQUARE], crs=4326),
            crs=plane_of(gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=4326)),
        )


def test_an_unknown_crs_is_refused(write):
    with pytest.raises(OptionsError, match="unknown"):
        read_layer(write([SQUARE], "a.parquet", crs=None), assume_crs="EPSG:1")


def test_areas_count_where_their_middle_is_in_the_aoi(write):
    """The AOI ends in the third of three squares in a row, and in another CRS."""
    squares = [beside(SQUARE, 20 * i) for i in range(3)]
    aoi = gpd.GeoSeries([shapely.box(499_990, 9_299_990, 500_043, 9_300_020)], crs=UTM).to_crs(3857)
    layer = read_layer(write(squares), aoi=write(aoi, "aoi.gpkg", crs=3857))
    assert layer.frame.index.tolist() == [1, 2]
    assert (layer.missing, layer.kind) == (0, "areas")
    assert shapely.area(layer.polygons) == pytest.approx([100 / 0.9996**2] * 2, rel=1e-5)


def test_lines_are_clipped_to_the_aoi(write):
    away, touching = beside(LINE, 500), shapely.LineString([(15, 20), (15, 90)])
    aoi = write([shapely.box(-5, -5, 40, 20)], "aoi.parquet", crs=None)
    path = write([shapely.LineString([(0, 0), (30, 40)]), away, touching], "a.parquet", crs=None)
    layer = read_layer(path, aoi=aoi)
    assert shapely.length(layer.lines) == pytest.approx([25])


def test_an_aoi_stays_straight_in_its_own_crs(write):
    """Along a parallel at 60° N, 20 degrees of it: in the plane it is an arc, 80 km from the chord."""
    aoi = write([shapely.box(0, 50, 20, 60)], "aoi.gpkg", crs=4326)
    lon = np.linspace(1, 19, 10)
    inside = [shapely.box(x, 59.998, x + 1e-4, 59.9981) for x in lon]
    outside = [shapely.box(x, 60.002, x + 1e-4, 60.0021) for x in lon]
    layer = read_layer(write([*inside, *outside], crs=4326), aoi=aoi)
    assert layer.frame.index.tolist() == list(range(1, 11))


def test_an_aoi_without_areas_is_refused(write):
    with pytest.raises(LabelsError, match=r"area of interest .* holds no areas"):
        read_layer(write([SQUARE]), aoi=write([LINE], "aoi.gpkg"))


@pytest.mark.parametrize("values", [None, [np.nan, np.nan], ["a", "b"]])
def test_no_confidence(values, write):
    fields = {} if values is None else {"confidence": values}
    assert read_layer(write([SQUARE, beside(SQUARE, 20)], **fields)).confidence is None


@pytest.mark.data
def test_a_real_file_with_a_missing_geometry(data):
    layer = read_layer(data / "nulls" / "footprints_with_null.geojson")
    assert (len(layer), layer.missing) == (4439, 1)
