import numpy as np
import pytest

from geounet.strip import LabelStrip

LABELS = np.zeros((1, 2, 3), np.uint8)


@pytest.mark.parametrize("name", ["confidence", "boundary"])
def test_what_a_strip_holds_of_its_pixels_has_the_labels_shape(name):
    assert LabelStrip(0, LABELS, **{name: LABELS}).rows == 2
    with pytest.raises(ValueError, match=rf"{name} is \(2, 3\); expected the labels' \(1, 2, 3\)"):
        LabelStrip(0, LABELS, **{name: LABELS[0]})


def test_labels_have_three_axes():
    with pytest.raises(ValueError, match="labels have 2 axes"):
        LabelStrip(0, LABELS[0])
