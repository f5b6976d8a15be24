import sys

import numpy as np
import pytest
import rasterio

from benchmarks.peers.asking import FailedError, asked
from benchmarks.peers.environments import Environment, NotInstalledError
from benchmarks.peers.serving import Setup
from benchmarks.peers.wrong import wrong
from benchmarks.scenes import textured

SETUP = Setup(weights="", onnx="", bundle="", tile=256, overlap=64, batch=1)


def write(path, labels):
    rows, cols = labels.shape
    with rasterio.open(path, "w", driver="GTiff", count=1, height=rows, width=cols, dtype="uint8") as out:
        out.write(labels, 1)
    return path


def test_wrong_pixels_are_counted_by_where_they_lie(tmp_path):
    truth = np.zeros((1100, 200), np.uint8)
    found = truth.copy()
    found[0, :5] = 255  # missing, in the frame
    found[1050:1052, 100] = 1  # inside, in the second block of rows
    found[1099, 199] = 1  # the last pixel
    counted = wrong(write(tmp_path / "a.tif", found), write(tmp_path / "b.tif", truth))
    assert (counted.pixels, counted.frame, counted.missing, counted.of) == (8, 6, 5, truth.size)
    assert str(counted) == "8 wrong pixels (6 in the frame, 5 missing)"


@pytest.mark.parametrize("last", [1, 17, 31, 32, 33])
def test_the_frame_is_found_where_the_last_block_lies_within_it(tmp_path, last):
    truth = np.zeros((1024 + last, 100), np.uint8)
    counted = wrong(write(tmp_path / "a.tif", truth + 1), write(tmp_path / "b.tif", truth))
    assert (counted.pixels, counted.pixels - counted.frame) == (truth.size, (1024 + last - 64) * (100 - 64))


def test_geounet_as_a_peer_makes_no_pixel_wrong_that_a_model_of_pixels_gets_right(tmp_path):
    scene = textured(tmp_path / "scene.tif", size=600, compress="none")
    ran = {}
    for module in ("whole_scene", "geounet_predict"):
        with asked(module, sys.executable, module) as peer:
            peer.begin(SETUP)
            peer.run(scene, tmp_path / f"{module}.tif")
            ran[module] = peer
    assert wrong(tmp_path / "geounet_predict.tif", tmp_path / "whole_scene.tif").pixels == 0
    with rasterio.open(tmp_path / "whole_scene.tif") as labels:
        assert set(np.unique(labels.read(1))) == {0, 1}
    assert all(peer.version and peer.median_seconds > 0 for peer in ran.values())


def test_a_peer_that_fails_says_why(tmp_path):
    with asked("geounet", sys.executable, "geounet_predict") as peer:
        peer.begin(SETUP)
        with pytest.raises(FailedError, match=r"nothing\.tif"):
            peer.run(tmp_path / "nothing.tif", tmp_path / "out.tif")


def test_an_environment_that_cannot_be_made_says_why(tmp_path, monkeypatch):
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    environment = Environment("none", ("a-package-that-nobody-made==1",))
    with pytest.raises(NotInstalledError, match=r"."):
        environment.python(tmp_path / "environments")
