import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from rasterio.transform import from_origin
from shapely.geometry.base import BaseGeometry

from geounet.errors import GeounetWarning, LabelsError, MissingCRSError, OptionsError, OutputError, SceneError
from geounet.evaluation import Report, evaluate
from geounet.options import EvaluateOptions

UTM = "EPSG:32737"
X, Y = 500_000, 9_300_000
"""Where things are, in UTM 37 S: the top left corner of rasters. On its central meridian 0.9996 m are a metre."""


def box(x: float, y: float, width: float = 10, height: float = 10) -> shapely.Polygon:
    """A rectangle whose lower left corner lies `x` metres right of the corner and `y` metres below."""
    return shapely.box(X + x, Y - y, X + x + width, Y - y + height)


def line(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([(X + x, Y - y) for x, y in points])


@pytest.fixture
def make_layer(tmp_path: Path) -> Callable[..., Path]:
    """Write geometries as a GeoPackage and give its path."""

    def make(
        geometries: list[BaseGeometry], name: str = "layer.gpkg", *, crs: str | None = UTM, **fields
    ) -> Path:
        path = tmp_path / name
        frame = gpd.GeoDataFrame(fields, geometry=geometries, crs=crs)
        if not geometries:
            frame = gpd.GeoDataFrame({"class": gpd.pd.Series([], dtype=str)}, geometry=[], crs=crs)
        frame.to_file(path, geometry_type=None if geometries else "MultiPolygon")
        return path

    return make


@pytest.fixture
def squares(make_layer: Callable[..., Path]) -> tuple[Path, Path]:
    """Four predicted and three true squares, of which two are the same."""
    predicted = [box(0, 20), box(40, 20), box(80, 20), box(0, 80)]
    true = [box(0, 20), box(42, 20), box(0, 200)]
    return (
        make_layer(
            predicted, "predicted.gpkg", **{"class": list("aabb"), "confidence": [0.9, 0.8, 0.7, 0.6]}
        ),
        make_layer(true, "true.gpkg", **{"class": list("aab")}),
    )


def figures(report: Report, *names: str) -> list[object]:
    part = report.to_dict()[report.kind]
    return [part[name] for name in names]


def test_two_layers_of_areas_are_compared_object_by_object(squares):
    report = evaluate(*squares)
    assert report.kind == "objects"
    assert figures(report, "tp", "fp", "fn") == [2, 2, 1]
    assert figures(report, "precision", "recall") == [2 / 4, 2 / 3]
    assert figures(report, "area_true_m2") == [pytest.approx(300 / 0.9996**2, rel=1e-4)]
    assert report.labels is report.lines is report.curves is None
    inputs = report.metadata["inputs"]
    assert [inputs[name]["file"] for name in ("prediction", "truth")] == ["predicted.gpkg", "true.gpkg"]
    assert [inputs[name]["features"] for name in ("prediction", "truth")] == [4, 3]
    assert report.metadata["crs"] == UTM


def test_the_truth_may_lie_in_another_crs(squares, tmp_path):
    predicted, true = squares
    other = tmp_path / "wgs84.geojson"
    gpd.read_file(true).to_crs(4326).to_file(other)
    assert figures(evaluate(predicted, other), "tp", "fp", "fn") == [2, 2, 1]


def test_overlap_is_as_large_as_asked_for(squares):
    assert figures(evaluate(*squares, options=EvaluateOptions(iou=0.7)), "tp", "fp", "fn") == [1, 3, 2]


def test_an_area_of_interest_limits_both_sides(squares, make_layer):
    aoi = make_layer([box(-5, 25, 30, 20)], "aoi.gpkg")
    report = evaluate(*squares, options=EvaluateOptions(aoi=aoi))
    assert figures(report, "tp", "fp", "fn") == [1, 0, 0]
    assert report.metadata["inputs"]["aoi"] == {"file": "aoi.gpkg"}


def test_what_the_scene_does_not_show_does_not_count(squares, make_raster):
    """The scene ends at 100 m, and is not valid from 60 m to the right: one of two false alarms, and a miss, go."""
    valid = np.ones((100, 100), np.bool_)
    valid[:, 60:] = False
    scene = make_raster(np.full((3, 100, 100), 90, np.uint8), valid=valid, transform=from_origin(X, Y, 1, 1))
    report = evaluate(*squares, options=EvaluateOptions(valid=scene))
    assert figures(report, "tp", "fp", "fn") == [2, 1, 0]


def test_classes_limit_layers_that_have_them(squares):
    report = evaluate(*squares, options=EvaluateOptions(classes=("a",)))
    assert figures(report, "tp", "fp", "fn") == [2, 0, 0]
    with pytest.raises(OptionsError, match=r"no class road.*a, b"):
        evaluate(*squares, options=EvaluateOptions(classes=("road",)))


def test_two_layers_of_lines_are_compared_as_networks(make_layer):
    predicted = make_layer([line((0, 0), (100, 0)), line((0, 50), (50, 50))], "p.gpkg")
    true = make_layer([line((0, 1), (100, 1)), line((0, 90), (100, 90))], "t.gpkg")
    report = evaluate(predicted, true)
    assert report.kind == "lines"
    assert figures(report, "completeness", "correctness") == pytest.approx([0.5, 2 / 3], abs=0.01)
    assert report.metadata["options"]["buffer_m"] == 4


def test_lines_are_cut_where_they_count(make_layer, make_raster):
    predicted = make_layer([line((0, 50), (80, 50))], "p.gpkg")
    true = make_layer([line((0, 50), (40, 50)), line((60, 0), (60, 100))], "t.gpkg")
    valid = np.ones((100, 100), np.bool_)
    valid[:, 50:] = False
    scene = make_raster(np.full((1, 100, 100), 90, np.uint8), valid=valid, transform=from_origin(X, Y, 1, 1))
    report = evaluate(predicted, true, options=EvaluateOptions(valid=scene))
    assert figures(report, "length_predicted_m", "length_true_m") == pytest.approx([50, 40], rel=2e-3)
    assert figures(report, "completeness", "correctness") == pytest.approx([1, 44 / 50], abs=0.01)


def test_nothing_predicted_is_a_result(squares, make_layer):
    empty = make_layer([], "empty.gpkg")
    with pytest.warns(GeounetWarning, match=r"empty\.gpkg holds nothing that counts:"):
        report = evaluate(empty, squares[1])
    assert figures(report, "tp", "fn", "precision", "recall", "f1") == [0, 3, None, 0, 0]
    with pytest.warns(GeounetWarning, match="empty"):
        report = evaluate(squares[0], empty)
    assert figures(report, "fp", "precision", "recall", "area_predicted_m2") == [
        4, 0, None, pytest.approx(400 / 0.9996**2, rel=1e-4),
    ]  # fmt: skip
    with pytest.warns(GeounetWarning, match=r"nor does empty\.gpkg"):
        assert figures(evaluate(empty, empty), "f1", "precision") == [None, None]


def test_layers_of_different_places_are_refused(squares, make_layer):
    far = make_layer([shapely.box(30, 50, 30.001, 50.001)], "far.geojson", crs="EPSG:4326")
    with pytest.raises(OptionsError, match=r"predicted\.gpkg lies [\d,.]+ km from far\.geojson"):
        evaluate(squares[0], far)
    near = make_layer([box(900, 0)], "near.gpkg")
    assert figures(evaluate(squares[0], near), "tp", "fp", "fn") == [0, 4, 1]


def test_a_layer_far_from_a_raster_is_refused(rasters, make_layer):
    far = make_layer([box(5000, 5000)], "far.gpkg")
    with pytest.raises(OptionsError, match=r"far\.gpkg lies 7\.0 km from found\.tif"):
        evaluate(rasters[0], far)
    with pytest.raises(OptionsError, match=r"far\.gpkg lies 7\.0 km from found\.tif"):
        evaluate(far, rasters[0])
    assert figures(evaluate(rasters[0], make_layer([box(500, 500)], "near.gpkg")), "recall") == [None]


def test_nothing_where_it_counts_is_refused(squares, make_layer):
    aoi = make_layer([box(5000, 5000)], "aoi.gpkg")
    with pytest.raises(OptionsError, match=r"neither predicted\.gpkg nor true\.gpkg"):
        evaluate(*squares, options=EvaluateOptions(aoi=aoi))


def test_a_broken_raster_is_no_layer(squares, tmp_path):
    (tmp_path / "broken.tif").write_text("no raster", encoding="utf-8")
    with pytest.raises(SceneError, match="expected a raster"):
        evaluate(tmp_path / "broken.tif", squares[1])


def test_areas_and_lines_are_not_compared(squares, make_layer):
    lines = make_layer([line((0, 0), (9, 9))], "lines.gpkg")
    with pytest.raises(OptionsError, match=r"holds areas and lines\.gpkg holds lines"):
        evaluate(squares[0], lines)


@pytest.mark.parametrize(
    ("kind", "says"), [("lines", "compared as objects, not as lines"), ("labels", "are layers")]
)
def test_a_kind_that_layers_are_not_is_refused(squares, kind, says):
    with pytest.raises(OptionsError, match=says):
        evaluate(*squares, options=EvaluateOptions(kind=kind))
    assert evaluate(*squares, options=EvaluateOptions(kind="objects")).kind == "objects"


def test_one_side_without_a_crs_is_refused_until_it_is_assumed(squares, tmp_path):
    bare = tmp_path / "bare.shp"
    gpd.read_file(squares[1]).set_crs(None, allow_override=True).to_file(bare)
    with pytest.raises(MissingCRSError, match="--assume-crs"):
        evaluate(squares[0], bare)
    assert figures(evaluate(squares[0], bare, options=EvaluateOptions(assume_crs=UTM)), "tp") == [2]


@pytest.mark.parametrize("side", [0, 1])
def test_a_file_that_is_not_there_is_named(squares, tmp_path, side):
    files = list(squares)
    files[side] = tmp_path / "gone.gpkg"
    with pytest.raises(LabelsError, match=r"gone\.gpkg"):
        evaluate(*files)


def test_outputs_are_written_and_are_the_same_again(squares, tmp_path):
    outputs = {"report": tmp_path / "r.html", "json": tmp_path / "r.json"}
    report = evaluate(*squares, options=EvaluateOptions(**outputs))
    assert json.loads(outputs["json"].read_text(encoding="utf-8")) == report.to_dict()
    first = [path.read_bytes() for path in outputs.values()]
    evaluate(*squares, options=EvaluateOptions(**outputs, overwrite=True))
    assert [path.read_bytes() for path in outputs.values()] == first
    assert str(tmp_path).encode() not in b"".join(first)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "predicted.gpkg",
        "r.html",
        "r.json",
        "true.gpkg",
    ]


