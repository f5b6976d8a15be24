"""UNETR: a transformer over patches of a volume, and a decoder that its hidden states skip to.

Hatamizadeh, Tang, Nath, Yang, Myronenko, Landman, Roth and Xu (2022), "UNETR: transformers for 3D medical image
segmentation". The layers are MONAI's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from geounet.errors import MissingDependencyError, ModelError
from geounet.models.networks.architecture import Architecture, Published
from geounet.models.networks.keys import check_whole, read_keys
from geounet.models.networks.volumes import Volumes

PATCH = 16
"""Dates, rows and columns of a patch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnetrOptions:
    """The keys of a UNETR's card; by default the paper's."""

    steps: int = 16
    """Dates or slices; a card's `axes` says how many."""
    image: int = 96
    """Rows and columns that positions are learnt of; they are interpolated for other tiles."""
    channels: int = 16
    """Of the decoder's last level."""
    hidden: int = 768
    """Values that stand for a patch."""
    mlp: int = 3072
    """Width of the perceptrons between them."""
    heads: int = 12
    """Of attention."""

    def __post_init__(self) -> None:
        for key in ("steps", "image", "channels", "hidden", "mlp", "heads"):
            check_whole(key, getattr(self, key))
        if self.image % PATCH:
            raise ModelError(f"architecture's image is {self.image}; expected a multiple of {PATCH}")
        if self.hidden % self.heads:
            raise ModelError(
                f"architecture's hidden is {self.hidden} with {self.heads} heads; expected a multiple of these"
            )

    @property
    def sides(self) -> tuple[int, int, int]:
        """Dates, rows and columns that positions are learnt of."""
        return self.steps + -self.steps % PATCH, self.image, self.image


class Unetr(nn.Module):
    """The network of the paper, on tiles of any side: (N, bands, t, h, w) to (N, scores, t, h, w), multiples of 16."""

    def __init__(self, layers: Any, *, sides: tuple[int, int, int]) -> None:  # noqa: ANN401 (a module of MONAI)
        super().__init__()
        self.layers = layers
        """MONAI's UNETR."""
        self.places = [side // PATCH for side in sides]

    def forward(self, volumes: Tensor) -> Tensor:
        """Logits of a batch of volumes."""
        net = self.layers
        patches = net.vit.patch_embedding.patch_embeddings(volumes)
        known = net.vit.patch_embedding.position_embeddings.transpose(1, 2).unflatten(2, self.places)
        positions = nn.functional.interpolate(known, size=patches.shape[2:], mode="trilinear")
        tokens, states = (patches + positions).flatten(2).transpose(1, 2), []
        for block in net.vit.blocks:
            tokens = block(tokens)
            states.append(_as_volume(tokens, patches))
        deepest = _as_volume(net.vit.norm(tokens), patches)
        values = net.decoder5(deepest, net.encoder4(states[9]))
        values = net.decoder4(values, net.encoder3(states[6]))
        values = net.decoder3(values, net.encoder2(states[3]))
        logits: Tensor = net.out(net.decoder2(values, net.encoder1(volumes)))
        return logits


def _as_volume(tokens: Tensor, like: Tensor) -> Tensor:
    return tokens.transpose(1, 2).reshape(like.shape)


def build_unetr(architecture: Mapping[str, Any], bands: int, scores: int) -> nn.Module:
    """A UNETR as MONAI initialises it, for keys that are UnetrOptions' fields; ModelError on others.

    It takes patches (N, steps · bands, h, w), date by date, and gives logits (N, scores, h, w). Raises
    MissingDependencyError without MONAI.
    """
    options = read_keys(UnetrOptions, architecture)
    try:
        from monai.networks.nets.unetr import UNETR
    except ImportError as error:
        raise MissingDependencyError(
            "MONAI is not installed; architecture UNETR needs it: pip install 'geounet[volumes]'"
        ) from error
    layers = UNETR(
        bands, scores, options.sides, feature_size=options.channels, hidden_size=options.hidden,
        mlp_dim=options.mlp, num_heads=options.heads,
    )  # fmt: skip
    network = Unetr(layers, sides=options.sides)
    return Volumes(network, bands=bands, steps=options.steps, multiple=PATCH, stride=PATCH)


ARCHITECTURE = Architecture(
    name="UNETR",
    paper="Hatamizadeh, Tang, Nath, Yang, Myronenko, Landman, Roth, Xu (2022), UNETR: transformers for 3D medical image "
    "segmentation",
    build=build_unetr,
    tile=96,
    axes="depth",
    steps=16,
    extra="volumes",
    published=(
        Published(
            parameters=92_784_046,
            architecture={"name": "UNETR", "steps": 96, "image": 96},
            bands=1,
            scores=14,
            source="the authors' code (Project-MONAI/research-contributions), whose layers are MONAI's, counted layer by "
            "layer; since then MONAI has a norm for cross-attention in each block, which nothing goes through: 18,432 more",
            tolerance=18_432 / 92_784_046,
        ),
    ),
)
