"""The arithmetic of a device, on the only one that is always there: files are the host's, byte for byte."""

import numpy as np
import pytest
import torch

import geounet
from geounet.errors import ModelError, OutOfMemoryError
from geounet.models.card import Normalization
from geounet.models.engines.on_device import DeviceArithmetic
from geounet.models.engines.torch import TorchSegmenter

SIZE = (53, 71)


class Blurred:
    """A Segmenter whose scores are made of few operations, which numpy and torch round alike."""

    def __init__(self, card):
        self.card = card
        self.calls = 0

    def __call__(self, patches):
        self.calls += 1
        return self.scores(patches, np).astype(np.float32)

    def scores(self, patches, library):
        step = patches[:, :1] * 0.625 + library.roll(patches[:, -1:], 3, -1) * 0.375
        score = library.clip(step, 0.0, 1.0)
        if self.card.scores == 1:
            return score
        others = [score * (0.5**k) for k in range(1, self.card.scores - 1)]
        return library.stack([1 - score, score, *others], 1)[:, :, 0]


class OnDevice(Blurred):
    """The same, run as a GPU would run it."""

    def on_device(self):
        def run(patches):
            self.calls += 1
            return self.scores(patches, torch)

        return DeviceArithmetic(torch.device("cpu"), run)

    def __call__(self, patches):
        raise AssertionError("nothing goes through the host")


@pytest.fixture
def both(tmp_path, make_raster):
    """Files that a run writes, on the host and on the device."""

    def run(array, card, **options):
        holes = np.random.default_rng(3).random(SIZE) < 0.1
        holes[:24, :40] = True  # tiles that never reach the model
        path = make_raster(array, valid=~holes)
        written = []
        for kind in (Blurred, OnDevice):
            segmenter = kind(card)
            chosen = geounet.PredictOptions(output="both", overwrite=True, batch_size=3, **options)
            done = geounet.predict(path, segmenter, tmp_path / "out.tif", options=chosen)
            files = (tmp_path / "out.tif", tmp_path / "out_class.tif")
            written.append(([file.read_bytes() for file in files], segmenter.calls, done.tiles_skipped))
        return written

    return run


def picture(dtype, bands=2):
    values = np.random.default_rng(1).random((bands, *SIZE))
    if np.dtype(dtype).kind == "f":
        values[0, 30, 30:40] = np.nan
        return values.astype(dtype)
    return (values * np.iinfo(dtype).max).astype(dtype)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "uint32", "int32", "float32", "float64"])
def test_counts_of_every_type_become_the_same_input(both, make_card, dtype):
    card = make_card(bands=("a", "b"))
    top = 1.0 if np.dtype(dtype).kind == "f" else float(np.iinfo(dtype).max)
    normalization = Normalization(
        range=(0.1 * top, 0.8 * top), percentiles=(2.0, 98.0), mean=(0.1, 0.2), std=(0.7, 1.3)
    )
    host, device = both(
        picture(dtype), make_card(bands=card.bands, normalization=normalization), dtype="float32"
    )
    assert host == device
    assert host[2] > 0


@pytest.mark.parametrize("window", ["taper", "core"])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize(
    "classes",
    [
        {"classes": ("ground", "thing")},
        {"classes": ("ground", "thing", "other", "rest")},
        {"classes": ("ground", "thing", "edge"), "auxiliary": ("edge",)},
        {"classes": ("ground", "thing", "other"), "activation": "sigmoid"},
        {"classes": ("ground", "thing", "edge"), "activation": "sigmoid", "auxiliary": ("edge",)},
    ],
    ids=["two", "four", "auxiliary", "overlapping", "overlapping auxiliary"],
)
def test_joined_and_classified_alike(both, make_card, classes, window, dtype):
    host, device = both(
        picture("float32"), make_card(bands=("a", "b"), **classes), window=window, dtype=dtype, threshold=0.4
    )
    assert host == device


def test_a_part_of_a_scene_and_tiles_that_do_not_divide_it(both, make_card):
    box = geounet.BBox(xmin=500_009, xmax=500_017, ymin=9_299_987, ymax=9_299_995)
    host, device = both(picture("uint16"), make_card(bands=("a", "b")), bbox=box, tile=24, overlap=6)
    assert host == device


def test_no_probability_is_refused_as_on_the_host(make_raster, make_card, tmp_path):
    segmenter = OnDevice(make_card())
    segmenter.scores = lambda patches, library: library.cat([patches * 0 - 2, patches * 0 + 3], 1)
    path = make_raster(np.full(SIZE, 0.5, np.float32))
    with pytest.raises(ModelError, match="outside 0 … 1"):
        geounet.predict(path, segmenter, tmp_path / "out.tif")


def test_only_a_gpu_is_its_own_device(make_card):
    assert TorchSegmenter(make_card(), torch.nn.Identity(), device="cpu").on_device() is None


def test_a_device_that_is_full_while_tiles_are_joined_is_one_line(both, make_card, monkeypatch):
    def full(*_):
        raise torch.OutOfMemoryError("tried to allocate 2 GiB\nand more")

    monkeypatch.setattr(torch.Tensor, "clone", full)
    with pytest.raises(
        OutOfMemoryError, match=r"joining tiles \(tried to allocate 2 GiB\); pass a smaller --batch-size"
    ):
        both(picture("uint8"), make_card(bands=("a", "b")))
