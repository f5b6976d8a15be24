"""Label rasters of every kind: labels and validity against rasterio's own reading, and the classes' names."""

from concurrent.futures import ThreadPoolExecutor
from xml.sax.saxutils import escape

import numpy as np
import pytest
import rasterio
import rasterio.shutil
from rasterio.enums import ColorInterp
from rasterio.env import getenv
from rasterio.io import MemoryFile
from rasterio.vrt import WarpedVRT

from geounet.errors import LabelsError, SceneError
from geounet.raster.environment import MEBIBYTE
from geounet.raster.labels import open_labels
from geounet.raster.layout import class_layout
from geounet.raster.writer import RasterWriter

RGB = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)


@pytest.fixture
def labels(rng):
    return rng.integers(0, 4, (1, 70, 90)).astype("uint8")


def whole(source, rows=16):
    with open_labels(source) as raster:
        strips = list(raster.strips(rows))
    assert [strip.first_row for strip in strips] == list(
        range(0, sum(s.labels.shape[1] for s in strips), rows)
    )
    return np.concatenate([strip.labels for strip in strips], axis=1)


def colour(path, *colours):
    with rasterio.open(path, "r+") as file:
        file.colorinterp = colours


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int64", "float32"])
def test_labels_are_rasterios_and_nodata_is_255(make_raster, labels, dtype):
    path = make_raster(labels.astype(dtype), nodata=3)
    assert (whole(path) == np.where(labels == 3, 255, labels)).all()


def test_what_is_masked_or_no_number_is_nodata(make_raster, labels, rng):
    valid = rng.random(labels.shape[1:]) > 0.2
    assert (whole(make_raster(labels, valid=valid)) == np.where(valid, labels, 255)).all()
    floats = np.where(valid, labels, np.nan).astype("float32")
    assert (whole(make_raster(floats, "f.tif")) == np.where(valid, labels, 255)).all()


@pytest.mark.parametrize(("dtype", "value"), [("int16", -1), ("uint16", 256), ("float32", 1.5)])
def test_what_is_no_label_is_refused(make_raster, labels, dtype, value):
    values = labels.astype(dtype)
    values[0, 40, 50] = value
    with pytest.raises(
        LabelsError, match=rf"holds {value} in band 1; expected labels that are whole numbers"
    ):
        whole(make_raster(values))


class Spy:
    """An open raster that notes what room GDAL's cache has as it is read."""

    def __init__(self, dataset):
        self._dataset, self.caches = dataset, set()

    def __getattr__(self, name):
        return getattr(self._dataset, name)

    def read(self, *args, **kwargs):
        self.caches.add(getenv()["GDAL_CACHEMAX"])
        return self._dataset.read(*args, **kwargs)


def test_the_cache_is_bounded_in_whatever_thread_reads(make_raster, labels):
    with rasterio.open(make_raster(labels), "r+") as file:
        file.update_tags(GEOUNET_CLASSES='["background"]')
        spy = Spy(file)
        with open_labels(spy) as raster, ThreadPoolExecutor(1) as pool:
            assert len(pool.submit(list, raster.strips(16)).result()) == 5
    (cache,) = spy.caches
    assert cache <= 64 * MEBIBYTE


def test_any_open_raster_is_read_and_left_open(make_raster, labels):
    path = make_raster(labels, nodata=255)
    with rasterio.open(path) as file, WarpedVRT(file) as warped:
        assert (whole(file) == labels).all()
        assert (whole(warped) == labels).all()
        with open_labels(warped) as raster:
            assert raster.name == "scene.tif"
        assert not file.closed
        assert (warped.read() == labels).all()
    with MemoryFile(path.read_bytes()) as memory, memory.open() as file:
        assert (whole(file) == labels).all()


def test_what_is_no_raster_is_a_scene_error(tmp_path):
    (tmp_path / "labels.txt").write_text("none")
    with pytest.raises(SceneError, match=r"cannot open labels\.txt"):
        whole(tmp_path / "labels.txt")


def categories(names):
    return "".join(f"<Category>{escape(name)}</Category>" for name in names)


