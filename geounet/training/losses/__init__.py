"""What a network is trained to make small."""

from geounet.training.losses.balance import balanced_weights
from geounet.training.losses.deep import DeepHeads, deep_loss
from geounet.training.losses.segmentation import SegmentationLoss

__all__ = ["DeepHeads", "SegmentationLoss", "balanced_weights", "deep_loss"]
