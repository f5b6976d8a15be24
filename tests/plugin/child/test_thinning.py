from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from geounet_qgis.child.protocol import Progress
from geounet_qgis.child.thinning import Thinning

MOVES = st.lists(st.tuples(st.floats(0, 0.2), st.sampled_from(["scene", "px"])), min_size=1, max_size=200)


@given(MOVES)
def test_at_most_twenty_a_second_of_a_unit_and_never_stale(moves):
    thinning, now, passed, newest = Thinning(), 0.0, {}, {}
    for number, (pause, unit) in enumerate(moves):
        now += pause
        newest[unit] = number
        thinning.add(Progress("a", number, len(moves), unit))
        for told in thinning.due(now):
            passed.setdefault(told.unit, []).append((now, told.done))
            assert told.done == newest[told.unit]
    for told in thinning.rest():
        passed[told.unit].append((float("inf"), told.done))
    assert {unit: moves[-1][1] for unit, moves in passed.items()} == newest
    for unit, ordered in passed.items():
        first = next(number for number, (_, each) in enumerate(moves) if each == unit)
        assert ordered[0][1] == first  # at once
        assert all(later - earlier >= 0.05 for (earlier, _), (later, _) in pairwise(ordered))


def test_one_that_waited_is_told_when_its_time_has_come():
    thinning = Thinning()
    first, second = Progress("a", 0, 2), Progress("a", 1, 2)
    thinning.add(first)
    assert thinning.due(0.0) == [first]
    thinning.add(second)
    assert thinning.due(0.01) == []
    assert thinning.due(0.06) == [second]
    assert thinning.due(1.0) == []


def test_a_bar_of_pixels_does_not_hide_that_of_scenes():
    thinning = Thinning()
    scenes, pixels = Progress("scenes", 3, 9, "scene"), Progress("d.tif", 0, 100, "px")
    thinning.add(scenes)
    thinning.add(pixels)
    assert thinning.due(0.0) == [scenes, pixels]
