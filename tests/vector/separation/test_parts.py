import numpy as np
import pytest

from geounet.errors import OptionsError
from geounet.vector.separation.closing import Objects
from geounet.vector.separation.graph import LINK, Contacts, Fragments
from geounet.vector.separation.parts import SeparateOptions, find_parts


def graph(peaks, contacts, pixels=None, summits=None):
    """Fragments with radii, and (one, other, half width) where they meet; depths are squares."""
    count = len(peaks)
    square = [LINK if half == LINK else int(np.sign(half)) * round(half**2) for _, _, half in contacts]
    fragments = Fragments(
        number=np.arange(10, 10 + count),
        label=np.ones(count, np.uint8),
        pixels=np.array(pixels or [1000] * count),
        peak=np.array([round(peak**2) for peak in peaks], np.int16),
        summit=np.arange(count) if summits is None else np.array(summits),
    )
    ends = np.array([[one, other] for one, other, _ in contacts]).reshape(-1, 2) + 10
    return Objects(
        fragments=fragments,
        contacts=Contacts(one=ends[:, 0], other=ends[:, 1], saddle=np.array(square, np.int16)),
        whole=np.full(count, 10),
    )


@pytest.fixture
def ground(plane):
    return plane(100, 100)


def parts(objects, ground, **options):
    return find_parts(objects, ground, options=SeparateOptions(**options)).of_fragment.tolist()


@pytest.mark.parametrize(("half", "expected"), [(6.9, [0, 1]), (7.1, [0, 0])])
def test_a_passage_narrower_than_its_share_of_the_narrower_part_is_a_neck(half, expected, ground):
    assert parts(graph([10, 30], [(0, 1, half)]), ground, strength=0.7) == expected


def test_what_pixels_may_have_roughened_is_no_neck(ground):
    assert parts(graph([12, 12], [(0, 1, 10.6)]), ground, strength=1) == [0, 0]
    assert parts(graph([12, 12], [(0, 1, 10.4)]), ground, strength=1) == [0, 1]


def test_deep_saddles_come_first(ground):
    # 0 and 1 are one wide part by the time that 2, as wide as 1, is compared with them.
    objects = graph([20, 8, 8], [(0, 1, 8), (1, 2, 5)])
    assert parts(objects, ground, strength=0.5) == [0, 0, 0]
    assert parts(objects, ground, strength=0.7) == [0, 0, 1]


def test_a_boundary_is_always_a_neck(ground):
    assert parts(graph([3, 3], [(0, 1, -1)]), ground, strength=0) == [0, 1]
    assert parts(graph([3, 3], [(0, 1, 1)]), ground, strength=0) == [0, 0]


def test_a_small_part_goes_where_the_passage_is_widest(ground):
    objects = graph([20, 10, 20], [(0, 1, 2), (1, 2, 3)], pixels=[500, 90, 500])
    assert parts(objects, ground, min_part=90) == [0, 1, 2]
    assert parts(objects, ground, min_part=91) == [0, 1, 1]


def test_small_parts_add_up(ground):
    objects = graph([10, 10, 10, 10], [(0, 1, 4), (1, 2, 3), (2, 3, 2)], pixels=[50, 50, 50, 100])
    assert parts(objects, ground, min_part=100) == [0, 0, 0, 1]


def test_what_links_join_is_one_basin_and_the_order_is_that_of_summits(ground):
    objects = graph([5, 9, 9, 5], [(0, 2, LINK), (1, 3, LINK), (0, 1, 2), (2, 3, 1)], summits=[-1, 7, 4, -1])
    assert parts(objects, ground) == [0, 1, 0, 1]
    found = find_parts(objects, ground, options=SeparateOptions())
    assert found.label.tolist() == [1, 1]
    assert found.neighbours.tolist() == [[0, 1]]


def test_no_objects_no_parts(ground):
    assert parts(graph([], []), ground) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"strength": 1.1}, "strength is 1.1; it must be at least 0 and at most 1"),
        ({"strength": float("nan")}, "strength is nan"),
        ({"min_part": -1}, "min_part is -1; it must be at least 0"),
        ({"min_part": float("nan")}, "min_part is nan"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(OptionsError, match=message):
        SeparateOptions(**options)
