"""A config proposed from the data: what `geounet train --init` writes."""

from geounet.training.proposal.proposing import propose

__all__ = ["propose"]
