import errno
import json
import os
import sqlite3
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import pytest
import shapely

from geounet.errors import GeounetError, LabelsError, MissingCRSError, OutputError
from geounet.vector import merging
from geounet.vector.merging import joined, merge_layers

SUFFIXES = [".gpkg", ".fgb", ".parquet", ".geojson", ".shp"]
METADATA = {"GEOUNET_VERSION": "0", "GEOUNET_CLASSES": '["background", "building", "wätér & <tree>"]'}
FIELDS = [
    "id", "class", "confidence", "confidence_p10", "area_m2", "perimeter_m", "touches_edge", "source", "model", "geometry",
]  # fmt: skip


def merged(paths, out, **choices):
    return merge_layers(paths, out, **{"overwrite": False, "metadata": METADATA} | choices)


def joined_frame(frames):
    """What geopandas makes of them."""
    frame = pd.concat(frames, ignore_index=True)
    frame["id"] = np.arange(len(frame)) + 1
    return frame


def same_places(one, two):
    """How far geometries are apart at most."""
    return shapely.hausdorff_distance(one.geometry.to_numpy(), two.geometry.to_numpy()).max()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_layers_become_one_in_their_order(suffix, make_layer, read, tmp_path):
    paths = [make_layer(f"{seed}.gpkg", seed, shift=20.0 * seed, scored=seed != 1) for seed in (2, 1, 0)]
    result = merged(paths, tmp_path / f"all é{suffix}")
    expected = joined_frame([read(path) for path in paths])
    found = read(tmp_path / f"all é{suffix}")
    assert list(found.columns) == FIELDS
    if suffix == ".geojson":
        expected = expected.to_crs(4326)
    found["touches_edge"] = found["touches_edge"].astype(bool)
    fields = FIELDS[:-1]
    pd.testing.assert_frame_equal(
        pd.DataFrame(found[fields]), pd.DataFrame(expected[fields]), check_dtype=False
    )
    assert same_places(found, expected) < (8e-9 if suffix == ".geojson" else 1e-9)
    assert found.crs == expected.crs
    assert found["confidence"].isna().sum() == len(read(paths[1]))
    assert result.features == len(expected)
    assert result.by_class == expected["class"].value_counts().to_dict()
    assert (result.layers, result.parts) == (3, 1)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_layer_of_any_format_is_read_as_it_was_written(suffix, make_layer, read, tmp_path):
    path = make_layer(f"a{suffix}", review=True, scored=suffix != ".geojson")
    merged([path], tmp_path / "all.fgb", crs=None)
    plain = read(path)
    found = read(tmp_path / "all.fgb")
    assert list(found.columns) == [*FIELDS[:-1], "review", "geometry"]
    assert set(found.geom_type) == {"MultiPolygon"}
    key = ["source", "class", "area_m2", "confidence_p10"]
    same = [frame.assign(x=shapely.get_coordinates(frame.centroid)[:, 0]) for frame in (found, plain)]
    one, two = (frame.sort_values([*key, "x"], ignore_index=True) for frame in same)
    for name in ("class", "confidence", "area_m2", "perimeter_m", "source", "model"):
        assert one[name].astype(object).where(one[name].notna(), None).tolist() == (
            two[name].astype(object).where(two[name].notna(), None).tolist()
        )
    assert shapely.equals(one.geometry.to_numpy(), two.geometry.to_numpy()).all()
    shells = shapely.get_exterior_ring(shapely.get_parts(found.geometry.to_numpy()))
    assert shapely.is_ccw(shells).all()


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".parquet"])
def test_layers_of_several_crs_come_in_longitude_and_latitude(suffix, make_layer, read, tmp_path):
    paths = [make_layer("a.gpkg", 0), make_layer("b.shp", 1, crs=32638), make_layer("c.geojson", 2)]
    result = merged(paths, tmp_path / f"all{suffix}")
    found = read(tmp_path / f"all{suffix}")
    expected = joined_frame([read(path).to_crs(4326) for path in paths])
    assert result.crs == "EPSG:4326"
    assert found.crs == pyproj.CRS(4326)
    assert set(found.geom_type) == {"MultiPolygon"}
    assert same_places(found, expected) < 1e-12
    assert found["area_m2"].tolist() == expected["area_m2"].tolist()


def test_a_crs_can_be_asked_for(make_layer, read, tmp_path):
    path = make_layer("a.gpkg")
    assert merged([path], tmp_path / "all.gpkg", crs="EPSG:32638").crs == "EPSG:32638"
    assert same_places(read(tmp_path / "all.gpkg"), read(path).to_crs(32638)) < 1e-6


def test_a_long_edge_stays_where_it_is_in_another_crs(tmp_path, make_layer, read):
    wide = gpd.GeoDataFrame(
        geometry=[shapely.MultiPolygon([shapely.box(3e5, 7e6, 3.4e5, 7e6 + 10)])], crs=32637
    )
    wide.to_file(tmp_path / "wide.gpkg")
    merged([tmp_path / "wide.gpkg", make_layer("b.gpkg", crs=32638)], tmp_path / "all.gpkg")
    (shape,) = read(tmp_path / "all.gpkg").to_crs(32637).geometry[:1]
    assert shapely.hausdorff_distance(shape, wide.geometry[0], densify=0.001) < 0.1


