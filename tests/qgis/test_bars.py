from geounet_qgis.algs import bars
from geounet_qgis.algs.bars import Advance, PartsPace
from geounet_qgis.algs.listening import progress_text
from geounet_qgis.child.protocol import Progress


def scenes(done: int, *, total: int = 4, rate: float | None = None) -> Progress:
    return Progress("scenes", done, total, "scene", rate)


def pixels(name: str, percent: float) -> Progress:
    return Progress(name, percent, 100, "px", 1000.0)


def percents(*moves: Progress) -> list[float]:
    advance = Advance()
    found = []
    for move in moves:
        advance.add(move)
        found.append(advance.percent)
    return found


def test_scenes_rule_where_they_are_counted():
    assert percents(scenes(0), pixels("a", 50), pixels("a", 100), scenes(1), pixels("b", 50), scenes(2), scenes(4)) == [
        0, 12.5, 25, 25, 37.5, 50, 100,
    ]  # fmt: skip


def test_scenes_that_go_side_by_side_add_up():
    assert percents(scenes(0), pixels("a", 50), pixels("b", 50))[-1] == 25


def test_it_never_goes_back_nor_beyond_the_end():
    found = percents(
        scenes(0, total=2), *(pixels(name, 100) for name in "abc"), scenes(1, total=2), pixels("c", 5)
    )
    assert found == sorted(found)
    assert found[-1] == 100


def test_what_came_before_the_scenes_does_not_count():
    assert percents(Progress("looking", 9, 9, "file"), scenes(0), scenes(1))[-2:] == [0, 25]


def test_scenes_are_looked_at_before_they_are_worked_on():
    looked = [Progress("looking", done, 4, "scene") for done in (0, 2, 4)]
    assert percents(*looked, scenes(0), scenes(1)) == [0, 50, 100, 0, 25]


def test_a_total_of_nothing_moves_nothing():
    assert percents(scenes(0, total=0), Progress("a", 5, 0)) == [0, 0]


def test_ten_thousand_quick_scenes_give_no_line_each():
    pace = PartsPace()
    assert not any(pace.is_due(pixels(f"tile {number}", 50)) for number in range(10_000))


def test_a_scene_that_takes_long_is_told_less_and_less_often(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(bars.time, "monotonic", lambda: now[0])
    pace, told = PartsPace(), []
    for second in range(200):
        now[0] = float(second)
        if pace.is_due(pixels("large.tif", second / 2)):
            told.append(second)
    assert told == [3, 9, 21, 45, 93, 153]


def test_scenes_as_a_person_says_them():
    assert progress_text(scenes(0)) == "scenes: 0 of 4"
    assert progress_text(scenes(1, total=2001, rate=2.0)) == "scenes: 1 of 2001, 17 min left"
