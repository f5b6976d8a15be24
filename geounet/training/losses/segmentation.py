"""The training loss: the weighted sum of the parts that a config gives a share."""

import torch
from torch import Tensor, nn

from geounet.errors import TrainingError
from geounet.training.config.loss import LossConfig
from geounet.training.losses.cross_entropy import cross_entropy
from geounet.training.losses.focal import focal_loss
from geounet.training.losses.lovasz import lovasz_loss
from geounet.training.losses.overlap import dice_loss, jaccard_loss, tversky_loss
from geounet.training.losses.target import Target


class SegmentationLoss(nn.Module):
    """The sum of a config's parts, each times its share; ignored pixels and those of weight 0 count in none.

    `class_weights` (K,) are those of cross-entropy and focal loss; None for the config's own. Raises TrainingError
    where the config balances classes and none are given (see balance.py).
    """

    class_weights: Tensor | None

    def __init__(self, config: LossConfig, class_weights: Tensor | None = None) -> None:
        super().__init__()
        self.config = config
        if class_weights is None and not isinstance(config.class_weights, str):
            class_weights = torch.tensor(config.class_weights)
        if class_weights is None and config.class_weights == "balanced":
            raise TrainingError(
                "loss.class_weights is 'balanced' and no weights came with it; pass balanced_weights of the labels"
            )
        # It follows from the config and the data, so that no checkpoint need hold it.
        weights = None if class_weights is None else class_weights.float()
        self.register_buffer("class_weights", weights, persistent=False)

    def forward(self, logits: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
        """The loss, a scalar; 0, with a gradient of 0, where no pixel counts.

        Args:
            logits: (N, K, h, w); taken in float32 whatever the precision of the network.
            labels: (N, h, w) int64 class indices, IGNORED where there is none.
            weights: (N, h, w) weight of each pixel in cross-entropy and focal loss; where 0 it counts in no part.
        """
        with torch.autocast(logits.device.type, enabled=False):
            # Scores of a class side by side, as most parts go through them, whatever the layout of the network.
            logits, target = logits.float().contiguous(), Target.of(labels, weights)
            return self._of_logits(logits, target) + self._of_scores(logits, target)

    def _of_logits(self, logits: Tensor, target: Target) -> Tensor:
        """The parts that take a pixel at a time."""
        c, total = self.config, logits.new_zeros(())
        if c.cross_entropy:
            total = total + c.cross_entropy * cross_entropy(
                logits, target, class_weights=self.class_weights, smoothing=c.smoothing
            )
        if c.focal:
            total = total + c.focal * focal_loss(
                logits, target, gamma=c.focal_gamma, class_weights=self.class_weights
            )
        return total

    def _of_scores(self, logits: Tensor, target: Target) -> Tensor:
        """The parts that take a class at a time."""
        c, total = self.config, logits.new_zeros(())
        if not (c.dice or c.jaccard or c.tversky or c.lovasz):
            return total
        scores = logits.softmax(dim=1)
        if c.dice:
            total = total + c.dice * dice_loss(scores, target)
        if c.jaccard:
            total = total + c.jaccard * jaccard_loss(scores, target)
        if c.tversky:
            total = total + c.tversky * tversky_loss(
                scores, target, alpha=c.tversky_alpha, beta=c.tversky_beta
            )
        if c.lovasz:
            total = total + c.lovasz * lovasz_loss(scores, target)
        return total
