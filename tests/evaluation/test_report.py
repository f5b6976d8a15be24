import json

import numpy as np
import pyproj
import pytest
from rasterio.crs import CRS
from rasterio.transform import from_origin

from geounet.evaluation.metadata import crs_in_words, metadata
from geounet.evaluation.plane import LOCAL_PLANE
from geounet.evaluation.report import Report
from geounet.evaluation.words import in_words
from geounet.figures import count, difference, metres, percent, ratio, size_range, square_metres
from geounet.georeference import Georeference
from geounet.options import EvaluateOptions

FILES = {"prediction": {"file": "p.gpkg"}, "truth": {"file": "t.gpkg"}}


def report(kind: str, **parts: object) -> Report:
    return Report(
        metadata=metadata(kind, FILES, options=EvaluateOptions(), chosen={"iou": 0.5}, where=None), **parts
    )


def test_the_keys_are_always_the_same_and_in_order():
    for kind in ("labels", "objects", "lines"):
        found = report(kind, **{kind: {"f1": 1.0}}).to_dict()
        assert list(found) == ["labels", "objects", "lines", "curves", "metadata"]
        assert [name for name in ("labels", "objects", "lines") if found[name]] == [kind]
        assert list(found["metadata"]) == ["version", "kind", "inputs", "crs", "grid", "options"]


def test_what_is_no_number_is_null_and_numpy_is_plain():
    figures = {
        "nan": np.nan,
        "inf": float("-inf"),
        "one": np.float32(1),
        "list": np.arange(2),
        "t": (np.int64(3), np.nan),
    }
    found = json.loads(report("labels", labels=figures).to_json())["labels"]
    assert found == {"nan": None, "inf": None, "one": 1.0, "list": [0, 1], "t": [3, None]}


def test_the_same_report_is_the_same_text():
    one, other = (report("objects", objects={"f1": 0.25, "tp": 1}).to_json() for _ in range(2))
    assert one == other
    assert one.endswith("}\n")


def test_metadata_names_files_without_folders_and_tells_no_time(monkeypatch):
    monkeypatch.setattr("time.time", lambda: pytest.fail("no clock"))
    options = EvaluateOptions(aoi="/a/b/area.geojson", valid="https://host/x/scene.tif?signature=1")
    grid = Georeference(from_origin(500_000, 9_300_000, 0.3, 0.3), CRS.from_epsg(32737), 10, 20)
    found = metadata("labels", FILES, options=options, chosen={}, where=grid)
    assert found["inputs"]["aoi"] == {"file": "area.geojson"}
    assert found["inputs"]["valid"] == {"file": "scene.tif"}
    assert found["crs"] == "EPSG:32737"
    assert found["grid"]["rows"] == 10
    assert found["grid"]["gsd_m"] == pytest.approx([0.3, 0.3], rel=1e-3)


def test_a_crs_is_told_by_its_code_or_its_name():
    assert crs_in_words(pyproj.CRS(4326)) == "EPSG:4326"
    assert crs_in_words(LOCAL_PLANE) == "local plane"
    assert crs_in_words(None) is None


def test_figures_in_words():
    assert [ratio(None), percent(None), difference(None), count(None), metres(None), square_metres(None)] == [
        "–"
    ] * 6
    assert ratio(2 / 3) == "0.667"
    assert percent(0.5) == "50.0 %"
    assert difference(-0.125) == "−12.5 %"
    assert difference(0.125) == "+12.5 %"
    assert count(1234567) == "1,234,567"
    assert [metres(0.456), metres(1234), metres(12345)] == ["0.46 m", "1,234 m", "12.3 km"]
    assert [square_metres(v) for v in (50, 250_000, 25e6)] == ["50 m²", "25.0 ha", "25.0 km²"]
    assert [size_range(0, 10), size_range(10, 1000), size_range(1000, None)] == [
        "under 10 m²", "10 – 1,000 m²", "from 1,000 m²",
    ]  # fmt: skip


def test_a_person_reads_lines_and_undefined_figures():
    lines = {
        "apls": None, "apls_to_truth": None, "apls_to_prediction": 0.0, "completeness": 0.0, "correctness": None,
        "quality": 0.0, "length_predicted_m": 0.0, "length_true_m": 150.0, "buffer_m": 4.0, "snap_m": 4.0,
    }  # fmt: skip
    text = in_words(report("lines", lines=lines))
    assert "p.gpkg against t.gpkg (lines)" in text
    assert "APLS –" in text
    assert "completeness 0.0 %, correctness –" in text


def test_the_table_of_classes_stands_in_columns():
    figures = dict.fromkeys(
        ("iou", "f1", "precision", "recall", "boundary_iou", "relaxed_precision", "relaxed_recall"), 0.5
    ) | {"support": 12345}
    labels = figures | {
        "accuracy": 0.75, "ignored": 3, "challenges": None, "class_names": ["background", "road", "field"],
        "per_class": dict.fromkeys(("background", "road", "field"), figures),
    }  # fmt: skip
    rows = in_words(report("labels", labels=labels)).splitlines()[1:6]
    assert [row.split()[0] for row in rows] == ["class", "background", "road", "field", "mean"]
    assert len({len(row) for row in rows[:4]}) == 1
    assert rows[1].endswith("12,345")
