"""An encoder that stays as it is: neither its weights nor its norms move."""

from torch import nn


def has_encoder(network: nn.Module) -> bool:
    """Whether a network has an encoder to hold still, or to train at a rate of its own."""
    return any(name == "encoder" for name, _ in network.named_children())


def hold_still(network: nn.Module) -> None:
    """Keep the encoder's weights from gradients and its norms' statistics from the batches."""
    network.get_submodule("encoder").requires_grad_(requires_grad=False).eval()


def release(network: nn.Module) -> None:
    """Let the encoder learn again."""
    network.get_submodule("encoder").requires_grad_(requires_grad=True).train()
