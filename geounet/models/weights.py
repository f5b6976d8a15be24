"""Weights: safetensors files ↔ state dicts, half precision at rest, single precision in memory."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from geounet.errors import WeightsError
from geounet.models.pickles import refuse_pickle


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file, as stored.

    Raises WeightsError where the file is missing, a pickle (which can run code when it is read), or not safetensors.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    refuse_pickle(path)
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise WeightsError(
            f"{path.name} is not readable as safetensors ({error}); fetch or export the weights again"
        ) from error


def halve(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A state dict for storage: kernels in half precision, the rest as it is.

    Vectors (biases, norm statistics) stay in single precision: they are few, and variances leave half
    precision's range. So does a kernel with a value beyond that range.
    """
    limit = torch.finfo(torch.float16).max
    out = {}
    for name, tensor in state.items():
        plain = tensor.detach().to("cpu").contiguous()
        small = plain.is_floating_point() and plain.ndim > 1 and bool((plain.abs() <= limit).all())
        out[name] = plain.half() if small else plain.float() if plain.is_floating_point() else plain
    return out


def fit(module: nn.Module, state: Mapping[str, Tensor], *, model: str) -> nn.Module:
    """Load a state dict, every tensor by name and shape, into the module, in single precision.

    Raises WeightsError naming the first tensor that is missing, unexpected or of another shape. A batch norm's
    count of batches, which only training reads, may be missing.
    """
    expected = module.state_dict()
    remedy = "the weights belong to another architecture: check the card's architecture, bands and classes"
    for name, tensor in expected.items():
        if name not in state and not name.endswith("num_batches_tracked"):
            raise WeightsError(
                f"weights of model {model!r} lack tensor {name!r} {tuple(tensor.shape)}; {remedy}"
            )
        if name in state and state[name].shape != tensor.shape:
            found, wanted = tuple(state[name].shape), tuple(tensor.shape)
            raise WeightsError(
                f"weights of model {model!r} have {name!r} of shape {found}; expected {wanted}: {remedy}"
            )
    surplus = sorted(state.keys() - expected.keys())
    if surplus:
        raise WeightsError(f"weights of model {model!r} have unexpected tensor {surplus[0]!r}; {remedy}")
    module.load_state_dict({**expected, **state})
    return module
