import re
from html.parser import HTMLParser
from urllib.parse import unquote

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from geounet.batching.item import Item
from geounet.batching.job import Job, Outcome, RunRecord
from geounet.batching.ledgers.ledger import Claimant, JobRecord
from geounet.batching.reporting import Session, write_report
from geounet.batching.reporting.lists import MOST_LINKS, OPEN
from geounet.batching.reporting.map import LEAST_FAILED, MOST_NAMED, WIDTH, map_view
from geounet.batching.reporting.place import Place, flat_map
from geounet.batching.reporting.style import STYLE
from geounet.batching.reporting.tally import MOST_OUTPUTS, MOST_SLOW, Tally
from geounet.raster.address import RasterAddress

NASTY = "<b>&\"'"
RUN = RunRecord(
    model="buildings 1.0.0",
    address="/home/somebody/models/mine",
    digest="ab" * 32,
    options={
        "format": "gpkg",
        "extract": {"aoi": "/home/somebody/area.geojson", "min_area": 4.0, "gsd": None},
    },
    engine={"device": "cpu", "url": "https://x.org/m.zip?sig=SECRET"},
    version="1.2.3",
)


def record(
    name: str, state: str = "done", *, rows: tuple[int, int] | None = None, **outcome: object
) -> JobRecord:
    item = Item(name=name, raster=RasterAddress(address=f"/home/somebody/{name}.tif"))
    job = Job(name=name, items=(item,), rows=rows)
    claimant = Claimant(host="h", pid=1, started=0.0) if state == "running" else None
    became = Outcome(key=job.key, state=state, **outcome) if state in ("done", "failed", "skipped") else None
    return JobRecord(job=job, state=state, attempts=1, outcome=became, claimant=claimant)


def done(name: str, number: int = 0, **outcome: object) -> JobRecord:
    facts = {
        "outputs": {"layer": f"{name}.gpkg", "class_raster": f"{name}_class.tif"}, "features": 3, "pixels": 100,
        "by_class": {"building": 2, "shed": 1}, "valid_pixels": 75, "seconds": 1.0 + number,
        "bounds": (10 + number / 100, 50.0, 10.01 + number / 100, 50.01),
    }  # fmt: skip
    return record(name, **(facts | outcome))


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

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.shown.append(data)

    @property
    def text(self) -> str:
        return "".join(self.shown)


@pytest.fixture
def report(tmp_path):
    def write(*records, **more) -> tuple[str, Reader]:
        out = tmp_path / "report.html"
        write_report(out, RUN, iter(records), **more)
        text = out.read_text(encoding="utf-8")
        return text, Reader(text)

    return write


MIXED = (
    done("a", 0),
    done("b", 1, left_out={"b_2": "cannot open b_2.tif (cut short)"}),
    record("c", "failed", line="scene has 4 bands", bounds=(10.02, 50.0, 10.03, 50.01)),
    record("d", "failed", line="cannot open https://x.org/d.tif?sig=SECRET"),
    record("e", "skipped", line="lies outside"),
    record("f", "running"),
    record("g", "pending"),
)


def test_a_page_is_whole_and_needs_nothing_else(report):
    _, reader = report(
        *MIXED, session=Session(seconds=10, pixels=20_000_000), extras={"merged layer": "all.fgb"}
    )
    assert not {"script", "link", "iframe", "object", "embed", "base", "img"} & set(reader.tags)
    addresses = [
        value for key, value in reader.attributes if key in ("src", "href", "srcset", "action", "data")
    ]
    assert set(addresses) == {
        "./all.fgb",
        *(f"./{name}{end}" for name in "ab" for end in (".gpkg", "_class.tif")),
    }
    assert not [key for key, _ in reader.attributes if key.startswith("on")]
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_figures_add_up(report):
    _, reader = report(*MIXED, session=Session(seconds=10, pixels=20_000_000, workers=4))
    text = reader.text
    for words in (
        "done2of 7 scenes", "failed2and 1 items", "skipped1", "to do21 of them running", "features6building 4 · shed 2",
        "75.0 % of pixels valid", "speed2 Mpx/s", "time10 swith 4 workers", "2 of 7 scenes are not done yet",
        "b_2cannot open b_2.tif (cut short)", "cscene has 4 bands",
    ):  # fmt: skip
        assert words in text


