"""What is written is a COG that holds the rows, exists whole or not at all, and is the same on every run."""

import json
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.errors import NotGeoreferencedWarning

from geounet.errors import OptionsError, OutputError
from geounet.georeference import Georeference
from geounet.raster import pyramid
from geounet.raster.layout import RasterLayout, class_layout, probability_layout
from geounet.raster.writer import RasterWriter

CLASSES = ("background", "building", "Straße")


def grid(height, width, crs="EPSG:32633"):
    transform = Affine.translation(500_000, 5_000_000) * Affine.rotation(20) * Affine.scale(0.3, -0.3)
    return Georeference(transform, CRS.from_string(crs) if crs else None, height, width)


def labels(height, width, seed=0):
    rng = np.random.default_rng(seed)
    blobs = rng.integers(0, 3, (1, -(-height // 9), -(-width // 7))).astype("uint8")
    out = blobs.repeat(9, axis=1).repeat(7, axis=2)[:, :height, :width].copy()
    out[:, : height // 5, : width // 3] = 255
    return out


def write(target, layout, data, *, rows=100, **options):
    with RasterWriter(target, layout, **options) as writer:
        for first in range(0, data.shape[1], rows):
            writer.write(first, data[:, first : first + rows])


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(("height", "width"), [(1, 1), (7, 5), (512, 512), (513, 300), (1300, 1700)])
def test_a_class_raster_is_a_cog_with_names_and_colours(tmp_path, height, width):
    data, target = labels(height, width), tmp_path / "classes.tif"
    where = grid(height, width)
    write(target, class_layout(where, CLASSES, exclusive=True, tags={"MODEL": "roads 1"}), data)
    assert names(tmp_path) == ["classes.tif"]
    with rasterio.open(target) as file:
        assert (file.read() == data).all()
        assert (file.dtypes, file.nodata) == (("uint8",), 255)
        assert file.crs == where.crs
        assert file.transform.almost_equals(where.transform)
        assert json.loads(file.tags()["GEOUNET_CLASSES"]) == list(CLASSES)
        assert file.tags()["MODEL"] == "roads 1"
        assert len({file.colormap(1)[k][:3] for k in range(3)}) == 3
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.tags(ns="IMAGE_STRUCTURE")["COMPRESSION"] == "DEFLATE"
        assert file.block_shapes == [(512, 512)]
        expected = [2**k for k in range(1, 12) if max(height, width) / 2 ** (k - 1) > 512]
        assert file.overviews(1) == expected


def test_overlapping_classes_are_bands_with_names(tmp_path):
    layout = class_layout(grid(20, 30), CLASSES, exclusive=False, tags={})
    data = np.random.default_rng(0).integers(0, 2, (2, 20, 30)).astype("uint8")
    write(tmp_path / "c.tif", layout, data)
    with rasterio.open(tmp_path / "c.tif") as file:
        assert file.descriptions == CLASSES[1:]
        assert (file.read() == data).all()
        assert json.loads(file.tags()["GEOUNET_CLASSES"]) == list(CLASSES)


def test_a_probability_raster_is_named_and_scaled(tmp_path):
    data = np.random.default_rng(0).integers(0, 251, (3, 700, 600)).astype("uint8")
    data[:, :100] = 255
    write(tmp_path / "p.tif", probability_layout(grid(700, 600), CLASSES, dtype="uint8", tags={}), data)
    with rasterio.open(tmp_path / "p.tif") as file:
        assert file.descriptions == CLASSES
        assert file.scales == (0.004,) * 3
        assert file.nodata == 255
        assert (file.read() == data).all()
        assert (file.read_masks(2) == np.where(data[1] == 255, 0, 255)).all()


def test_a_probability_raster_of_floats(tmp_path):
    data = np.random.default_rng(0).random((2, 600, 700)).astype("float32")
    data[:, :, :50] = np.nan
    write(tmp_path / "p.tif", probability_layout(grid(600, 700), ("a", "b"), dtype="float32", tags={}), data)
    with rasterio.open(tmp_path / "p.tif") as file:
        assert np.isnan(file.nodata)
        assert file.scales == (1.0, 1.0)
        assert file.read().tobytes() == data.tobytes()


def test_overviews_of_probabilities_are_gdals_averages(tmp_path, make_raster):
    data = np.random.default_rng(0).integers(0, 251, (1, 1300, 1700)).astype("uint8")
    data[:, 300:700, 200:501] = 255
    write(tmp_path / "p.tif", probability_layout(grid(1300, 1700), ("a",), dtype="uint8", tags={}), data)
    oracle = make_raster(data, "oracle.tif", nodata=255)
    with rasterio.open(oracle, "r+") as file:
        file.build_overviews([2], Resampling.average)
    with (
        rasterio.open(tmp_path / "p.tif", overview_level=0) as found,
        rasterio.open(oracle, overview_level=0) as expected,
    ):
        assert (found.read() == expected.read()).all()


@pytest.mark.parametrize(("height", "width"), [(600, 700), (1031, 577)])
def test_overviews_of_classes_are_majorities(tmp_path, height, width):
    data = np.random.default_rng(0).choice(np.array([0, 1, 2, 255], "uint8"), (1, height, width))
    write(tmp_path / "c.tif", class_layout(grid(height, width), CLASSES, exclusive=True, tags={}), data)
    even = np.pad(data[0], ((0, height % 2), (0, width % 2)), "edge")
    four = np.stack([even[i::2, j::2] for i in (0, 1) for j in (0, 1)])
    votes = np.stack([(four == label).sum(axis=0) for label in range(3)])
    # the larger label on a tie
    expected = np.where(votes.any(axis=0), 2 - votes[::-1].argmax(axis=0), 255)
    with rasterio.open(tmp_path / "c.tif", overview_level=0) as file:
        assert (file.read(1) == expected).all()


def test_overviews_of_floats_leave_nan_out(tmp_path):
    data = np.random.default_rng(0).random((1, 520, 520)).astype("float32")
    data[0, np.random.default_rng(1).random((520, 520)) < 0.5] = np.nan
    write(tmp_path / "p.tif", probability_layout(grid(520, 520), ("a",), dtype="float32", tags={}), data)
    four = np.stack([data[0, i::2, j::2] for i in (0, 1) for j in (0, 1)])
    count = np.isfinite(four).sum(axis=0)
    expected = np.where(count > 0, np.nansum(four, axis=0) / np.maximum(count, 1), np.nan)
    with rasterio.open(tmp_path / "p.tif", overview_level=0) as file:
        np.testing.assert_allclose(file.read(1), expected, rtol=1e-6)


@pytest.mark.parametrize("kind", ["classes", "uint8", "float32"])
def test_the_same_rows_give_the_same_bytes_however_they_come(tmp_path, kind):
    data, where = labels(1100, 900), grid(1100, 900)
    layout = class_layout(where, CLASSES, exclusive=True, tags={"A": "b"})
    if kind != "classes":
        layout = probability_layout(where, ("a",), dtype=kind, tags={})
        data = data.astype(kind)
    seen = set()
    for number, (rows, threads) in enumerate([(100, "1"), (512, "4"), (1, "2"), (1100, "ALL_CPUS")]):
        target = tmp_path / f"{number}.tif"
        write(target, layout, data, rows=rows, creation=[("NUM_THREADS", threads)])
        seen.add(target.read_bytes())
    assert len(seen) == 1


def test_creation_options_are_gdals(tmp_path):
    layout = probability_layout(grid(300, 700), ("a",), dtype="uint8", tags={})
    write(tmp_path / "p.tif", layout, labels(300, 700), creation=[("compress", "ZSTD"), ("BLOCKSIZE", "128")])
    with rasterio.open(tmp_path / "p.tif") as file:
        assert file.tags(ns="IMAGE_STRUCTURE")["COMPRESSION"] == "ZSTD"
        assert file.block_shapes == [(128, 128)]


@pytest.mark.parametrize("option", [("COMPRESS", "NONSENSE"), ("COMPRES", "ZSTD"), ("LEVEL", "best")])
def test_creation_options_that_gdal_does_not_know_are_refused_at_once(tmp_path, option):
    layout = probability_layout(grid(3, 7), ("a",), dtype="uint8", tags={})
    with (
        pytest.raises(OptionsError, match=rf"{'='.join(option)} .*correct --co"),
        RasterWriter(tmp_path / "q.tif", layout, creation=[option]),
    ):
        pass
    assert names(tmp_path) == []


def test_a_raster_without_crs_is_written_on_its_pixels(tmp_path):
    where = Georeference(Affine.identity(), None, 20, 30)
    with warnings.catch_warnings():
        warnings.simplefilter("error", NotGeoreferencedWarning)
        write(tmp_path / "c.tif", class_layout(where, CLASSES, exclusive=True, tags={}), labels(20, 30))
    with rasterio.open(tmp_path / "c.tif") as file:
        assert file.crs is None
        assert (file.read() == labels(20, 30)).all()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("after", [0, 1])
def test_an_error_leaves_nothing(tmp_path, error, after):
    layout = class_layout(grid(600, 30), CLASSES, exclusive=True, tags={})

    def write_half():
        with RasterWriter(tmp_path / "c.tif", layout) as writer:
            for first in range(after):
                writer.write(first * 300, labels(600, 30)[:, :300])
            raise error

    with pytest.raises(error):
        write_half()
    assert names(tmp_path) == []


def test_rows_come_in_order_and_all_of_them(tmp_path):
    layout, data = class_layout(grid(60, 30), CLASSES, exclusive=True, tags={}), labels(60, 30)
    with (
        pytest.raises(ValueError, match="expected the next row, 0"),
        RasterWriter(tmp_path / "c.tif", layout) as writer,
    ):
        writer.write(10, data[:, 10:20])
    with (
        pytest.raises(ValueError, match="got 10 rows; expected 60"),
        RasterWriter(tmp_path / "c.tif", layout) as writer,
    ):
        writer.write(0, data[:, :10])
    with (
        pytest.raises(ValueError, match="expected uint8"),
        RasterWriter(tmp_path / "c.tif", layout) as writer,
    ):
        writer.write(0, data[:, :10].astype("int16"))
    assert names(tmp_path) == []


def test_targets_that_cannot_be_are_refused_at_once(tmp_path):
    layout = class_layout(grid(6, 3), CLASSES, exclusive=True, tags={})
    with pytest.raises(OutputError, match=r"out\.png: rasters are written as \.tif"):
        RasterWriter(tmp_path / "out.png", layout)
    (tmp_path / "old.tif").write_text("old")
    with (
        pytest.raises(OutputError, match="exists; pass --overwrite"),
        RasterWriter(tmp_path / "old.tif", layout),
    ):
        pass
    write(tmp_path / "old.tif", layout, labels(6, 3), overwrite=True)
    with rasterio.open(tmp_path / "old.tif") as file:
        assert file.shape == (6, 3)


def test_a_pyramid_that_cannot_be_made_leaves_no_file_open(tmp_path, monkeypatch):
    made = []

    def create(path, shape, layout):
        if made:
            raise OSError("no more files")
        made.append(original(path, shape, layout))
        return made[0]

    original = pyramid._create
    monkeypatch.setattr(pyramid, "_create", create)
    with pytest.raises(OSError, match="no more files"):
        pyramid.Pyramid(tmp_path, class_layout(grid(1000, 900), CLASSES, exclusive=True, tags={}))
    assert [file.closed for file in made] == [True]


def test_a_layout_fits_itself():
    with pytest.raises(ValueError, match="no colour table"):
        RasterLayout(grid(1, 1), "uint8", 255, ("a", "b"), "majority", colours={0: (0, 0, 0)})
    with pytest.raises(ValueError, match="at least one band"):
        RasterLayout(grid(1, 1), "uint8", 255, (), "majority")


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from affine import Affine
from geounet.errors import OptionsError, OutputError
from geounet.georeference import Georeference
from geounet.raster.layout import probability_layout
from geounet.raster.writer import RasterWriter

target, height = Path(sys.argv[1]), 1200
data = np.random.default_rng(0).integers(0, 250, (1, height, 1200)).astype("uint8")
layout = probability_layout(Georeference(Affine.identity(), None, height, 1200), ("a",), dtype="uint8", tags={})

def write():
    with RasterWriter(target, layout) as writer:
        for first in range(0, height, 500):
            writer.write(first, data[:, first : first + 500])

write()
whole = target.stat().st_size
target.unlink()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for missing in (1, 20, 400, 10_000, 100_000, 500_000, 1_000_000, 1_500_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (whole - missing, resource.RLIM_INFINITY))
    try:
        write()
    except OutputError as error:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert "make room" in str(error) and "\\n" not in str(error), error
        assert not list(target.parent.iterdir()), missing
        continue
    raise SystemExit(f"{missing} bytes too few were not noticed")
print("noticed")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files by Linux's means")
def test_a_disk_that_fills_at_any_point_is_noticed(tmp_path):
    script, out = tmp_path / "full.py", tmp_path / "out"
    script.write_text(FULL_DISK)
    out.mkdir()
    run = subprocess.run(
        [sys.executable, str(script), str(out / "p.tif")], capture_output=True, text=True, check=False
    )
    assert run.stdout.strip() == "noticed", run.stdout + run.stderr


def test_memory_does_not_hold_the_raster(tmp_path):
    code = (
        "import sys, numpy as np\nfrom pathlib import Path\nfrom affine import Affine\n"
        "from geounet.georeference import Georeference\nfrom geounet.raster.layout import class_layout\n"
        "from geounet.raster.writer import RasterWriter\n"
        "height = int(sys.argv[2])\n"
        "layout = class_layout(Georeference(Affine.identity(), None, height, 4000), ('a', 'b'), exclusive=True, tags={})\n"
        "rows = np.random.default_rng(0).integers(0, 2, (1, 256, 4000)).astype('uint8')\n"
        "with RasterWriter(Path(sys.argv[1]), layout) as writer:\n"
        "    for first in range(0, height, 256):\n        writer.write(first, rows)\n"
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])\n"
    )
    if not Path("/proc/self/status").exists():
        pytest.skip("reads the peak from /proc")
    peaks = []
    for height in (2048, 16384):
        command = [sys.executable, "-c", code, str(tmp_path / f"{height}.tif"), str(height)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks.append(int(run.stdout) / 1024)
    assert peaks[1] < peaks[0] + 70  # megabytes; 57 more of pixels, and GDAL's cache of 64 fills in either
