"""A vision transformer: maps of tokens with learnt positions, interpolated to any map; layers of attention and perceptrons.

Dosovitskiy et al. (2021), "An image is worth 16x16 words: transformers for image recognition at scale". Without a class
token: what is wanted are maps.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from geounet.errors import ModelError
from geounet.models.networks.keys import check_share, check_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformerOptions:
    """Sizes of a vision transformer, by default ViT-Base's: keys of the card of a network that has one."""

    hidden: int = 768
    """Channels of a token."""
    layers: int = 12
    """Of attention, each with a perceptron."""
    heads: int = 12
    """Of attention."""
    mlp: int = 3072
    """Channels between the two linear layers of a perceptron."""
    grid: int = 14
    """Side of the map whose positions are learnt: that of a tile / 16. Others' are interpolated."""
    dropout: float = 0.0
    """Share of values that is dropped in training: of the tokens at the start, of attention's output and in perceptrons."""

    def __post_init__(self) -> None:
        for key in ("hidden", "layers", "heads", "mlp", "grid"):
            check_whole(key, getattr(self, key))
        check_share("dropout", self.dropout)
        if self.hidden % self.heads:
            raise ModelError(
                f"architecture's hidden is {self.hidden}, its heads are {self.heads}; expected a multiple of the heads"
            )


class VisionTransformer(nn.Module):
    """Tokens without positions, (N, hidden, h, w) → the maps after each layer, of that shape; the last is normalised.

    `bias` is whether queries, keys and values have one.
    """

    def __init__(self, options: TransformerOptions, *, bias: bool = True) -> None:
        super().__init__()
        self.positions = nn.Parameter(torch.empty(1, options.hidden, options.grid, options.grid))
        nn.init.trunc_normal_(self.positions, std=0.02)
        self.dropout = nn.Dropout(options.dropout)
        self.layers = nn.ModuleList(TransformerLayer(options, bias=bias) for _ in range(options.layers))
        self.norm = nn.LayerNorm(options.hidden, eps=1e-6)

    def forward(self, tokens: Tensor) -> list[Tensor]:
        """The maps after each layer."""
        size = [tokens.shape[2], tokens.shape[3]]
        # On a map of the learnt side, this gives the learnt values themselves.
        places = nn.functional.interpolate(self.positions, size=size, mode="bilinear", align_corners=False)
        values = self.dropout((tokens + places).flatten(2).transpose(1, 2))
        maps: list[Tensor] = []
        for layer in self.layers:
            values = layer(values)
            maps.append(values.transpose(1, 2).reshape(tokens.shape))
        maps[-1] = self.norm(values).transpose(1, 2).reshape(tokens.shape)
        return maps


class TransformerLayer(nn.Module):
    """Self-attention, then a perceptron, each of normalised tokens (N, tokens, hidden) and added to them."""

    def __init__(self, options: TransformerOptions, *, bias: bool) -> None:
        super().__init__()
        self.heads = options.heads
        self.norm1 = nn.LayerNorm(options.hidden, eps=1e-6)
        self.qkv = nn.Linear(options.hidden, 3 * options.hidden, bias=bias)
        self.out = nn.Linear(options.hidden, options.hidden)
        self.norm2 = nn.LayerNorm(options.hidden, eps=1e-6)
        self.mlp = nn.Sequential(
            nn.Linear(options.hidden, options.mlp),
            nn.GELU(),
            nn.Dropout(options.dropout),
            nn.Linear(options.mlp, options.hidden),
            nn.Dropout(options.dropout),
        )
        self.dropout = nn.Dropout(options.dropout)

    def forward(self, tokens: Tensor) -> Tensor:
        """The tokens, informed of one another."""
        tokens = tokens + self.dropout(self.out(self.attention(self.norm1(tokens))))
        changed: Tensor = tokens + self.mlp(self.norm2(tokens))
        return changed

    def attention(self, tokens: Tensor) -> Tensor:
        """Each token's mean of all values, weighted by how well its query meets their keys, head by head."""
        batch, count, hidden = tokens.shape
        qkv = (
            self.qkv(tokens).reshape(batch, count, 3, self.heads, hidden // self.heads).permute(2, 0, 3, 1, 4)
        )
        mixed = nn.functional.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2])
        return mixed.transpose(1, 2).reshape(batch, count, hidden)


def initialise_transformer(module: nn.Module) -> None:
    """Small kernels for every linear layer inside, in place: a truncated normal of 0.02, zero biases, as ViT begins.

    He's initialisation would make attention nearly a choice of one token from the start.
    """
    for layer in module.modules():
        if isinstance(layer, nn.Linear):
            nn.init.trunc_normal_(layer.weight, std=0.02)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
