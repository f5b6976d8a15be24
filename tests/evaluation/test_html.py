import base64
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.crs import CRS
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from geounet.evaluation.html import page
from geounet.evaluation.html.charts import HEIGHT, WIDTH, Mark, Series, over_threshold, precision_recall
from geounet.evaluation.html.curves import curves_view
from geounet.evaluation.html.glossary import GLOSSARY
from geounet.evaluation.html.stylesheet import STYLE
from geounet.evaluation.html.tables import confusion_table, sizes_table
from geounet.evaluation.metadata import metadata
from geounet.evaluation.picture import Overlay, Picture
from geounet.evaluation.report import Report
from geounet.georeference import Georeference
from geounet.options import EvaluateOptions
from geounet.raster.thumbnail import Thumbnail

NASTY = "<b>&\"'.tif"
GRID = Georeference(from_origin(500_000, 9_300_000, 0.5, 0.5), CRS.from_epsg(32737), 40, 60)


class Reader(HTMLParser):
    """Checks that tags are closed in order, and keeps what a browser would fetch, run and show."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.shown: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.shown.append(data)

    @property
    def text(self) -> str:
        return "".join(self.shown)


def report(kind: str = "labels", prediction: str = "p.tif", **parts: object) -> Report:
    files = {"prediction": {"file": prediction}, "truth": {"file": "t.tif"}}
    chosen = {"threshold": 0.5, "classes": None}
    where = GRID if kind == "labels" else None
    return Report(
        metadata=metadata(kind, files, options=EvaluateOptions(), chosen=chosen, where=where), **parts
    )


FIGURES = dict.fromkeys(
    ("iou", "f1", "precision", "recall", "boundary_iou", "relaxed_precision", "relaxed_recall", "relaxed_f1"),
    0.625,
)


def labels(*names: str) -> dict[str, object]:
    return FIGURES | {
        "accuracy": 0.75, "ignored": 0, "challenges": None, "boundary_px": 2, "relax_px": 3, "class_names": list(names),
        "per_class": {name: FIGURES | {"support": 1234} for name in names},
        "confusion": np.full((len(names), len(names)), 7).tolist(),
    }  # fmt: skip


OBJECTS = {
    "iou_threshold": 0.5, "tp": 0, "fp": 0, "fn": 2, "precision": None, "recall": 0.0, "f1": 0.0, "f1_average": 0.0,
    "polis_m": None, "count_predicted": 0, "count_true": 2, "count_error": -1.0, "area_predicted_m2": 0.0,
    "area_true_m2": 80.0, "area_error": -1.0, "over_segmented": 0, "under_segmented": 0,
    "by_size": [
        {"min_m2": 0.0, "max_m2": 10.0, "true": 0, "found": 0, "recall": None},
        {"min_m2": 10.0, "max_m2": None, "true": 2, "found": 0, "recall": 0.0},
    ],
}  # fmt: skip
LINES = {
    "apls": 0.5, "apls_to_truth": 0.5, "apls_to_prediction": 0.5, "completeness": 1.0, "correctness": 0.5,
    "quality": 0.5, "length_predicted_m": 200.0, "length_true_m": 100.0, "buffer_m": 4.0, "snap_m": 4.0,
}  # fmt: skip
THRESHOLDS = np.arange(1, 251) / 250
CURVE = {
    "thresholds": THRESHOLDS.tolist(), "recall": (1 - THRESHOLDS).tolist(), "precision": [*THRESHOLDS[:-1], None],
    "f1": (2 * THRESHOLDS * (1 - THRESHOLDS)).tolist(), "iou": (THRESHOLDS * (1 - THRESHOLDS)).tolist(),
    "best_threshold": 0.5, "best_f1": 0.5, "average_precision": 0.5,
}  # fmt: skip

REPORTS = {
    "labels": report(labels=labels("background", "road")),
    "curves": report(labels=labels("background", "road"), curves={"road": CURVE}),
    "many": report(
        labels=labels("background", "a", "b"), curves={"a": CURVE, "b": CURVE | {"best_threshold": None}}
    ),
    "overlapping": report(
        labels=labels("background", "a", "b")
        | {
            "confusion": None,
            "per_class": {n: FIGURES | {"support": 1, "confusion": [[1, 2], [3, 4]]} for n in "ab"},
        }
    ),
    "objects": report("objects", objects=OBJECTS),
    "lines": report("lines", lines=LINES),
}


def picture(*, scene: bool = True) -> Picture:
    some = np.zeros((40, 60), np.uint8)
    some[10:20, 10:20] = 200
    overlays = (Overlay("hits", "7 px", some), Overlay("misses", "0 px", np.zeros_like(some)))
    valid = np.arange(60)[None] + np.zeros((40, 1)) > 5
    backdrop = Thumbnail(np.full((3, 40, 60), 90, np.uint8), valid, GRID) if scene else None
    return Picture(GRID, overlays, backdrop)


@pytest.mark.parametrize("name", REPORTS)
def test_a_page_is_whole_and_needs_nothing_else(name):
    reader = Reader(page(REPORTS[name], picture()))
    assert not {"script", "link", "iframe", "object", "embed", "base"} & set(reader.tags)
    addresses = [
        value for key, value in reader.attributes if key in ("src", "href", "srcset", "action", "data")
    ]
    assert addresses
    assert all(str(address).startswith("data:image/") for address in addresses)
    assert not [key for key, _ in reader.attributes if key.startswith("on")]
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_a_page_is_the_same_again():
    assert page(REPORTS["curves"], picture()) == page(REPORTS["curves"], picture())


@pytest.mark.parametrize("kind", ["labels", "objects", "lines"])
def test_every_figure_that_is_explained_is_shown(kind):
    text = Reader(page(REPORTS[kind])).text
    for name, meaning in GLOSSARY[kind].items():
        assert name in text
        assert meaning in text


def test_figures_are_shown_and_what_is_undefined_is_a_dash():
    text = Reader(page(REPORTS["objects"])).text
    assert "0 of 2 true ones are found" in text
    assert "precision–" in text
    assert "−100.0 %" in text
    assert "under 10 m²" not in text


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_a_name_is_text_whatever_it_is(name):
    reader = Reader(page(report(prediction=name, labels=labels("background", name))))
    assert reader.text.count(name) >= 3
    assert reader.tags == Reader(page(report(labels=labels("background", "road")))).tags


def test_what_challenges_count_is_shown_where_it_is_known():
    figures = {"rand_error": 0.25, "warping_error": 0.000353, "seg": None}
    text = Reader(page(report(labels=labels("background", "cell") | {"challenges": figures}))).text
    assert "As segmentation challenges count" in text
    assert "0.250: pairs" in text
    assert "0.000353: pixels" in text
    assert "–: mean IoU" in text
    assert "challenges count" not in Reader(page(REPORTS["labels"])).text


def test_nasty_names_are_escaped():
    text = page(report(prediction=NASTY, labels=labels("background", NASTY)), picture())
    assert NASTY not in text
    assert "<b>&amp;" not in text
    assert NASTY in Reader(text).text


def images(text: str) -> dict[str, np.ndarray]:
    found = {}
    for data, name in re.findall(r'<img src="data:image/\w+;base64,([^"]+)" alt="([^"]+)"', text):
        with MemoryFile(io.BytesIO(base64.b64decode(data))) as file, file.open() as image:
            found[name] = image.read()
    return found


def test_the_map_has_an_image_for_each_outcome_that_there_is_and_a_switch_for_each():
    text = page(REPORTS["labels"], picture())
    found = images(text)
    assert list(found) == ["scene", "hits"]
    assert np.array_equal(found["hits"][3], picture().overlays[0].opacity)
    assert np.array_equal(found["scene"][3] > 127, picture().backdrop.valid)
    for name in found:
        assert f'id="show-{name}"' in text
        assert f".show-{name}:not(:checked) ~ .stage .layer-{name} " in STYLE
    assert list(images(page(REPORTS["labels"], picture(scene=False)))) == ["hits"]


def test_the_scale_bar_is_true():
    text = page(REPORTS["labels"], picture())
    share, length = re.search(r'class="scale" style="width:([\d.]+)%"><span>([\d.]+) m<', text).groups()
    assert float(length) / (float(share) / 100) == pytest.approx(60 * 0.5, rel=2e-3)


def points(path: str) -> np.ndarray:
    return np.array([[float(v) for v in pair.split()] for pair in re.findall(r"[ML]([\d.]+ [\d.]+)", path)])


def test_curves_go_through_their_points_and_break_where_there_is_none():
    chart = over_threshold([Series("F1", [0.0, 0.5, None, 1.0, 1.0], [0.0, 1.0, 0.5, None, 0.25])], [])
    path = re.search(r'<path d="([^"]+)" class="curve', chart).group(1)
    assert re.sub(r"[^ML]", "", path) == "MLM"
    (left, bottom), (middle, top), (right, quarter) = points(path)
    assert (left + right) / 2 == pytest.approx(middle, abs=0.1)
    assert (bottom - quarter) / (bottom - top) == pytest.approx(0.25, abs=0.01)
    assert 0 < left < right < WIDTH
    assert 0 < top < bottom < HEIGHT


def test_lines_of_equal_f1_are_of_equal_f1():
    chart = precision_recall([], [])
    frame = points(re.search(r'<path d="([^"]+)"', over_threshold([Series("", [0, 1], [0, 1])], [])).group(1))
    for level, path in zip(
        (0.2, 0.4, 0.6, 0.8), re.findall(r'<path d="([^"]+)" class="level"', chart), strict=True
    ):
        recall, precision = ((points(path) - frame[0]) / (frame[1] - frame[0])).T
        assert 2 * recall * precision / (recall + precision) == pytest.approx(level, abs=0.003)


@pytest.mark.parametrize(("x", "y"), [(0, 0), (1, 1), (1, 0), (0.99, 0.5)])
def test_a_mark_and_its_word_stay_in_the_chart(x, y):
    chart = precision_recall([], [Mark("best 0.456", x, y)])
    place = re.search(r'<text x="([\d.]+)" y="([\d.]+)" class="mark">', chart)
    assert float(place.group(1)) + 70 < WIDTH
    assert 0 < float(place.group(2)) < HEIGHT


def test_the_best_threshold_and_the_used_one_are_marked():
    view = curves_view({"road": CURVE}, used=0.75)
    assert view.count("best 0.5<") == 2
    assert view.count("used 0.75<") == 2
    assert "used" not in curves_view({"road": CURVE}, used=0.5)
    several = curves_view({"a": CURVE, "b": CURVE | {"best_threshold": None, "best_f1": None}}, used=0.75)
    assert "used" not in several
    assert "b: best" not in several


def test_shares_of_a_confusion_matrix_are_of_its_rows():
    table = confusion_table([[9, 1], [0, 0]], ["no", "yes"])
    assert re.findall(r"<b>([^<]+)</b>", table) == ["90.0 %", "10.0 %", "–", "–"]
    assert table.count('class="right') == 2
    assert table.count("strong") == 1


def test_bars_are_as_long_as_recall():
    table = sizes_table([{"min_m2": 0, "max_m2": 10, "true": 4, "found": 1, "recall": 0.25}])
    assert "width:25.0%" in table
