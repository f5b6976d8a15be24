from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
import torch
from torch import Tensor

from geounet.errors import MissingDependencyError, TrainingError
from geounet.models.card import ModelCard
from geounet.models.torchvision_ops import declare_missing_operators
from geounet.training.config.data import DatasetConfig
from geounet.training.scenes.datasets import dataset_scenes

declare_missing_operators()
torchgeo = pytest.importorskip("torchgeo.datasets")
torchgeo_errors = pytest.importorskip("torchgeo.datasets.errors")

BANDS = ("red", "green", "blue", "nir")


def card_of(make_card: Callable[..., ModelCard], **changes) -> ModelCard:
    return make_card(**{"bands": BANDS, "classes": ("background", "plant"), "gsd_m": 10.0} | changes)


@pytest.fixture
def plants(tmp_path) -> Path:
    """A tree of files as torchgeo's SolarPlantsBrazil expects it: two images to train on, one to judge by."""
    random = np.random.default_rng(5)
    for split, count in (("train", 2), ("val", 1)):
        for k in range(count):
            image = random.integers(0, 1000, (4, 40, 48), dtype=np.uint16)
            mask = np.zeros((1, 40, 48), np.uint8)
            mask[0, 8:20, 10 : 20 + k] = 255
            for path, array in ((f"input/img({k}).tif", image), (f"labels/target({k}).tif", mask)):
                target = tmp_path / split / path
                target.parent.mkdir(parents=True, exist_ok=True)
                shape = {"count": len(array), "height": 40, "width": 48, "dtype": array.dtype}
                with rasterio.open(target, "w", driver="GTiff", **shape) as raster:
                    raster.write(array)
    return tmp_path


def plants_config(root: Path, **changes) -> DatasetConfig:
    values = {"name": "SolarPlantsBrazil", "root": root, "split": "train", "scale": 1000.0, "weight": 3.0}
    return DatasetConfig(**values | changes)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_dataset_of_torchgeo_is_labelled_scenes(plants, make_card):
    card = card_of(make_card, normalization=card_normalization(make_card, "dtype"))
    scenes = list(dataset_scenes(plants_config(plants), card))
    assert [scene.name for scene in scenes] == [
        "SolarPlantsBrazil_train_00000",
        "SolarPlantsBrazil_train_00001",
    ]
    assert sum(scene.weight for scene in scenes) == pytest.approx(3)
    for k, scene in enumerate(scenes):
        (level,) = scene.levels
        with rasterio.open(plants / "train" / "input" / f"img({k}).tif") as raster:
            counts = raster.read()
        assert level.gsd_m == 10.0
        assert level.image.dtype == np.uint16
        np.testing.assert_allclose(level.image / 65535, counts / 1000, atol=0.5 / 65535)
        assert level.labels.dtype == np.uint8
        assert level.labels.sum() == 12 * (10 + k)
        assert (level.weights == 1).all()
        rows, cols = np.floor(level.centres).astype(int).T
        assert (level.labels[rows, cols] == 1).all()
        assert (level.centre_classes == 1).all()
        assert len(level.centres) == 12 * (10 + k)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_what_is_judged_by_is_brought_to_the_cards_gsd(plants, make_card):
    card = card_of(make_card, normalization=card_normalization(make_card, "dtype"))
    options = {"split": "val", "use": "validation", "gsd_m": 5.0}
    (scene,) = dataset_scenes(plants_config(plants, **options), card)
    with rasterio.open(plants / "val" / "input" / "img(0).tif") as raster:
        counts = raster.read()
    (level,) = scene.levels
    means = counts.reshape(4, 20, 2, 24, 2).mean(axis=(2, 4))
    assert level.gsd_m == 10.0
    np.testing.assert_allclose(level.image / 65535, means / 1000, atol=1e-5)
    assert level.labels.sum() == 6 * 5
    (native,) = next(dataset_scenes(plants_config(plants, **options | {"use": "train"}), card)).levels
    assert native.gsd_m == 5.0
    assert native.labels.shape == (40, 48)


def card_normalization(make_card: Callable[..., ModelCard], kind: str | tuple[float, float]):
    ones = (1.0,) * len(BANDS)
    return type(make_card().normalization)(kind, (10.0, 90.0), (0.0,) * len(BANDS), ones)


class Drawn(torchgeo.NonGeoDataset):
    """A dataset that gives the samples which a test has put in it."""

    samples: tuple[dict[str, Tensor], ...] = ()

    def __init__(self, root: Path, split: str = "train", bands: tuple[str, ...] = ()) -> None:
        assert split in ("train", "val")
        self.split, self.bands = split, bands

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        sample = dict(self.samples[index])
        if self.bands:
            sample["image"] = sample["image"][: len(self.bands)]
        return sample


