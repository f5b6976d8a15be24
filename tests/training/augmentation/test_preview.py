import numpy as np
import pytest
import torch
from PIL import Image

from geounet.errors import OutputError, TrainingError
from geounet.palette import colour_of
from geounet.training.augmentation.preview import preview
from geounet.training.config import TrainConfig

STRONG = {"elastic": 2.0, "band": 0.2, "haze": 0.4, "shadow": 0.5, "noise": 0.05, "scale": [0.8, 1.3]}


def sheet(tables: dict, path, **changes) -> np.ndarray:
    config = TrainConfig.from_dict(tables | {"overwrite": True} | changes)
    assert preview(config, path, count=6) == path
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture)


def test_a_sheet_follows_from_the_seed(tables, tmp_path):
    tables["augment"] = STRONG
    first = sheet(tables, tmp_path / "a.png")
    state = torch.random.get_rng_state()
    assert np.array_equal(first, sheet(tables, tmp_path / "b.png"))
    assert torch.equal(state, torch.random.get_rng_state())
    assert not np.array_equal(first, sheet(tables, tmp_path / "a.png", seed=4))


def test_it_has_a_row_for_four_samples_and_the_labels_colours(tables, tmp_path):
    tables["augment"] = {"mixup": 0.4, "rotate": 0.0}
    picture = sheet(tables, tmp_path / "a.png")
    side = 48 * 4
    assert picture.shape[1] == 5 * (side + 6) + 6
    assert 2 * side < picture.shape[0] < 3 * side
    assert (picture == colour_of(1)).all(axis=-1).sum() > 200
    assert (picture[-side:, -(2 * side) :] == 255).all()  # six samples: the second row has two


def test_the_first_of_a_row_is_the_crop_as_read(tables, tmp_path):
    """Without changes the others are that crop, turned by right angles."""
    tables["augment"] = {"rotate": 0.0, "flip": 0.0}
    tables["data"]["labelled"] = 0.0
    picture = sheet(tables, tmp_path / "a.png").astype(int)
    top, side = 2 * 26 + 20, 48 * 4
    tiles = [picture[top : top + side, 6 + n * (side + 6) :][:, :side] for n in range(5)]
    inner = (slice(4, -4), slice(4, -4))
    for other in tiles[1:]:
        differences = [np.abs(np.rot90(tiles[0], k)[inner] - other[inner]) for k in range(4)]
        # Lines of the hatching are drawn afterwards, and do not turn.
        assert min((d > 2).mean() for d in differences) < 0.3


def test_a_sheet_takes_no_files_place_unasked(tables, tmp_path, place):
    config = TrainConfig.from_dict(tables)
    (tmp_path / "a.png").write_bytes(b"mine")
    with pytest.raises(OutputError, match="exists"):
        preview(config, tmp_path / "a.png")
    with pytest.raises(OutputError, match="one of the files that are read"):
        preview(config, place / "here.tif")
    with pytest.raises(TrainingError, match="0 samples"):
        preview(config, tmp_path / "b.png", count=0)
    assert (tmp_path / "a.png").read_bytes() == b"mine"


def test_a_sheet_is_a_png_by_its_name_too(tables, tmp_path):
    config = TrainConfig.from_dict(tables)
    with pytest.raises(OutputError, match=r"sheet.jpg; it is a PNG: .* ends in .png"):
        preview(config, tmp_path / "sheet.jpg")
    assert not (tmp_path / "sheet.jpg").exists()
