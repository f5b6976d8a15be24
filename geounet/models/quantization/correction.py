"""Biases that make good what coarser kernels shift: without it a depthwise network loses what seven bits cost."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geounet.errors import ModelError
from geounet.models.quantization.calibration import Calibration
from geounet.models.quantization.folding import attribute, constants, set_tensor
from geounet.models.quantization.scope import Scope

if TYPE_CHECKING:  # it comes with an extra
    from onnx import ModelProto

LARGEST = 64
"""The largest integer of a kernel: seven bits.

Processors with AVX2 and no VNNI add pairs of products of 8 bits in 16, which 255 · 127 · 2 leaves and 255 · 64 · 2 does not
leave: the same integers come out everywhere, and a figure measured on one machine holds on another.
"""

Kernel = NDArray[np.float64]


def rounded(kernel: Kernel) -> Kernel:
    """A kernel (out, in, …) as its integers stand for it: a scale for each output channel, 0 at 0."""
    flat = np.abs(kernel.reshape(len(kernel), -1))
    step = np.maximum(flat.max(axis=1, initial=0.0), np.finfo(np.float32).tiny) / LARGEST
    scale = step.reshape(-1, *[1] * (kernel.ndim - 1))
    near: Kernel = np.rint(kernel / scale) * scale
    return near


def shift_of(kernel: Kernel, means: NDArray[np.float64], *, groups: int) -> NDArray[np.float64]:
    """By how much rounding a kernel (out, in / groups, …) moves the mean of what it gives, an output channel each.

    `means` (in,) are those of what it takes; what lies beyond the border is neglected. (Nagel et al. 2019, section 4.2)
    """
    error = (rounded(kernel) - kernel).reshape(*kernel.shape[:2], -1).sum(axis=2)
    parts = error.reshape(groups, -1, kernel.shape[1])
    taken = means.reshape(groups, kernel.shape[1])
    shift: NDArray[np.float64] = np.einsum("goi,gi->go", parts, taken).reshape(-1)
    return shift


def correct_biases(model: "ModelProto", scope: Scope, calibration: Calibration) -> None:
    """Take from the bias of each convolution of a scope what rounding its kernel adds to it on average, in place.

    Raises ModelError where the calibration has not a mean for each channel that one takes.
    """
    from onnx import numpy_helper

    held = constants(model)
    for node in model.graph.node:
        if node.name not in scope.convolutions:
            continue
        kernel = numpy_helper.to_array(held[node.input[1]]).astype(np.float64)
        groups = int(attribute(node, "group", 1))
        means = _means(calibration, node.input[0], channels=kernel.shape[1] * groups)
        shift = shift_of(kernel, means, groups=groups)
        bias = numpy_helper.to_array(held[node.input[2]]) if len(node.input) > 2 else np.zeros(len(kernel))
        del node.input[2:]
        node.input.append(f"{node.input[1]} corrected bias {node.name}")
        set_tensor(model, node.input[2], bias - shift)


def _means(calibration: Calibration, tensor: str, *, channels: int) -> NDArray[np.float64]:
    """The mean of each channel of a tensor, (channels,)."""
    means = calibration.means.get(tensor, ())
    if len(means) != channels:
        raise ModelError(
            f"calibration has {len(means)} means of tensor {tensor}, which has {channels} channels; calibrate it again: "
            "geounet models quantize"
        )
    return np.array(means)