def test_no_folder_and_no_secret_is_told(report):
    text, reader = report(*MIXED)
    assert "SECRET" not in text
    assert "somebody" not in text
    assert "https://x.org/d.tif" in reader.text
    assert "aoiarea.geojson" in reader.text.replace("extract ", "")
    assert "gsd" not in reader.text


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ((), "All scenes are done"),
        ((done("a"),), "All scenes are done"),
        ((record("a", "failed"),), "--retry failed"),
        ((record("a", "pending"),), "1 of 1 scenes are not done yet"),
    ],
)
def test_every_state_of_a_run_has_a_page(report, records, words):
    assert words in report(*records)[1].text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20))
def test_a_name_is_text_whatever_it_is(tmp_path_factory, name):
    out = tmp_path_factory.mktemp("report") / "r.html"
    tags = []
    for each in (name, "plain"):
        line = f"no {each}" if "=" not in each and ":" not in each else "no"
        write_report(out, RUN, [record(each, "failed", line=line, bounds=(0, 0, 1, 1)), done(each)])
        reader = Reader(out.read_text(encoding="utf-8"))
        assert each in reader.text
        tags.append(reader.tags)
    assert tags[0] == tags[1]


def test_nasty_lines_are_escaped(report):
    text, reader = report(record(NASTY, "failed", line=NASTY, bounds=(0, 0, 1, 1)))
    assert NASTY not in text
    assert reader.text.count(NASTY) >= 3


def test_links_lead_to_the_outputs(report):
    _, reader = report(done("a b/ö#1"))
    links = [unquote(value) for key, value in reader.attributes if key == "href"]
    assert links == ["./a b/ö#1.gpkg", "./a b/ö#1_class.tif"]


def test_a_mosaic_that_was_written_tile_by_tile_has_several_links(report):
    outputs = {f"layer:t{n}": f"t{n}.gpkg" for n in range(MOST_LINKS + 3)}
    _, reader = report(done("a", outputs=outputs))
    assert [value for key, value in reader.attributes if key == "href"] == [
        f"./t{n}.gpkg" for n in range(MOST_LINKS)
    ]
    assert f"{MOST_LINKS + 3} in all" in reader.text


def test_long_lists_are_folded_and_failures_are_all_there(report):
    failed = [record(f"f{n}", "failed", line=f"cannot open f{n}.tif (broken)") for n in range(300)]
    text, reader = report(*failed, *(done(f"d{n}", n) for n in range(MOST_OUTPUTS + 50)))
    assert all(f"cannot open f{n}.tif" in text for n in range(300))
    assert f"{300 - OPEN} more" in reader.text
    assert "300 ×cannot open … (broken)" in reader.text
    assert f"The first {MOST_OUTPUTS} of {MOST_OUTPUTS + 50} are listed" in reader.text
    assert reader.tags.count("details") == 2


def test_the_slowest_are_the_slowest():
    times = np.random.default_rng(1).permutation(100)
    tally = Tally.of(done(f"s{n}", int(n)) for n in times)
    assert [one.seconds for one in tally.slow] == [1.0 + n for n in range(99, 99 - MOST_SLOW, -1)]


def test_parts_of_a_scene_that_was_split_are_not_counted_but_their_failures_are():
    part = record("a.1", "failed", rows=(0, 10), line="broken")
    tally = Tally.of([part, done("b", rows=None), record("c", rows=(0, 5), pixels=9)])
    assert tally.scenes == 1
    assert tally.pixels == 100
    assert [problem.scene for problem in tally.failures] == ["a.1"]


