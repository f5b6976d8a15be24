import json
import sqlite3
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from rasterio.crs import CRS

from geounet.errors import CancelledError, MissingCRSError, OutputError
from geounet.options import ExtractOptions, VectorizeOptions
from geounet.raster.layout import class_layout
from geounet.strip import LabelStrip
from geounet.vector import LayerSpec, layers, vectorize_strips
from geounet.vector.placement import Placement

SUFFIXES = [".gpkg", ".geojson", ".fgb", ".shp", ".parquet"]
FIELDS = [
    "id", "class", "confidence", "confidence_p10", "area_m2", "perimeter_m", "touches_edge", "source", "model",
]  # fmt: skip
SHORT = ["id", "class", "conf", "conf_p10", "area_m2", "perim_m", "edge", "source", "model"]
METADATA = {"GEOUNET_VERSION": "0", "ATTRIBUTION": 'imagery © "someone" <x>'}


@pytest.fixture
def labels(texture):
    return texture(4)


@pytest.fixture
def confidence(labels):
    return np.random.default_rng(0).integers(0, 251, labels.shape).astype(np.uint8)


@pytest.fixture
def spec(labels, georeference):
    return LayerSpec(
        grid=georeference("utm", *labels.shape),
        class_names=("background", "building", "road", "wätér & <tree>"),
        exclusive=True,
        source="scene.tif",
        model="towns 1.2.0",
        metadata=METADATA,
    )


@pytest.fixture
def write(strips, spec, tmp_path):
    def run(labels, name, *, rows=8, confidence=None, spec=spec, **choices):
        out = tmp_path / name
        return out, vectorize_strips(
            strips(labels, rows, confidence), out, spec, options=VectorizeOptions(overwrite=True, **choices)
        )

    return run


def read(path):
    """A layer in the order of its ids (FlatGeobuf puts features that are near each other together)."""
    frame = gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path, layer=path.stem)
    return frame.sort_values("id", ignore_index=True)


def parts(path):
    return {part.name: part.read_bytes() for part in path.parent.glob(f"{path.stem}.*")}


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("centerlines", [False, True])
def test_a_field_for_a_persons_verdict_changes_nothing_else(suffix, centerlines, labels, write):
    if centerlines:
        labels = np.zeros_like(labels)
        labels[1:-1, 8:11] = 1
    choices = {"centerlines": centerlines, "min_length": 0.0} if centerlines else {}
    plain, _ = write(labels, f"plain{suffix}", **choices)
    out, result = write(labels, f"review{suffix}", **choices, review=True)
    frame = read(out)
    assert result.features == len(frame) > 0
    assert frame["review"].isna().all()
    assert_geodataframe_equal(frame.drop(columns="review"), read(plain))
    assert list(frame.columns[-2:]) == ["review", "geometry"]


def test_a_geopackage_is_one_that_older_readers_know(labels, write):
    out, _ = write(labels, "layer.gpkg")
    with sqlite3.connect(out) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (10300,)


def test_verdicts_can_be_written(labels, write):
    out, _ = write(labels, "review.gpkg", review=True)
    with sqlite3.connect(out) as connection:
        connection.create_function("ST_IsEmpty", 1, lambda _: 0)
        for bound in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            connection.create_function(bound, 1, lambda _: 0.0)
        connection.execute("UPDATE review SET review = 'rejected' WHERE id = 1")
    verdicts = read(out)["review"]
    assert verdicts[0] == "rejected"
    assert verdicts[1:].isna().all()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_layer_holds_the_traced_features(suffix, labels, confidence, write, spec, traced):
    out, result = write(labels, f"layer é{suffix}", confidence=confidence)
    frame = read(out)
    batch = traced(labels, ground=spec.grid.ground(), confidence=confidence)
    assert list(frame.columns) == [*(SHORT if suffix == ".shp" else FIELDS), "geometry"]
    frame.columns = [*FIELDS, "geometry"]
    assert frame["id"].tolist() == list(range(1, len(batch) + 1))
    assert frame["class"].tolist() == [spec.class_names[label] for label in batch.label]
    np.testing.assert_allclose(frame["confidence"], batch.confidence, atol=5.1e-5)
    np.testing.assert_allclose(frame["confidence_p10"], batch.confidence_p10, atol=5.1e-5)
    np.testing.assert_allclose(frame["area_m2"], batch.area, atol=5.1e-4)
    assert frame["touches_edge"].astype(bool).tolist() == batch.touches_edge.tolist()
    assert set(frame["source"]) == {"scene.tif"}
    assert set(frame["model"]) == {"towns 1.2.0"}
    crs = "OGC:CRS84" if suffix == ".geojson" else None
    expected = shapely.from_wkb(Placement.of(spec.grid, crs=crs).wkb(batch))
    if crs:  # in eight decimals, about a millimetre
        coordinates = shapely.get_coordinates(frame.geometry), shapely.get_coordinates(expected)
        np.testing.assert_allclose(*coordinates, rtol=0, atol=6e-9)
    else:
        assert shapely.equals(frame.geometry.to_numpy(), expected).all()
    assert frame.crs == pyproj.CRS("EPSG:4326" if crs else "EPSG:32637")
    assert result.features == len(batch)
    assert result.by_class == frame["class"].value_counts().to_dict()