def test_an_edge_of_the_world_is_no_reason_to_move(tmp_path):
    east = gpd.GeoDataFrame(geometry=[shapely.MultiPolygon([shapely.box(179.9, 0, 180, 1)])], crs=4326)
    west = gpd.GeoDataFrame(geometry=[shapely.MultiPolygon([shapely.box(-180, 0, -179.9, 1)])], crs=4326)
    for name, frame in (("e", east), ("w", west)):
        frame.to_file(tmp_path / f"{name}.fgb")
    merged([tmp_path / "e.fgb", tmp_path / "w.fgb"], tmp_path / "all.parquet")
    found = gpd.read_parquet(tmp_path / "all.parquet").sort_values("id")
    assert found.geometry.tolist() == [*east.geometry, *west.geometry]


def test_lines_become_one_layer_of_lines(make_layer, read, tmp_path):
    paths = [make_layer(f"{seed}.fgb", seed, lines=True, shift=50 * seed) for seed in (0, 1)]
    for suffix in SUFFIXES:
        merged(paths, tmp_path / f"all{suffix}")
        found = read(tmp_path / f"all{suffix}")
        assert set(found.geom_type) == {"LineString"}
        assert found["length_m"].tolist() == [*read(paths[0])["length_m"], *read(paths[1])["length_m"]]


def test_fields_that_some_layers_have_are_kept(make_layer, read, tmp_path):
    paths = [
        make_layer("a.gpkg", 0, review=True),
        make_layer("b.shp", 1, regularize=True),
        make_layer("c.fgb", 2),
    ]
    with sqlite3.connect(paths[0]) as connection:
        for trigger in [
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        ]:
            connection.execute(f'DROP TRIGGER "{trigger}"')
        connection.execute("UPDATE a SET review = 'rejected' WHERE id = 2")
    connection.close()
    merged(paths, tmp_path / "all.gpkg")
    found = read(tmp_path / "all.gpkg")
    assert list(found.columns) == [*FIELDS[:7], "regularized", *FIELDS[7:9], "review", "geometry"]
    assert found["review"].dropna().to_dict() == {1: "rejected"}
    counts = [len(read(path)) for path in paths]
    assert found["regularized"].notna().tolist() == np.repeat([False, True, False], counts).tolist()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_layers_give_the_same_bytes(suffix, make_layer, tmp_path):
    paths = [make_layer("a.gpkg", 0), make_layer("b.geojson", 1)]
    contents = []
    for _ in range(2):
        merged(paths, tmp_path / f"all{suffix}", overwrite=True)
        contents.append({path.name: path.read_bytes() for path in tmp_path.glob("all.*")})
    assert contents[0] == contents[1]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_empty_layers_add_nothing_but_their_fields(suffix, make_layer, read, tmp_path):
    empty = [make_layer(f"e{end}", empty=True, review=True) for end in SUFFIXES]
    far = make_layer("far.gpkg", empty=True, crs=32638, lines=True)
    full = make_layer("full.gpkg")
    result = merged([*empty, full, far], tmp_path / f"all{suffix}")
    found = read(tmp_path / f"all{suffix}")
    assert result.features == len(found) == len(read(full))
    assert result.crs == ("OGC:CRS84" if suffix == ".geojson" else "EPSG:32637")
    if suffix != ".geojson":
        assert list(found.columns) == [*FIELDS[:-1], "review", "geometry"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_layers_that_are_all_empty_make_an_empty_one(suffix, make_layer, tmp_path):
    result = merged(
        [make_layer("a.geojson", empty=True), make_layer("b.fgb", empty=True)], tmp_path / f"all{suffix}"
    )
    assert (result.features, result.by_class) == (0, {})
    if suffix == ".parquet":
        assert len(gpd.read_parquet(tmp_path / "all.parquet")) == 0
    else:
        assert (
            pyogrio.read_info(tmp_path / f"all{suffix}", layer="all", force_feature_count=True)["features"]
            == 0
        )


def test_no_layers_are_refused(tmp_path):
    with pytest.raises(OutputError, match="no layer to merge"):
        merged([], tmp_path / "all.gpkg")


def test_areas_and_lines_are_refused(make_layer, tmp_path):
    with pytest.raises(OutputError, match=r"a\.gpkg holds areas and .*b\.fgb lines"):
        merged([make_layer("a.gpkg"), make_layer("b.fgb", lines=True)], tmp_path / "all.gpkg")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_damaged_layer_is_named_and_nothing_is_left(suffix, make_layer, tmp_path):
    paths = [make_layer("a.gpkg"), make_layer(f"broken{suffix}", 1)]
    whole = paths[1].read_bytes()
    for kept in (0, 100, len(whole) // 2, len(whole) - len(whole) // 5):
        paths[1].write_bytes(whole[:kept])
        before = names(tmp_path)
        with pytest.raises(LabelsError, match=r"broken\.") as caught:
            merged(paths, tmp_path / "all.gpkg")
        assert "\n" not in str(caught.value)
        assert names(tmp_path) == before


def test_a_layer_that_is_not_there_is_named(tmp_path):
    with pytest.raises(LabelsError, match=r"none\.fgb cannot be read"):
        merged([tmp_path / "none.fgb"], tmp_path / "all.gpkg")


def test_a_layer_without_a_crs_is_refused(tmp_path):
    gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)]).to_file(tmp_path / "a.fgb")
    with pytest.raises(MissingCRSError, match=r"a\.fgb"):
        merged([tmp_path / "a.fgb"], tmp_path / "all.gpkg")


