from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely

from geounet.cli import main
from geounet.cli.memory import peak_memory
from geounet.cli.preview import FOUND, TRUTH, write_preview
from geounet.raster.thumbnail import LARGEST_SIDE


def test_the_preview_shows_the_layer_where_it_lies(make_raster, tmp_path):
    transform = rasterio.Affine(0.5, 0.2, 100, 0.2, -0.5, 200)  # rotated
    path = make_raster(np.full((3, 60, 80), 100, np.uint8), transform=transform)

    def on_ground(c0, r0, c1, r1):
        corners = [(c0, r0), (c1, r0), (c1, r1), (c0, r1)]
        return shapely.Polygon([transform * corner for corner in corners])

    found, truth = on_ground(10, 5, 30, 25), on_ground(40, 30, 70, 50)
    write_preview(tmp_path / "p.png", path, found=[found], truth=[truth])
    with rasterio.open(tmp_path / "p.png") as png:
        image = png.read()
    assert image.shape == (3, 60, 80)
    assert tuple(image[:, 15, 10]) == FOUND
    assert tuple(image[:, 40, 40]) == TRUTH
    inside, outside, in_truth = image[:, 15, 20].astype(int), image[:, 55, 5], image[:, 40, 55]
    assert inside[0] - outside[0] > 50  # filled with magenta
    assert (in_truth == outside).all()  # an outline is not filled


def test_a_large_scene_is_reduced_and_nodata_is_black(make_raster, tmp_path):
    scene = np.random.default_rng(0).integers(0, 4000, (1, 40, 2 * LARGEST_SIDE), np.uint16)
    scene[:, :, :100] = 0
    path = make_raster(scene, nodata=0)
    write_preview(tmp_path / "p.png", path, found=[], truth=[])
    with rasterio.open(tmp_path / "p.png") as png:
        image = png.read()
    assert image.shape == (3, 20, LARGEST_SIDE)
    assert not image[:, :, :50].any()
    assert image[:, :, 50:].max() == 255


def test_peak_memory_grows_by_what_is_held():
    before = peak_memory()
    held = np.ones(60_000_000, np.uint8)
    assert peak_memory() >= max(before, held.nbytes)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--truth", "t.gpkg"], "--truth without --scene"),
        (["--scene", "no.tif", "--out", "file/demo"], "cannot make the folder"),
    ],
)
def test_a_demo_that_cannot_start_says_why(argv, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    assert main(["demo", *argv]) == 1
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"file"}
