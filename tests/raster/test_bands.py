"""Which bands a model takes, of rasters with all kinds of names."""

import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp

from geounet.errors import BandError
from geounet.raster.bands import BandChoice, Wanted, choose_bands

RGB = ("red", "green", "blue")
C = ColorInterp


@pytest.fixture
def dataset(make_raster):
    """An open raster of so many bands, with descriptions and colour interpretations."""
    opened = []

    def make(count, *, descriptions=(), colours=None, dtype="uint16"):
        path = make_raster(
            np.zeros((count, 2, 2), dtype), descriptions=descriptions, photometric="minisblack"
        )
        if colours:
            with rasterio.open(path, "r+") as file:
                file.colorinterp = colours
        opened.append(rasterio.open(path))
        return opened[-1]

    yield make
    for file in opened:
        file.close()


@pytest.mark.parametrize(
    ("count", "descriptions", "colours", "wanted", "expected"),
    [
        (3, (), (C.red, C.green, C.blue), RGB, BandChoice((1, 2, 3))),
        (3, (), (C.blue, C.green, C.red), RGB, BandChoice((3, 2, 1))),
        (4, (), (C.red, C.green, C.blue, C.alpha), RGB, BandChoice((1, 2, 3), alpha=4)),
        (4, ("Blue", "GREEN", "red", "NIR"), None, RGB, BandChoice((3, 2, 1))),
        (4, ("Near_Infrared", "red", "green", "blue"), None, ("near infrared", "red"), BandChoice((1, 2))),
        # a description says more than a colour
        (3, ("blue", "green", "red"), (C.red, C.green, C.blue), RGB, BandChoice((3, 2, 1))),
        # no names: in order, alpha apart
        (3, (), (C.gray, C.undefined, C.undefined), RGB, BandChoice((1, 2, 3))),
        (4, (), (C.gray, C.undefined, C.undefined, C.alpha), RGB, BandChoice((1, 2, 3), alpha=4)),
        (2, (), (C.alpha, C.gray), ("grey",), BandChoice((2,), alpha=1)),
        (3, ("Band 1", "Band 2", "band_3"), (C.gray, C.undefined, C.undefined), RGB, BandChoice((1, 2, 3))),
        (2, ("", ""), None, ("vv", "vh"), BandChoice((1, 2))),
        (1, (), None, ("pan",), BandChoice((1,))),
        # as many unnamed bands as wanted, beside named ones
        (3, ("height", "", ""), (C.gray, C.undefined, C.undefined), ("a", "b"), BandChoice((2, 3))),
        # all of them
        (4, (), (C.red, C.green, C.blue, C.alpha), (), BandChoice((1, 2, 3), alpha=4)),
    ],
)
def test_bands_are_found(dataset, count, descriptions, colours, wanted, expected):
    file = dataset(count, descriptions=descriptions, colours=colours)
    assert choose_bands(file, Wanted(wanted), scene="s.tif") == expected


def test_numbers_override_names_and_alpha(dataset):
    file = dataset(4, colours=(C.red, C.green, C.blue, C.alpha))
    assert choose_bands(file, Wanted(RGB, (3, 2, 1)), scene="s") == BandChoice((3, 2, 1), alpha=4)
    infrared = choose_bands(file, Wanted((*RGB, "nir"), (1, 2, 3, 4)), scene="s")
    assert infrared == BandChoice((1, 2, 3, 4), alpha=None)
    assert choose_bands(file, Wanted(RGB, (1, 1, 1)), scene="s").indexes == (1, 1, 1)


@pytest.mark.parametrize(
    ("count", "colours", "wanted", "message"),
    [
        (1, None, Wanted(RGB, model="roads"), r"has 1 band .*'roads' expects 3 \(red, green, blue\); pass --bands 1,1,1"),
        (4, None, Wanted(RGB, model="roads"), r"s\.tif has 4 bands .*expects 3 \(red, green, blue\); pass --bands 1,2,3"),
        (3, None, Wanted((*RGB, "height")), r"has 3 bands .*expects 4 .*; pass a scene that has them, with its other files"),
        (1, None, Wanted(("n 1", "n 2", "n 3")), r"expects 3 \(n 1, n 2, n 3\); pass 3 files of 1 band, one a date"),
        (2, None, Wanted(("r 1", "n 1", "r 2", "n 2")), r"pass 2 files of 2 bands, one a date .*, or one file with all"),
        (1, None, Wanted(("band 1", "band 3")), r"pass --bands 1,1"),
        (3, (C.red, C.green, C.blue), Wanted(("nir", "red")), r"\(red, green, blue\), the model expects 2 \(nir, red\)"),
        (3, None, Wanted(RGB, (1, 2, 9)), r"band 9 of s\.tif was asked for, which has 3 bands; pass .* from 1 to 3"),
        (3, None, Wanted(RGB, (1, 2)), r"2 bands \(1, 2\) were asked for.*expects 3 .*; pass --bands with 3 numbers"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_the_remedy(dataset, count, colours, wanted, message):
    with pytest.raises(BandError, match=message) as caught:
        choose_bands(dataset(count, colours=colours), wanted, scene="s.tif")
    assert "\n" not in str(caught.value)


def test_a_colour_table_counts_as_its_colours(make_raster):
    path = make_raster(np.zeros((1, 2, 2), np.uint8))
    with rasterio.open(path, "r+") as file:
        file.write_colormap(1, {0: (1, 2, 3, 255)})
    with rasterio.open(path) as file:
        assert choose_bands(file, Wanted(RGB), scene="s") == BandChoice((1,), colours=(0, 1, 2))
        assert choose_bands(file, Wanted(("Blue",)), scene="s") == BandChoice((1,), colours=(2,))
        assert choose_bands(file, Wanted(("index",), (1,)), scene="s") == BandChoice((1,))
        with pytest.raises(BandError, match=r"1 band \(palette\).* pass --bands 1"):
            choose_bands(file, Wanted(("index",)), scene="s")