def test_ten_thousand_scenes_are_light(tmp_path):
    states = ["done"] * 9 + ["failed"]
    records = (
        done(
            f"folder/scene_{n}",
            bounds=(n % 100 / 100, n // 100 / 100, n % 100 / 100 + 0.01, n // 100 / 100 + 0.01),
        )
        if states[n % 10] == "done"
        else record(
            f"folder/scene_{n}", "failed", line=f"cannot open scene_{n}.tif (broken); expected a raster"
        )
        for n in range(10_000)
    )
    out = tmp_path / "r.html"
    write_report(out, RUN, records)
    assert out.stat().st_size < 3_000_000


def rectangles(path: str) -> np.ndarray:
    """Left, top, width and height of the rectangles that a path begins with."""
    found = re.findall(r"M([\d.-]+) ([\d.-]+)h([\d.]+)v([\d.]+)h-", path)
    return np.array(found, float)


def paths(drawing: str, state: str) -> list[str]:
    group = re.search(
        rf'<g class="layer-{state} [^"]*">(.*?)</g>', drawing[drawing.index("stage") :]
    ) or re.search(r"()", "")
    return re.findall(r'd="([^"]+)"', group.group(1))


@pytest.mark.parametrize("shift", [0.0, 179.95])
def test_rectangles_lie_where_mercators_map_has_them(shift):
    places = [(0.0, 60.0, 0.02, 60.01), (0.1, 60.05, 0.13, 60.06)]
    turned = [((w + shift + 180) % 360 - 180, s, (e + shift + 180) % 360 - 180, n) for w, s, e, n in places]
    shown = flat_map(turned, ratio=(0.1, 2.0), pad=0.1)
    to_map = Transformer.from_crs("EPSG:4326", "+proj=merc +R=6371008.8", always_xy=True)
    corners = [to_map.transform(w, n) + to_map.transform(e, s) for w, s, e, n in places]
    scale = 0.13 * 1.2 * np.pi / 180 * 6371008.8
    left, top, right, bottom = np.array(corners).T
    assert shown.left[1] - shown.left[0] == pytest.approx((left[1] - left[0]) / scale, rel=1e-6)
    assert shown.right - shown.left == pytest.approx((right - left) / scale, rel=1e-6)
    assert shown.top[0] - shown.top[1] == pytest.approx((top[1] - top[0]) / scale, rel=1e-5)
    assert shown.bottom - shown.top == pytest.approx((top - bottom) / scale, rel=1e-5)
    across = Geod(ellps="sphere").inv(0, 60.03, shown.degrees, 60.03)[2]
    assert shown.across_m == pytest.approx(across, rel=1e-3)


@given(
    st.lists(st.tuples(st.floats(-180, 180), st.floats(-89, 88), st.floats(1e-4, 1)), min_size=1, max_size=30)
)
def test_everything_is_on_the_map(corners):
    bounds = [(w, s, (w + d + 180) % 360 - 180, s + d) for w, s, d in corners]
    shown = flat_map(bounds, ratio=(0.2, 0.7), pad=0.05)
    assert shown.height * (1 + 1e-9) >= 0.2
    assert shown.height <= 0.7 * (1 + 1e-9)
    assert (shown.left >= -1e-9).all()
    assert (shown.right <= 1 + 1e-9).all()
    assert (shown.top >= -1e-9).all()
    assert (shown.bottom <= shown.height + 1e-9).all()


def test_each_state_has_a_shape_of_its_own_and_a_switch():
    states = ("pending", "running", "skipped", "done", "partial", "failed")
    places = [Place(state, state, (n, 0.0, n + 1, 1.0)) for n, state in enumerate(states)]
    drawing = map_view(places, dict.fromkeys(states, 1))
    shapes = set()
    for state in states:
        assert f'id="show-{state}"' in drawing
        assert f".show-{state}:not(:checked) ~ .stage .layer-{state} " in STYLE
        assert f".scenes .{state} " in STYLE
        [path] = paths(drawing, state)
        assert len(rectangles(path)) == 1
        shapes.add(re.sub(r"[\d. -]", "", path))
    assert len(shapes) == 4  # pending and running are told apart by their outlines


def test_many_are_drawn_as_one_shape_but_failed_ones_keep_their_names():
    number = MOST_NAMED + 100
    places = [Place("done", f"s{n}", (n % 60, n // 60, n % 60 + 1, n // 60 + 1)) for n in range(number)]
    drawing = map_view([*places, Place("failed", "bad one", (0, 0, 0.001, 0.001), "why")], {"done": number})
    [together] = paths(drawing, "done")
    assert len(rectangles(together)) == number
    assert "s17: done" not in drawing
    assert "<title>bad one: why</title>" in drawing
    [[_, _, width, height]] = rectangles(paths(drawing, "failed")[0])
    assert (width, height) == pytest.approx((LEAST_FAILED, LEAST_FAILED), abs=0.11)
    assert WIDTH == 1000


def test_few_are_drawn_one_by_one():
    places = [Place("done", f"s{n}", (n, 0, n + 1, 1)) for n in range(5)]
    drawing = map_view(places, {"done": 5})
    assert len(paths(drawing, "done")) == 5
    assert "<title>s3: done</title>" in drawing