def test_classes_are_named_by_gdals_categories(make_raster, labels, tmp_path):
    path = make_raster(labels)
    names = ["nothing", "Wald & Straße", "", "water"]
    tail = f"<CategoryNames>{categories(names)}</CategoryNames>"
    sidecar = path.with_name(f"{path.name}.aux.xml")
    sidecar.write_text(
        f"<PAMDataset><PAMRasterBand band='1'>{tail}</PAMRasterBand></PAMDataset>", encoding="utf-8"
    )
    with open_labels(path) as raster:
        assert raster.class_names[:5] == ("nothing", "Wald & Straße", "class_2", "water", "class_4")
        assert len(raster.class_names) == 256
    with rasterio.open(path) as file, WarpedVRT(file) as warped, open_labels(warped) as raster:
        assert raster.class_names[3] == "water"
    sidecar.unlink()
    with open_labels(path) as raster:
        assert raster.class_names[:3] == ("background", "class_1", "class_2")
    vrt = tmp_path / "labels.vrt"
    rasterio.shutil.copy(path, vrt, driver="VRT")
    text = vrt.read_text(encoding="utf-8").replace("</ColorInterp>", f"</ColorInterp>{tail}")
    vrt.write_text(text, encoding="utf-8")
    with open_labels(vrt) as raster:
        assert raster.class_names[1] == "Wald & Straße"


def test_the_tag_goes_before_the_categories(make_raster, labels):
    path = make_raster(labels)
    with rasterio.open(path, "r+") as file:
        file.update_tags(GEOUNET_CLASSES='["background", "from the tag"]')
    path.with_name(f"{path.name}.aux.xml").write_text(
        f"<PAMDataset><PAMRasterBand band='1'><CategoryNames>{categories(['a', 'b'])}</CategoryNames>"
        "</PAMRasterBand></PAMDataset>"
    )
    with open_labels(path) as raster:
        assert raster.class_names[:3] == ("background", "from the tag", "class_2")


@pytest.mark.parametrize("tag", ["[", "3", '{"a": 1}'])
def test_a_tag_that_names_nothing_is_refused(make_raster, labels, tag):
    path = make_raster(labels)
    with rasterio.open(path, "r+") as file:
        file.update_tags(GEOUNET_CLASSES=tag)
    with pytest.raises(
        LabelsError, match=r"scene\.tif: tag GEOUNET_CLASSES is not a JSON list of names .*remove it"
    ):
        whole(path)


@pytest.mark.parametrize("count", [1, 3])
def test_an_alpha_band_says_what_is_valid(make_raster, rng, count):
    values = rng.integers(0, 2, (count + 1, 70, 90)).astype("uint8")
    values[-1] = rng.choice([0, 255], (70, 90))
    path = make_raster(values)
    colour(path, *(RGB if count == 3 else (ColorInterp.gray,)), ColorInterp.alpha)
    assert (whole(path) == np.where(values[-1] == 0, 255, values[:-1])).all()


@pytest.mark.parametrize("band", [0, 2])
def test_a_picture_is_no_label_raster(make_raster, rng, band):
    values = rng.integers(0, 2, (4, 70, 90)).astype("uint8")
    values[band, 40, 50] = 37
    values[3] = 255
    path = make_raster(values)
    colour(path, *RGB, ColorInterp.alpha)
    message = (
        rf"scene\.tif holds 37 in band {band + 1}; expected 0 or 1 in each of 3 bands.* a raster of one band"
    )
    with pytest.raises(LabelsError, match=message):
        whole(path)


def test_a_class_that_gdal_takes_for_alpha_is_not_dropped_unseen(make_raster, rng):
    values = rng.integers(0, 2, (4, 70, 90)).astype("uint8")
    path = make_raster(values)  # four bands of bytes: GDAL calls the fourth alpha
    with pytest.raises(LabelsError, match=r"alpha band that holds 1; .*its name as a description"):
        whole(path)
    path = make_raster(values, "named.tif", descriptions=("a", "b", "c", "d"))  # the remedy is one
    with open_labels(path) as raster:
        assert raster.class_names == ("background", "a", "b", "c", "d")
    assert (whole(path) == values).all()


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_a_class_raster_of_ours_is_read_as_it_was_written(tmp_path, make_raster, rng, count):
    values = rng.integers(0, 2, (count, 70, 90)).astype("uint8")
    values[:, :20, :30] = 255
    classes = ("background", *"abcde"[:count])
    with open_labels(make_raster(values[:1])) as raster:
        grid = raster.grid
    layout = class_layout(grid, classes, exclusive=False, tags={})
    with RasterWriter(tmp_path / "c.tif", layout) as writer:
        writer.write(0, values)
    assert (whole(tmp_path / "c.tif") == values).all()
    with open_labels(tmp_path / "c.tif") as raster:
        assert raster.class_names[: count + 1] == classes
