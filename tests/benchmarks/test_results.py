import json

import pytest

from benchmarks import results
from benchmarks.plot import draw
from benchmarks.results import Measured
from benchmarks.table import Row, Target, interleaved

HIGH, LOW = Target(must=1, excellent=2), Target(must=400, excellent=256, at_most=True)
MACHINE = {"processor": "one", "load before": "0.0"}


@pytest.mark.parametrize(
    ("target", "ratio", "verdict"),
    [
        (HIGH, 0.9, "missed"),
        (HIGH, 1.0, "met"),
        (HIGH, 2.0, "excellent"),
        (LOW, 500, "missed"),
        (LOW, 400, "met"),
        (LOW, 100, "excellent"),
        (Target(must=3), 3.0, "excellent"),
        (Target(must=3, at_most=True), 3.1, "missed"),
    ],
)
def test_a_ratio_is_held_against_its_target(target, ratio, verdict):
    assert Row("a", "b", "c", ratio=ratio, target=target).verdict == verdict


def parts():
    raced = {"race": "a town", "ran": [{"tool": t, "speed": 1.0, "memory": 2.0, "wrong": 3} for t in "ab"]}
    line = {"sizes": [1, 2], "costs": [1.0, 2.0], "cost": "s", "unit": "pixels", "fixed": 0.0, "each": 1.0}
    return [
        Measured(
            name="peers", title="Other tools", machine=MACHINE,
            rows=[Row("fast", "2 ×", "theirs", ratio=2.5, target=HIGH, data=raced), Row("gone", "–", "why")],
        ),
        Measured(name="growth", title="Growth", machine=MACHINE, rows=[Row("line", "1.0", "", data=line)]),
        Measured(name="memory", title="Memory", machine=MACHINE, rows=[Row("much", "500", "", "400")]),
    ]  # fmt: skip


def test_what_is_written_is_read(tmp_path):
    results.write(tmp_path / "results.json", parts())
    assert list(results.read(tmp_path / "results.json").values()) == parts()
    assert results.read(tmp_path / "none.json") == {}
    json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))


def test_the_page_has_every_row_and_each_goal_first():
    page = results.page(parts())
    assert page.index("| fast | 2.5 | 1 / 2 | excellent |") < page.index("## Other tools")
    assert "| fast | 2 × | theirs | 1 / 2 | excellent |" in page
    assert "| gone | – | why |  |  |" in page
    assert "| much | 500 |  | 400 |  |" in page
    assert "peers (0.0), growth (0.0), memory (0.0)" in page


def test_the_picture_is_drawn(tmp_path):
    draw(parts(), tmp_path / "results.png")
    assert (tmp_path / "results.png").read_bytes().startswith(b"\x89PNG")


def test_jobs_take_turns():
    order = []
    medians = interleaved(lambda: order.append("a"), lambda: order.append("b"), rounds=2)
    assert order == ["a", "b", "a", "b"]
    assert len(medians) == 2


@pytest.mark.parametrize("number", range(3))
def test_a_part_alone_is_drawn_where_it_has_what_can_be(tmp_path, number):
    draw(parts()[number : number + 1], tmp_path / "results.png")
    assert (tmp_path / "results.png").exists() == (number < 2)
