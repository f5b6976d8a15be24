import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geounet.vector.ragged import chosen_items, lengths, reversed_items, starts

LISTS = st.lists(st.lists(st.integers(0, 9), max_size=5), max_size=6)


def flat(lists):
    items = np.array([item for one in lists for item in one], np.int64)
    return items, np.cumsum([len(one) for one in lists], dtype=np.int64)


@given(LISTS)
def test_starts_and_lengths(lists):
    items, stops = flat(lists)
    assert [items[a:b].tolist() for a, b in zip(starts(stops), stops, strict=True)] == lists
    assert lengths(stops).tolist() == [len(one) for one in lists]


@given(LISTS, st.randoms())
def test_choosing_lists(lists, random):
    items, stops = flat(lists)
    chosen = [random.randrange(len(lists)) for _ in range(4)] if lists else []
    positions, new_stops = chosen_items(stops, np.array(chosen, np.int64))
    wanted = [lists[k] for k in chosen]
    assert items[positions].tolist() == [item for one in wanted for item in one]
    assert new_stops.tolist() == np.cumsum([len(one) for one in wanted], dtype=np.int64).tolist()


@given(LISTS)
def test_reversing_lists(lists):
    items, stops = flat(lists)
    assert items[reversed_items(stops)].tolist() == [item for one in lists for item in reversed(one)]
