from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from geounet_qgis.child.protocol import Progress
from geounet_qgis.child.thinning import Thinning


@given(st.lists(st.floats(0, 0.2), min_size=1, max_size=200))
def test_at_most_twenty_a_second_and_never_stale(pauses):
    thinning, now, passed = Thinning(), 0.0, []
    for number, pause in enumerate(pauses):
        now += pause
        thinning.add(Progress("a", number, len(pauses)))
        if told := thinning.due(now):
            passed.append((now, told.done))
            assert told.done == number  # the newest
    assert passed[0][1] == 0
    assert all(later - earlier >= 0.05 for (earlier, _), (later, _) in pairwise(passed))
    rest = thinning.rest(now)
    assert (rest.done if rest else passed[-1][1]) == len(pauses) - 1


def test_one_that_waited_is_told_when_its_time_has_come():
    thinning = Thinning()
    first, second = Progress("a", 0, 2), Progress("a", 1, 2)
    thinning.add(first)
    assert thinning.due(0.0) == first
    thinning.add(second)
    assert thinning.due(0.01) is None
    assert thinning.due(0.06) == second
    assert thinning.due(1.0) is None
