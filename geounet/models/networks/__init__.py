"""Networks: card → module."""

from geounet.models.networks.encoder import initialise_encoder
from geounet.models.networks.registry import build, network_stride, takes_any_tile, with_stride

__all__ = ["build", "initialise_encoder", "network_stride", "takes_any_tile", "with_stride"]