def test_an_output_takes_nobodys_place(squares, tmp_path):
    predicted, true = squares
    there = tmp_path / "there.json"
    there.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match=r"exists.*--overwrite"):
        evaluate(predicted, true, options=EvaluateOptions(json=there, report=tmp_path / "r.html"))
    truth = tmp_path / "truth.json"
    gpd.read_file(true).to_file(truth, driver="GeoJSON")
    before = truth.read_bytes()
    with pytest.raises(OutputError, match="files that are read"):
        evaluate(predicted, truth, options=EvaluateOptions(json=truth, overwrite=True))
    with pytest.raises(OutputError, match=r"ends in \.html"):
        evaluate(predicted, true, options=EvaluateOptions(report=predicted, overwrite=True))
    assert truth.read_bytes() == before
    assert there.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "r.html").exists()


def test_what_fails_leaves_no_output(squares, make_layer, tmp_path):
    lines = make_layer([line((0, 0), (9, 9))], "lines.gpkg")
    with pytest.raises(OptionsError):
        evaluate(
            squares[0], lines, options=EvaluateOptions(report=tmp_path / "r.html", json=tmp_path / "r.json")
        )
    assert not list(tmp_path.glob("r.*"))


def pictured(path: Path) -> list[str]:
    """The layers that a page's picture has."""
    return re.findall(r'alt="([^"]+)" class="layer-', path.read_text(encoding="utf-8"))


