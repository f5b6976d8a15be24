import pytest

from geounet.figures import UNDEFINED, duration, megapixels


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, UNDEFINED),
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 00 min"),
        (36 * 3600 + 125, "36 h 02 min"),
    ],
)
def test_a_time_in_words(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("pixels", "text"),
    [(None, UNDEFINED), (0, "0"), (65_536, "0.0655"), (12_345_678, "12.3"), (5.4321e9, "5,432")],
)
def test_millions_of_pixels_in_words(pixels, text):
    assert megapixels(pixels) == text
