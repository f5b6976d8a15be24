"""A vision transformer: attention as it is defined, torch's own layer as the oracle, and positions that stretch."""

import pytest
import torch
from torch import Tensor, nn

from geounet.errors import ModelError
from geounet.models.networks.vision_transformer import (
    TransformerLayer,
    TransformerOptions,
    VisionTransformer,
    initialise_transformer,
)

SMALL = TransformerOptions(hidden=24, layers=3, heads=4, mlp=48, grid=4)


@pytest.fixture
def transformer() -> VisionTransformer:
    torch.manual_seed(2)
    return VisionTransformer(SMALL).eval()


def _same_by_torch(layer: TransformerLayer) -> nn.Module:
    """torch's own encoder layer with the layer's weights."""
    names = {
        "norm1": "norm1", "norm2": "norm2", "out": "self_attn.out_proj", "mlp.0": "linear1", "mlp.3": "linear2",
    }  # fmt: skip
    state: dict[str, Tensor] = {
        f"{theirs}.{kind}": layer.state_dict()[f"{ours}.{kind}"]
        for ours, theirs in names.items()
        for kind in ("weight", "bias")
    }
    for kind in ("weight", "bias"):
        state[f"self_attn.in_proj_{kind}"] = layer.state_dict()[f"qkv.{kind}"]
    oracle = nn.TransformerEncoderLayer(
        24, 4, 48, activation="gelu", batch_first=True, norm_first=True, layer_norm_eps=1e-6
    )
    oracle.load_state_dict(state)
    return oracle.eval()


def test_a_layer_is_torch_s_own(transformer: VisionTransformer) -> None:
    tokens = torch.randn(2, 16, 24)
    for layer in transformer.layers:
        assert isinstance(layer, TransformerLayer)
        torch.testing.assert_close(layer(tokens), _same_by_torch(layer)(tokens), rtol=1e-5, atol=1e-5)


def test_maps_are_those_after_each_layer_and_the_last_is_normalised(transformer: VisionTransformer) -> None:
    tokens = torch.randn(2, 24, 4, 4)
    maps = transformer(tokens)
    values = (tokens + transformer.positions).flatten(2).transpose(1, 2)
    for layer, found in zip(transformer.layers, maps, strict=True):
        values = layer(values)
        expected = transformer.norm(values) if found is maps[-1] else values
        torch.testing.assert_close(found.flatten(2).transpose(1, 2), expected)


def test_positions_of_another_map_are_interpolated(transformer: VisionTransformer) -> None:
    nn.init.zeros_(transformer.positions)
    with torch.no_grad():
        transformer.positions[:] = torch.arange(4.0)[:, None]  # of the row alone
    seen: list[Tensor] = []
    transformer.layers[0].register_forward_pre_hook(lambda _layer, inputs: seen.append(inputs[0]))
    assert transformer(torch.zeros(1, 24, 8, 4))[-1].shape == (1, 24, 8, 4)
    rows = seen[0].reshape(8, 4, 24)[:, 0, 0]
    # Middles of half rows lie a quarter beside those of whole ones; beyond the outermost the value stays.
    torch.testing.assert_close(rows, torch.tensor([0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3]))


def test_it_begins_with_small_kernels(transformer: VisionTransformer) -> None:
    initialise_transformer(transformer)
    for layer in transformer.modules():
        if isinstance(layer, nn.Linear):
            assert layer.weight.std().item() == pytest.approx(0.02, rel=0.2)
            assert not layer.bias.any()


def test_hidden_is_a_multiple_of_heads() -> None:
    with pytest.raises(ModelError, match="hidden is 10, its heads are 4"):
        TransformerOptions(hidden=10, heads=4)