def test_the_page_shows_layers_over_the_scene(squares, make_raster, tmp_path):
    scene = make_raster(np.full((3, 100, 100), 90, np.uint8), transform=from_origin(X, Y, 1, 1))
    out = tmp_path / "r.html"
    evaluate(*squares, options=EvaluateOptions(valid=scene, report=out))
    assert pictured(out) == ["scene", "not counted", "hits", "false alarms", "outlines"]


@pytest.fixture
def rasters(make_raster: Callable[..., Path]) -> tuple[Path, Path]:
    """A predicted and a true raster of 20 × 20 pixels of 1 m: 40 hits, 10 false alarms, 20 misses, 20 not known."""
    found, true = np.zeros((2, 20, 20), np.uint8)
    found[0:5, 0:10] = 1
    true[0:4, 0:15] = 1
    true[19] = 255
    where = {"transform": from_origin(X, Y, 1, 1), "nodata": 255}
    return make_raster(found, "found.tif", **where), make_raster(true, "true.tif", **where)


def test_two_rasters_are_compared_pixel_by_pixel(rasters, tmp_path):
    out = tmp_path / "r.html"
    report = evaluate(*rasters, options=EvaluateOptions(report=out))
    assert report.kind == "labels"
    assert figures(report, "iou", "precision", "recall") == pytest.approx([40 / 70, 40 / 50, 40 / 60])
    assert figures(report, "confusion", "ignored") == [[[310, 10], [20, 40]], 20]
    assert report.metadata["grid"]["rows"] == 20
    assert pictured(out) == ["not counted", "hits", "misses", "false alarms"]
    assert "40 px" in out.read_text(encoding="utf-8")


