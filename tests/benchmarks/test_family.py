import warnings

import pytest
import rasterio

from benchmarks import family
from benchmarks.family_sizes import SMALL, family_card
from geounet.errors import GeounetWarning
from geounet.models.networks import build, network_stride
from geounet.models.networks.figures import count_parameters
from geounet.models.networks.registry import MODULES, find_architecture


@pytest.fixture
def small_towns(monkeypatch):
    """Towns that are drawn and judged in no time."""
    towns = {"train": family.Town(side=160, seed=1), "validation": family.Town(side=128, seed=2)}
    monkeypatch.setattr(family, "TOWNS", towns)


def test_every_architecture_has_a_small_card():
    assert SMALL.keys() == MODULES.keys()


@pytest.mark.parametrize("name", MODULES)
def test_small_networks_take_the_crops(name):
    architecture = find_architecture(name)
    crop = 64 if architecture.axes else 128
    card = family_card(architecture, small=True, crop=crop)
    module = build(card)
    assert card.tile == crop
    assert crop % network_stride(module) == 0
    assert count_parameters(module) < 13e6


def test_a_full_card_has_the_default_options():
    card = family_card(find_architecture("ClassicUnet"), small=False, crop=128)
    assert dict(card.architecture) == {"name": "ClassicUnet"}


@pytest.mark.usefixtures("small_towns")
def test_towns_lie_on_ground_of_their_own(tmp_path):
    bounds = []
    for use in family.TOWNS:
        with rasterio.open(family.town(tmp_path, use, 1)["scene"]) as dataset:
            bounds.append(dataset.bounds)
    assert rasterio.coords.disjoint_bounds(*bounds)


@pytest.mark.usefixtures("small_towns")
@pytest.mark.parametrize("name", ["LadderNet", "Unet3D"])
def test_a_row_of_the_table(tmp_path, name, monkeypatch, capsys):
    told = [
        "--only",
        name,
        "--steps",
        "2",
        "--seconds",
        "600",
        "--crop",
        "64",
        "--batch",
        "2",
        "--device",
        "cpu",
    ]
    monkeypatch.setattr("sys.argv", ["family", *told, "--folder", str(tmp_path)])
    with warnings.catch_warnings():
        warnings.filterwarnings("error", ".*on ground that is trained on.*", GeounetWarning)
        family.main()
    head, _, row = capsys.readouterr().out.splitlines()
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert len(cells) == head.count("|") - 1
    assert cells[0] == name
    assert int(cells[3]) == 2
    assert 0 <= float(cells[4]) <= 1


def test_an_unknown_name_is_a_row_of_its_own(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["family", "--only", "Wunet", "--folder", str(tmp_path)])
    family.main()
    assert "Wunet" in capsys.readouterr().out.splitlines()[-1]
