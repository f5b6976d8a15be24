"""3D U-Net: the paper's kernels, dates in their order, and the halving of dates that a card asks for."""

import numpy as np
import pytest
import torch

from geounet.errors import ModelError
from geounet.models.networks.unet_3d import ARCHITECTURE, Unet3DOptions, build_unet_3d

SMALL = {"name": "Unet3D", "channels": 2, "depth": 2}


def test_its_parameters_are_the_papers() -> None:
    (published,) = ARCHITECTURE.published
    module = build_unet_3d(published.architecture, published.bands, published.scores)
    own = sum(p.numel() for p in module.parameters())
    assert own == pytest.approx(published.parameters, rel=published.tolerance)
    # To the last one: the paper counts a bias for each 3 × 3 × 3 convolution and the head, and nothing of the norms.
    kernels = sum(p.numel() for p in module.parameters() if p.ndim == 5)
    biases = sum(m.out_channels for m in module.modules() if type(m) is torch.nn.Conv3d)
    assert kernels + biases == published.parameters


@pytest.mark.parametrize(
    ("steps", "halvings", "missing"), [(4, None, 0), (5, None, 3), (5, 1, 1), (5, 0, 0), (1, None, 3)]
)
def test_any_number_of_dates_goes_in(steps: int, halvings: int | None, missing: int) -> None:
    options = SMALL | {"steps": steps} | ({} if halvings is None else {"halvings": halvings})
    module = build_unet_3d(options, 3, 2).eval()
    with torch.inference_mode():
        assert module(torch.randn(2, 3 * steps, 16, 24)).shape == (2, 2, 16, 24)
    assert module.missing == missing
    assert module.output_stride == 4


def test_a_patch_is_a_volume_date_by_date() -> None:
    """The first convolution sees band b of date t where the patch has channel t · C + b."""
    module = build_unet_3d(SMALL | {"steps": 4}, 3, 2).eval()
    seen: list[torch.Tensor] = []
    module.network.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    patch = np.arange(12 * 8 * 8, dtype=np.float32).reshape(1, 12, 8, 8)
    with torch.inference_mode():
        module(torch.from_numpy(patch))
    np.testing.assert_array_equal(seen[0].numpy(), patch.reshape(1, 4, 3, 8, 8).swapaxes(1, 2))


def test_dates_that_are_missing_are_the_last_one_again() -> None:
    module = build_unet_3d(SMALL | {"steps": 3}, 2, 2).eval()
    seen: list[torch.Tensor] = []
    module.network.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    with torch.inference_mode():
        module(torch.randn(1, 6, 8, 8))
    assert seen[0].shape == (1, 2, 4, 8, 8)
    torch.testing.assert_close(seen[0][:, :, 3], seen[0][:, :, 2], rtol=0, atol=0)


def test_the_map_is_the_mean_over_the_dates_that_are_there() -> None:
    module = build_unet_3d(SMALL | {"steps": 3}, 1, 2).eval()
    given: list[torch.Tensor] = []
    module.network.register_forward_hook(lambda _, __, output: given.append(output))
    with torch.inference_mode():
        logits = module(torch.randn(1, 3, 8, 8))
    np.testing.assert_allclose(logits.numpy(), given[0].numpy()[:, :, :3].mean(axis=2), atol=1e-6)


def test_scores_depend_on_the_order_of_dates() -> None:
    """As they would not if dates were bands of one sum: kernels differ along the axis."""
    module = build_unet_3d(SMALL | {"steps": 4}, 1, 2).eval()
    patch = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        assert (module(patch) - module(patch.flip(1))).abs().max() > 1e-4


def test_it_can_be_scripted_and_moved_as_images_are() -> None:
    module = build_unet_3d(SMALL | {"steps": 3}, 2, 2).eval()
    patch = torch.randn(1, 6, 16, 16)
    with torch.inference_mode():
        expected = module(patch)
        torch.testing.assert_close(torch.jit.script(module)(patch), expected)
        moved = module.to("cpu", memory_format=torch.channels_last)
        assert moved is module
        torch.testing.assert_close(moved(patch.to(memory_format=torch.channels_last)), expected)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"encoder": "resnet18"}, "has key 'encoder'; it takes steps, channels"),
        ({"depth": 0}, "depth is 0"),
        ({"halvings": 3}, "halvings is 3; expected a whole number from 0 to 2"),
        ({"steps": 2.5}, "steps is 2.5"),
    ],
)
def test_what_is_no_option_is_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises(ModelError, match=says):
        build_unet_3d(SMALL | change, 3, 2)


def test_dates_are_halved_on_the_first_levels() -> None:
    assert Unet3DOptions(depth=3, halvings=1).factors == [(2, 2, 2), (1, 2, 2), (1, 2, 2)]
    assert Unet3DOptions(depth=3).multiple == 8
