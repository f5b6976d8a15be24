import math

import pytest

from geounet.errors import OptionsError
from geounet.vector.centrelines import RoadOptions


@pytest.mark.parametrize(
    "choice",
    [
        {"spur": -1.0}, {"max_gap": -1.0}, {"max_gap": math.inf}, {"consent": 1.5}, {"consent": math.nan},
        {"smooth": -0.1}, {"min_length": math.nan}, {"max_width": 0.0}, {"fill_holes": -1.0}, {"block_rows": 0},
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_refused(choice):
    with pytest.raises(OptionsError, match=next(iter(choice))):
        RoadOptions(**choice)


def test_zero_is_a_choice():
    RoadOptions(spur=0.0, max_gap=0.0, consent=0.0, smooth=0.0, min_length=0.0, fill_holes=0.0)