@pytest.fixture
def drawn(monkeypatch, tmp_path) -> Callable[..., DatasetConfig]:
    """Puts samples into torchgeo's datasets, and gives a config of them."""

    def make(*samples: dict[str, Tensor], **changes) -> DatasetConfig:
        monkeypatch.setattr(Drawn, "samples", samples)
        monkeypatch.setattr(torchgeo, "Drawn", Drawn, raising=False)
        return DatasetConfig(**{"name": "Drawn", "root": tmp_path, "split": "train"} | changes)

    return make


def sample_of(mask: list[list[int]], *, bands: int = 4) -> dict[str, Tensor]:
    labels = torch.tensor(mask)
    image = torch.arange(bands * labels.numel(), dtype=torch.float32)
    return {"image": image.reshape(bands, *labels.shape), "mask": labels}


def test_ranges_are_the_cards(drawn, make_card):
    sample = sample_of([[0, 1, 0], [1, 1, 0]])
    counts = sample["image"].numpy()
    low, high = np.percentile(counts.reshape(4, -1), (10, 90), axis=1)[..., None, None]
    expected = {
        "scene": np.clip((counts - low) / (high - low), 0, 1),
        (2.0, 12.0): np.clip((counts - 2) / 10, 0, 1),
        "dtype": np.clip(counts / 255, 0, 1),
    }
    for kind, stretched in expected.items():
        card = card_of(make_card, normalization=card_normalization(make_card, kind))
        level = next(dataset_scenes(drawn(sample), card)).levels[0]
        np.testing.assert_allclose(level.image / 65535, stretched, atol=1e-5)


def test_what_is_not_valid_or_not_labelled_is_ignored(drawn, make_card):
    sample = sample_of([[0, 1, 255], [-1, 1, 0]])
    sample["image"][2, 0, 1] = torch.nan
    sample["mask"] = sample["mask"][None]
    level = next(dataset_scenes(drawn(sample), card_of(make_card))).levels[0]
    assert level.labels.tolist() == [[0, 255, 255], [255, 1, 0]]
    assert level.weights.tolist() == [[1, 0, 1], [1, 1, 1]]
    assert (level.image[:, 0, 1] == 0).all()
    assert level.centres.tolist() == [[1.5, 1.5]]


def test_further_arguments_reach_the_dataset(drawn, make_card):
    config = drawn(sample_of([[0, 1]], bands=6), options={"bands": ("a", "b", "c", "d")})
    assert len(next(dataset_scenes(config, card_of(make_card))).levels[0].image) == 4


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "LoveDa"}, "no dataset 'LoveDa'; expected one such as LoveDA"),
        ({"name": "landcover_ai"}, "LandCoverAI"),
        ({"name": "DatasetNotFoundError"}, "no dataset"),
        ({"name": "NAIP"}, "sampled by place"),
        ({"name": "ZueriCrop"}, "no splits"),
        ({"name": "LoveDA"}, "not in .*; expected its files there: geounet downloads none"),
        ({"name": "LoveDA", "split": "tst"}, "cannot be opened"),
        ({"options": {"band": "red"}}, "hold 'band'; it takes bands"),
        ({"options": {"download": "yes"}}, "hold 'download'"),
    ],
)
def test_what_cannot_be_opened_is_said_in_one_line(drawn, make_card, changes, said):
    with pytest.raises(TrainingError, match=said) as caught:
        list(dataset_scenes(drawn(sample_of([[0, 1]]), **changes), card_of(make_card)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        (sample_of([[0, 2]]), "hold 2; the card has 2 classes"),
        (sample_of([[0, 1]], bands=3), "of 3 bands; the card expects 4"),
        ({"image": torch.zeros(4, 2, 2)}, "gives image; expected image and mask"),
        ({"image": torch.zeros(2, 4, 2, 2), "mask": torch.zeros(2, 2)}, "images of shape"),
    ],
)
def test_samples_that_are_not_what_the_card_expects_are_refused(drawn, make_card, sample, said):
    with pytest.raises(TrainingError, match=said):
        list(dataset_scenes(drawn(sample), card_of(make_card)))


def test_a_dataset_without_images_is_refused(drawn, make_card):
    with pytest.raises(TrainingError, match="has no images"):
        list(dataset_scenes(drawn(), card_of(make_card)))


def test_a_library_that_a_dataset_needs_and_is_not_there_is_named(drawn, make_card, monkeypatch):
    def needs(self, root: Path, split: str = "train") -> None:
        raise torchgeo_errors.DependencyNotFoundError("h5py is not installed\nand is required")

    config = drawn(sample_of([[0, 1]]))
    monkeypatch.setattr(Drawn, "__init__", needs)
    with pytest.raises(MissingDependencyError, match="h5py is not installed and is required"):
        list(dataset_scenes(config, card_of(make_card)))