@pytest.mark.parametrize("choices", [{}, {"simplify": 1.0}])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_labels_give_the_same_bytes(suffix, choices, labels, confidence, write, strips):
    first, _ = write(labels, f"layer{suffix}", confidence=confidence, rows=1, **choices)
    before = parts(first)
    again, _ = write(labels, f"layer{suffix}", confidence=confidence, rows=7, **choices)
    assert parts(again) == before


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_layer_has_its_schema(suffix, write, labels):
    out, result = write(np.full_like(labels, 255), f"layer{suffix}")
    frame = read(out) if suffix != ".geojson" else gpd.read_file(out)
    assert len(frame) == result.features == 0
    if suffix == ".geojson":  # the format has no schema
        assert json.loads(out.read_text(encoding="utf-8"))["features"] == []
        return
    assert list(frame.columns) == [*(SHORT if suffix == ".shp" else FIELDS), "geometry"]
    assert frame.crs == pyproj.CRS("EPSG:32637")
    if suffix == ".parquet":
        schema = pq.read_metadata(out)
        assert json.loads(schema.metadata[b"geo"])["columns"]["geometry"]["geometry_types"] == [
            "MultiPolygon"
        ]
    else:
        kind = pyogrio.read_info(out, layer=out.stem)["geometry_type"]
        assert kind == ("Polygon" if suffix == ".shp" else "MultiPolygon")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_confidence_is_null_without_scores(suffix, labels, write):
    out, _ = write(labels, f"layer{suffix}")
    frame = read(out)
    assert frame[frame.columns[2]].isna().all()
    assert frame[frame.columns[3]].isna().all()


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("error", [CancelledError("stopped"), KeyboardInterrupt(), ValueError("broken")])
def test_an_error_on_the_way_comes_out_as_itself(suffix, error, labels, spec, tmp_path):
    def failing():
        yield LabelStrip(0, labels[None, :5])
        raise error

    with pytest.raises(type(error)) as caught:
        vectorize_strips(failing(), tmp_path / f"layer{suffix}", spec, options=VectorizeOptions())
    assert caught.value is error
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_gdal_begins_a_layer_comes_out_as_itself(monkeypatch, tmp_path):
    """It arises where GDAL asks for the first batch, which makes a mere message of whatever is raised there."""
    pressed = KeyboardInterrupt()
    reader = SimpleNamespace(from_batches=lambda _schema, batches: batches)

    def write_arrow(batches, _target, **_):
        with suppress(KeyboardInterrupt):
            batches.throw(pressed)
        raise RuntimeError("Error while accessing batch from stream.")

    monkeypatch.setattr(layers, "pa", SimpleNamespace(RecordBatch=pa.RecordBatch, RecordBatchReader=reader))
    monkeypatch.setattr(layers.pyogrio, "write_arrow", write_arrow)
    with pytest.raises(KeyboardInterrupt) as caught:
        layers.write_batches(tmp_path / "layer.fgb", pa.schema([]), iter(()))
    assert caught.value is pressed