def test_points_are_refused(tmp_path):
    gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=4326).to_file(tmp_path / "a.fgb")
    with pytest.raises(LabelsError, match=r"a\.fgb holds Point"):
        merged([tmp_path / "a.fgb"], tmp_path / "all.gpkg")


@pytest.mark.parametrize("suffix", [".gpkg", ".parquet"])
def test_a_layer_that_is_replaced_meanwhile_is_named(suffix, make_layer, tmp_path, monkeypatch):
    paths = [make_layer("a.gpkg", 0), make_layer(f"b{suffix}", 1)]
    settled = joined.settled

    def replacing(*given, **more):
        make_layer(f"b{suffix}", 2)
        return settled(*given, **more)

    monkeypatch.setattr(joined, "settled", replacing)
    with pytest.raises(LabelsError, match=rf"b\{suffix} was changed"):
        merged(paths, tmp_path / "all.gpkg")
    assert not (tmp_path / "all.gpkg").exists()


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("broken"), GeounetError("stop")])
def test_an_error_on_the_way_comes_out_as_itself(suffix, error, make_layer, tmp_path, monkeypatch):
    def failing(layer, **_):
        if layer.path.stem == "b":
            raise error
        return record_batches(layer)

    paths = [make_layer("a.gpkg", 0), make_layer("b.gpkg", 1)]
    record_batches = joined.record_batches
    monkeypatch.setattr(joined, "record_batches", failing)
    with pytest.raises(type(error)) as caught:
        merged(paths, tmp_path / f"all{suffix}")
    assert caught.value is error
    assert names(tmp_path) == ["a.gpkg", "b.gpkg"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_full_disk_is_said(suffix, make_layer, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = make_layer("a.gpkg")
    place = "merge.write_gdal" if suffix != ".parquet" else "sorted_parquet.PartWriter.write"
    monkeypatch.setattr(f"{merging.__name__}.{place}", full)
    with pytest.raises(OutputError, match="the disk is full"):
        merged([path], tmp_path / f"all{suffix}")
    assert names(tmp_path) == ["a.gpkg"]


@pytest.mark.skipif(sys.platform != "linux", reason="counts what is open by Linux's means")
def test_few_files_are_open_at_a_time(make_layer, tmp_path, monkeypatch):
    paths = [make_layer(f"{seed}.gpkg", seed) for seed in range(12)]
    opened = []
    settled = joined.settled

    def counting(*given, **more):
        opened.append(sum(1 for _ in Path("/proc/self/fd").iterdir()))
        return settled(*given, **more)

    monkeypatch.setattr(joined, "settled", counting)
    merged(paths, tmp_path / "all.fgb")
    assert len(opened) == 12
    assert max(opened) == min(opened)


def test_classes_have_the_colours_that_they_have_alone(make_layer, tmp_path):
    def style(path):
        with sqlite3.connect(path) as connection:
            ((qml,),) = connection.execute("SELECT styleQML FROM layer_styles")
        connection.close()
        return qml

    path = make_layer("a.gpkg")
    merged([path], tmp_path / "all.gpkg")
    assert style(tmp_path / "all.gpkg") == style(path)
    merged([path], tmp_path / "plain.gpkg", metadata={})
    assert "wätér" in style(tmp_path / "plain.gpkg")


def test_the_layer_says_what_made_it(make_layer, tmp_path):
    merged([make_layer("a.gpkg")], tmp_path / "all.gpkg")
    assert pyogrio.read_info(tmp_path / "all.gpkg", layer="all")["layer_metadata"] == METADATA
    merged([tmp_path / "a.gpkg"], tmp_path / "all.geojson")
    assert json.loads(json.loads((tmp_path / "all.geojson").read_text())["description"]) == METADATA


def test_an_input_is_no_output(make_layer):
    path = make_layer("a.gpkg")
    with pytest.raises(OutputError, match="one of the files that are read"):
        merged([path], path, overwrite=True)


@pytest.mark.parametrize("suffix", [".gpkg", ".parquet"])
def test_an_existing_layer_is_kept(suffix, make_layer, tmp_path):
    (tmp_path / f"all{suffix}").write_bytes(b"precious")
    with pytest.raises(OutputError, match="--overwrite"):
        merged([make_layer("a.fgb")], tmp_path / f"all{suffix}")
    assert (tmp_path / f"all{suffix}").read_bytes() == b"precious"


def test_unknown_extensions_are_refused(make_layer, tmp_path):
    with pytest.raises(OutputError, match="no vector format"):
        merged([make_layer("a.fgb")], tmp_path / "all.kml")