def test_a_raster_and_a_layer_are_compared_on_the_rasters_grid(rasters, make_layer):
    layer = make_layer([box(0, 4, 15, 4)], "areas.gpkg")
    report = evaluate(rasters[0], layer)
    assert figures(report, "precision", "recall") == pytest.approx([40 / 50, 40 / 60])
    turned = evaluate(layer, rasters[0])
    assert turned.kind == "labels"
    assert figures(turned, "precision", "recall") == pytest.approx([40 / 60, 40 / 50])


def test_small_rasters_are_scored_as_challenges_score_them(rasters, monkeypatch):
    """One true object of 60 pixels of which 40 are found, and 10 beside; nothing falls apart or runs together."""
    found = figures(evaluate(*rasters), "challenges")[0]
    pairs = [n * (n - 1) / 2 for n in (40, 60)]  # put together and so truly; truly together
    f_score = 2 * pairs[0] / (pairs[0] + pairs[1])
    assert found["rand_error"] == pytest.approx(1 - f_score)
    assert found["seg"] == pytest.approx(40 / 70)
    assert found["warping_error"] == 0
    monkeypatch.setattr("geounet.evaluation.whole_labels.MOST_PIXELS", 399)
    assert figures(evaluate(*rasters), "challenges") == [None]


@pytest.mark.parametrize("kind", ["objects", "lines"])
def test_objects_and_lines_of_a_raster_are_made_first(rasters, squares, kind):
    with pytest.raises(OptionsError, match=r"found\.tif is a raster.*geounet vectorize"):
        evaluate(rasters[0], squares[1], options=EvaluateOptions(kind=kind))


@pytest.fixture
def probabilities(make_raster: Callable[..., Path]) -> Path:
    """A probability raster whose 20 rows are 0.00, 0.04 … 0.76, as `predict` writes it."""
    levels = np.repeat(np.arange(20, dtype=np.uint8)[:, None] * 10, 20, axis=1)
    path = make_raster(
        np.stack([250 - levels, levels]), "p.tif", nodata=255, transform=from_origin(X, Y, 1, 1),
        descriptions=("background", "thing"),
    )  # fmt: skip
    import rasterio

    with rasterio.open(path, "r+") as dataset:
        dataset.scales = (0.004, 0.004)
    return path


def test_probabilities_give_curves_and_the_best_threshold(probabilities, make_layer, tmp_path):
    truth = make_layer([box(0, 20, 20, 8)], "t.gpkg")  # the rows from 12 on: 0.48 and more
    out = tmp_path / "r.html"
    report = evaluate(probabilities, truth, options=EvaluateOptions(report=out))
    assert figures(report, "precision", "recall") == pytest.approx([1, 7 / 8])
    curve = report.to_dict()["curves"]["thing"]
    assert 0.44 < curve["best_threshold"] <= 0.48
    assert curve["best_f1"] == 1
    text = out.read_text(encoding="utf-8")
    assert "best threshold" not in text
    assert "best 0." in text
    assert "used 0.5<" in text
    low = evaluate(probabilities, truth, options=EvaluateOptions(threshold=0.4))
    assert figures(low, "precision", "recall") == pytest.approx([8 / 10, 1])


def test_pixels_that_do_not_count_are_left_out(rasters, make_layer, make_raster):
    aoi = make_layer([box(0, 10, 10, 10)], "aoi.gpkg")
    report = evaluate(*rasters, options=EvaluateOptions(aoi=aoi))
    assert figures(report, "confusion", "ignored") == [[[50, 10], [0, 40]], 300]
    valid = np.ones((20, 20), np.bool_)
    valid[:, 10:] = False
    scene = make_raster(np.full((3, 20, 20), 9, np.uint8), valid=valid, transform=from_origin(X, Y, 1, 1))
    report = evaluate(*rasters, options=EvaluateOptions(valid=scene))
    assert figures(report, "confusion", "ignored") == [[[140, 10], [0, 40]], 210]


def test_rasters_that_do_not_meet_are_refused(rasters, make_raster):
    far = make_raster(np.ones((20, 20), np.uint8), "far.tif", transform=from_origin(X + 500, Y, 1, 1))
    with pytest.raises((OptionsError, LabelsError), match=r"far\.tif"):
        evaluate(rasters[0], far)


def test_progress_counts_the_pixels(rasters):
    moves: list[int] = []

    class Bar:
        def update(self, n: int, /) -> None:
            moves.append(n)

        def close(self) -> None:
            moves.append(-1)

    with warnings.catch_warnings():
        warnings.simplefilter("error", GeounetWarning)
        evaluate(*rasters, progress=lambda **_: Bar())
    assert sum(moves) == 400 - 1
    assert moves[-1] == -1
