"""Pieces that networks are built of: convolutions with norm and ReLU, ways up, crops, mirrored context."""

import torch
from torch import Tensor, nn


def mirrored_conv_relu(inputs: int, outputs: int, *, padding: int = 1) -> nn.Sequential:
    """A 3 × 3 convolution and ReLU, without norm: (N, inputs, h, w) → (N, outputs, h − 2 + 2 padding, …).

    Padded by a pixel, it mirrors its input about the edge: the border pixel is repeated, which a tile of any side can do.
    """
    conv = nn.Conv2d(inputs, outputs, 3, padding=padding, padding_mode="replicate")
    return nn.Sequential(conv, nn.ReLU(inplace=True))


def conv_norm(
    inputs: int, outputs: int, *, size: int = 3, stride: int = 1, bias: bool = False
) -> nn.Sequential:
    """A convolution of odd size and batch norm: (N, inputs, h, w) → (N, outputs, h / stride, w / stride).

    The norm takes a bias away again; one is kept where the implementation that a network is known by has it, so that
    parameters are as many, and its weights fit.
    """
    conv = nn.Conv2d(inputs, outputs, size, stride=stride, padding=size // 2, bias=bias)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs))


def conv_norm_relu(
    inputs: int, outputs: int, *, size: int = 3, stride: int = 1, bias: bool = False
) -> nn.Sequential:
    """A convolution of odd size, batch norm and ReLU."""
    block = conv_norm(inputs, outputs, size=size, stride=stride, bias=bias)
    return block.append(nn.ReLU(inplace=True))


def double_conv(inputs: int, outputs: int, *, bias: bool = False) -> nn.Sequential:
    """Twice a 3 × 3 convolution, batch norm and ReLU: what a level of most U-Nets is."""
    first, second = (conv_norm_relu(count, outputs, bias=bias) for count in (inputs, outputs))
    return nn.Sequential(*first, *second)


def norm_relu_conv(inputs: int, outputs: int, *, size: int = 3, stride: int = 1) -> nn.Sequential:
    """Batch norm, ReLU and a convolution of odd size: the order of pre-activated and of dense units."""
    conv = nn.Conv2d(inputs, outputs, size, stride=stride, padding=size // 2)
    return nn.Sequential(nn.BatchNorm2d(inputs), nn.ReLU(inplace=True), conv)


def upsample_conv(inputs: int, outputs: int, *, bias: bool = False) -> nn.Sequential:
    """Each pixel four times, then a 3 × 3 convolution, batch norm and ReLU: to twice the sides."""
    return nn.Sequential(nn.Upsample(scale_factor=2.0), *conv_norm_relu(inputs, outputs, bias=bias))


def up_convolution(inputs: int, outputs: int, *, size: int = 2) -> nn.ConvTranspose2d:
    """A transposed convolution of stride 2 and size 2 or 3, to twice the sides; its output varies as its input does.

    Each output pixel sums over size² / 4 pixels of the input in the mean, and no ReLU follows.
    """
    layer = nn.ConvTranspose2d(inputs, outputs, size, stride=2, padding=size - 2, output_padding=size - 2)
    nn.init.normal_(layer.weight, std=2 / (size * inputs**0.5))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


class ContractingPath(nn.ModuleList):
    """Blocks, one a level, with the sides halved between them by the largest of 2 × 2 values."""

    def forward(self, values: Tensor) -> list[Tensor]:
        """What each block gives, the finest first."""
        levels: list[Tensor] = []
        for block in self:
            if len(levels) > 0:
                values = nn.functional.max_pool2d(values, 2)
            values = block(values)
            levels.append(values)
        return levels


def centre(values: Tensor, like: Tensor) -> Tensor:
    """The middle of the values (N, C, h, w), as high and wide as another's."""
    rows, cols = like.shape[2], like.shape[3]
    top, left = (values.shape[2] - rows) // 2, (values.shape[3] - cols) // 2
    return values[:, :, top : top + rows, left : left + cols]


def mirrored(values: Tensor, pad: int) -> Tensor:
    """The values with so many pixels of mirrored context on each side, edges not repeated.

    `torch.nn.functional.pad` mirrors less than the height; this goes on back and forth, on tiles of any side.
    """
    rows = _mirrored_places(values.shape[2], pad, values)
    cols = _mirrored_places(values.shape[3], pad, values)
    return values.index_select(2, rows).index_select(3, cols)


def _mirrored_places(length: int, pad: int, values: Tensor) -> Tensor:
    last = length - 1
    places = torch.arange(-pad, length + pad, device=values.device)
    # A tensor: the ONNX exporter takes no size that varies as the divisor of a remainder.
    period = torch.full([1], max(2 * last, 1), dtype=torch.int64, device=values.device)
    return last - (last - places.remainder(period)).abs()
