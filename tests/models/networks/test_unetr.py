"""UNETR: MONAI's layers, positions for tiles of any side."""

import pytest
import torch

from geounet.errors import ModelError
from geounet.models.networks.unetr import ARCHITECTURE, Unetr, build_unetr

pytest.importorskip("monai")
SMALL = {"name": "UNETR", "image": 32, "channels": 2, "hidden": 12, "heads": 3, "mlp": 8}


def test_its_parameters_are_those_of_the_authors_code() -> None:
    (published,) = ARCHITECTURE.published
    with torch.device("meta"):
        module = build_unetr(published.architecture, published.bands, published.scores)
    sizes = {name: p.numel() for name, p in module.named_parameters()}
    assert sum(sizes.values()) == pytest.approx(published.parameters, rel=published.tolerance * (1 + 1e-9))
    idle = sum(size for name, size in sizes.items() if "cross_attn" in name)
    assert sum(sizes.values()) - idle == published.parameters


def test_at_the_side_of_its_positions_it_is_monais_own() -> None:
    from monai.networks.nets import UNETR

    layers = UNETR(2, 3, (16, 32, 48), feature_size=2, hidden_size=12, mlp_dim=8, num_heads=3).eval()
    volume = torch.randn(2, 2, 16, 32, 48)
    with torch.inference_mode():
        torch.testing.assert_close(Unetr(layers, sides=(16, 32, 48))(volume), layers(volume))


@pytest.mark.parametrize("steps", [1, 3, 16])
def test_tiles_of_any_side_go_in(steps: int) -> None:
    module = build_unetr(SMALL | {"steps": steps}, 2, 3).eval()
    with torch.inference_mode():
        assert module(torch.randn(1, 2 * steps, 32, 64)).shape == (1, 3, 32, 64)
    assert module.output_stride == 16


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"encoder": "resnet18"}, "has key 'encoder'; it takes steps, image"),
        ({"image": 40}, "image is 40; expected a multiple of 16"),
        ({"heads": 5}, "hidden is 12 with 5 heads"),
    ],
)
def test_what_is_no_option_is_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises(ModelError, match=says):
        build_unetr(SMALL | change, 3, 2)