def test_a_geopackage_says_what_made_it_and_how_it_looks(labels, write):
    out, _ = write(labels, "towns.gpkg")
    assert pyogrio.read_info(out, layer="towns")["layer_metadata"] == METADATA
    with sqlite3.connect(out) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        style = (
            "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML, update_time FROM layer_styles"
        )
        ((table, column, default, qml, time),) = connection.execute(style)
        known = dict(connection.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
        times = [row[0] for row in connection.execute("SELECT last_change FROM gpkg_contents")]
        times += [row[0] for row in connection.execute("SELECT timestamp FROM gpkg_metadata_reference")]
    connection.close()
    assert known == {table: column} == {"towns": "geom"}
    assert default == 1
    assert qml.startswith("<!DOCTYPE qgis")
    assert set(times) == {time} == {"2000-01-01T00:00:00.000Z"}


@pytest.mark.parametrize("known", [2, 4, 256])
def test_a_class_has_the_colour_that_it_has_in_a_class_raster(labels, write, spec, known):
    names = tuple(f"class_{k}" for k in range(known))  # many names: those of the layer alone are listed
    shown = np.where(labels == 1, 7, labels)
    out, result = write(shown, "l.gpkg", spec=replace(spec, class_names=names))
    with sqlite3.connect(out) as connection:
        ((qml,),) = connection.execute("SELECT styleQML FROM layer_styles")
    connection.close()
    root = ET.fromstring(qml.split("\n", 1)[1])  # noqa: S314 (our own)
    fills = {
        symbol.get("name"): symbol.find(".//Option[@name='color']").get("value")
        for symbol in root.iter("symbol")
    }
    colours = class_layout(spec.grid, [""] * 9, exclusive=True, tags={}).colours
    found = {category.get("value"): fills[category.get("symbol")] for category in root.iter("category")}
    assert set(found) == set(result.by_class) | (set(names[1:]) if known < 256 else set())
    for name, fill in found.items():
        assert tuple(map(int, fill.split(",")[:3])) == colours[int(name.removeprefix("class_"))]


@pytest.mark.parametrize("suffix", [".geojson", ".fgb", ".shp"])
def test_other_formats_say_what_made_them(suffix, labels, write):
    out, _ = write(labels, f"layer{suffix}")
    assert json.dumps(METADATA, sort_keys=True, ensure_ascii=False) in _description(out)


def _description(path):
    if path.suffix == ".geojson":
        return json.loads(path.read_text(encoding="utf-8"))["description"]
    if path.suffix == ".shp":
        return ET.parse(path.with_name(f"{path.name}.xml")).findtext("idinfo/descript/abstract")  # noqa: S314 (our own)
    return path.read_bytes().decode("utf-8", "replace")


def test_parquet_says_what_made_it(labels, write):
    out, _ = write(labels, "layer.parquet")
    found = pq.read_metadata(out).metadata
    assert found[b"ATTRIBUTION"].decode() == METADATA["ATTRIBUTION"]
    geo = json.loads(found[b"geo"])
    np.testing.assert_allclose(geo["columns"]["geometry"]["bbox"], read(out).total_bounds)


def test_geojson_follows_the_right_hand_rule(labels, write):
    out, _ = write(labels, "layer.geojson")
    collection = json.loads(out.read_text(encoding="utf-8"))
    assert "crs" not in collection
    for feature in collection["features"]:
        for shell, *holes in feature["geometry"]["coordinates"]:
            assert shapely.LinearRing(shell).is_ccw
            assert not any(shapely.LinearRing(hole).is_ccw for hole in holes)


def test_overlapping_classes_are_named_by_band(labels, spec, write, strips):
    bands = np.stack([labels == 1, labels != 3]).astype(np.uint8)
    out, result = write(bands, "layer.gpkg", spec=replace(spec, exclusive=False))
    assert set(result.by_class) == {"building", "road"}
    assert read(out)["class"].value_counts().to_dict() == result.by_class


def test_a_label_beyond_the_names_is_numbered(labels, spec, write):
    _, result = write(labels, "layer.gpkg", spec=replace(spec, class_names=("background", "building")))
    assert set(result.by_class) == {"building", "class_2", "class_3"}


def test_the_extension_is_any_case(labels, write):
    out, result = write(labels, "LAYER.GPKG")
    assert len(gpd.read_file(out, layer="LAYER")) == result.features


@pytest.mark.parametrize("name", ["layer.kml", "layer", "layer.json"])
def test_unknown_extensions_are_refused(name, labels, write):
    with pytest.raises(OutputError, match=r"\.gpkg, \.geojson, \.fgb, \.shp, \.parquet"):
        write(labels, name)


def test_an_existing_layer_is_kept(labels, spec, strips, tmp_path):
    out = tmp_path / "layer.gpkg"
    out.write_bytes(b"precious")
    with pytest.raises(OutputError, match="--overwrite"):
        vectorize_strips(strips(labels, 5), out, spec, options=ExtractOptions())
    assert out.read_bytes() == b"precious"


def test_a_layer_needs_a_crs(labels, spec, strips, tmp_path):
    nowhere = replace(spec, grid=replace(spec.grid, crs=None))
    with pytest.raises(MissingCRSError, match="--assume-crs"):
        vectorize_strips(strips(labels, 5), tmp_path / "layer.gpkg", nowhere, options=VectorizeOptions())


def test_a_crs_that_has_no_code_is_kept(labels, spec, write):
    own = CRS.from_proj4("+proj=laea +lat_0=10 +lon_0=39 +ellps=bessel +units=m")
    for suffix in (".gpkg", ".fgb", ".parquet"):
        out, _ = write(labels, f"layer{suffix}", spec=replace(spec, grid=replace(spec.grid, crs=own)))
        assert read(out).crs.to_proj4() == pyproj.CRS(own.to_wkt()).to_proj4()


def test_a_layer_that_was_not_written_to_its_end_is_refused(labels, write, monkeypatch, tmp_path):
    monkeypatch.setattr(layers, "is_whole", lambda path: False)
    with pytest.raises(OutputError, match="the disk is full"):
        write(labels, "layer.gpkg")
    assert list(tmp_path.iterdir()) == []


def test_gdals_configuration_is_left_as_it_was(labels, write):
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "1999-01-01T00:00:00Z"})
    write(labels, "layer.gpkg")
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == "1999-01-01T00:00:00Z"
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def test_a_shapefile_is_all_its_parts(labels, write):
    out, _ = write(labels, "layer.shp")
    assert {Path(name).suffix for name in parts(out)} == {".shp", ".shx", ".dbf", ".prj", ".cpg", ".xml"}
