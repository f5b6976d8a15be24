import dataclasses

import numpy as np
import pytest
import torch

from geounet.errors import TrainingError
from geounet.models.card import Normalization
from geounet.training.augmentation.augment import Augmentation
from geounet.training.config.augment import AugmentConfig

IGNORED = 255
STRONG = AugmentConfig(
    scale=(0.5, 2.0), rotate=0.5, elastic=3.0, brightness=0.5, contrast=0.6, saturation=0.6, gamma=1.0, band=0.4,
    grey=0.2, shadow=0.8, haze=0.9, blur=1.0, noise=0.2,
)  # fmt: skip


def normalization(bands: int) -> Normalization:
    return Normalization("scene", (2, 98), (0.4,) * bands, (0.2,) * bands)


def batch(bands: int, *, side: int = 96, count: int = 6) -> dict[str, torch.Tensor]:
    labels = torch.zeros(count, side, side, dtype=torch.uint8)
    labels[:, 20:60, 30:70] = 1
    weights = torch.ones(count, side, side)
    image = torch.rand(count, bands, side, side)
    labels[:, :, :20] = IGNORED
    weights[:, :, :20] = 0
    image[..., :20] = 0
    return {"image": image, "labels": labels, "weights": weights, "zoom": torch.linspace(0.7, 1.2, count)}


@pytest.mark.parametrize("bands", [1, 3, 5])
def test_every_number_of_bands_comes_out_in_range(bands):
    torch.manual_seed(1)
    out = Augmentation(STRONG, normalization(bands), final=48)(batch(bands))
    assert out.images.shape == (6, bands, 48, 48)
    assert (out.images.dtype, out.labels.dtype, out.weights.dtype) == (
        torch.float32,
        torch.int64,
        torch.float32,
    )
    assert out.images.min() >= -2.0001
    assert out.images.max() <= 3.0001
    assert set(out.labels.unique().tolist()) <= {0, 1, IGNORED}
    assert set(out.weights.unique().tolist()) <= {0.0, 1.0}
    assert out.mix is None


def test_invalid_pixels_are_zero_after_normalisation_and_ignored():
    torch.manual_seed(2)
    out = Augmentation(STRONG, normalization(3), final=48)(batch(3))
    invalid = out.weights == 0
    assert invalid.any()
    assert (out.labels[invalid] == IGNORED).all()
    assert (out.labels[~invalid] != IGNORED).all()
    assert (out.images.permute(0, 2, 3, 1)[invalid] == 0).all()


def test_ignored_pixels_that_are_valid_are_seen():
    torch.manual_seed(3)
    crops = batch(3)
    crops["labels"][:] = IGNORED
    out = Augmentation(STRONG, normalization(3), final=48)(crops)
    assert (out.labels == IGNORED).all()
    assert (out.images != 0).any(dim=1)[out.weights > 0].float().mean() > 0.99


@pytest.mark.parametrize(("side", "final"), [(48, 48), (60, 48), (49, 47)])
def test_without_changes_crops_are_turned_by_right_angles_and_normalised_to_the_bit(side, final):
    torch.manual_seed(4)
    crops = batch(3, side=side) | {"zoom": torch.ones(6)}
    crops["weights"] = torch.where(crops["weights"] > 0, torch.rand(6, side, side) + 1, 0)
    out = Augmentation(AugmentConfig(rotate=0.0, flip=0.0), normalization(3), final=final)(crops)
    edge = (side - final) // 2
    inner = slice(edge, edge + final)
    for i in range(6):
        valid = crops["weights"][i, inner, inner].numpy() > 0
        image = crops["image"][i, :, inner, inner].numpy()
        image = np.where(valid, (image - np.float32(0.4)) / np.float32(0.2), np.float32(0))
        same = [k for k in range(4) if np.array_equal(np.rot90(image, k, axes=(1, 2)), out.images[i].numpy())]
        assert len(same) == 1
        for name in ("labels", "weights"):
            expected = np.rot90(crops[name][i, inner, inner].numpy(), same[0])
            np.testing.assert_array_equal(getattr(out, name)[i].numpy(), expected)


def test_dropping_takes_one_band_and_leaves_the_others():
    crops = batch(4, count=200, side=32) | {"zoom": torch.ones(200)}
    config = AugmentConfig(rotate=0.0, drop_band=0.5)  # the middle of each crop has valid pixels
    torch.manual_seed(5)
    out = Augmentation(config, normalization(4), final=32)(crops).images
    torch.manual_seed(5)
    whole = Augmentation(dataclasses.replace(config, drop_band=0.0), normalization(4), final=32)(crops).images
    gone = (out == 0).flatten(2).all(dim=2)
    assert set(gone.sum(dim=1).tolist()) == {0, 1}
    assert gone.any(dim=1).float().mean() == pytest.approx(0.5, abs=0.1)
    assert gone.any(dim=0).all()
    assert torch.equal(out[~gone], whole[~gone])


def test_a_single_band_is_not_dropped():
    with pytest.raises(TrainingError, match="drop_band is on, and the model takes one band"):
        Augmentation(AugmentConfig(drop_band=0.1), normalization(1), final=16)


def test_mixtures_are_of_the_batch_as_it_would_be_without():
    crops = batch(3)
    config = AugmentConfig(rotate=1.0, elastic=2.0, mixup=0.5)
    torch.manual_seed(6)
    out = Augmentation(config, normalization(3), final=48)(crops)
    torch.manual_seed(6)
    plain = Augmentation(dataclasses.replace(config, mixup=0.0), normalization(3), final=48)(crops)
    assert out.mix is not None
    assert torch.equal(out.labels, plain.labels)
    assert torch.equal(out.weights, plain.weights)
    partner = [next(j for j in range(6) if torch.equal(p, plain.labels[j])) for p in out.mix.labels]
    expected = out.mix.share * plain.images + (1 - out.mix.share) * plain.images[partner]
    torch.testing.assert_close(out.images, expected)


def test_the_same_seed_gives_the_same_batch_and_another_another():
    augmentation = Augmentation(
        dataclasses.replace(STRONG, mixup=0.4, drop_band=0.5), normalization(3), final=48
    )
    crops = batch(3)
    runs = []
    for seed in (7, 7, 8):
        torch.manual_seed(seed)
        runs.append(augmentation(crops))
    for name in ("images", "labels", "weights"):
        assert torch.equal(getattr(runs[0], name), getattr(runs[1], name))
    assert not torch.equal(runs[0].images, runs[2].images)


def test_a_batch_is_left_as_it_was():
    torch.manual_seed(9)
    crops = batch(3)
    before = {k: v.clone() for k, v in crops.items()}
    Augmentation(dataclasses.replace(STRONG, mixup=0.4), normalization(3), final=48)(crops)
    assert all(torch.equal(crops[k], before[k]) for k in crops)
