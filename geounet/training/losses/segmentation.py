"""The training loss: a weighted sum of cross-entropy and Dice, thin over segmentation-models-pytorch."""

from torch import Tensor, nn

from geounet.training.config.loss import LossConfig
from geounet.training.libraries import smp
from geounet.training.scenes.labels import IGNORED


class SegmentationLoss(nn.Module):
    """Cross-entropy weighted by pixel, and Dice over the classes; ignored pixels count in neither."""

    def __init__(self, config: LossConfig) -> None:
        super().__init__()
        self.config = config
        self.entropy = smp.SoftCrossEntropyLoss(
            reduction="none", smooth_factor=config.smoothing, ignore_index=IGNORED
        )
        self.dice = smp.DiceLoss("multiclass", from_logits=True, ignore_index=IGNORED)

    def forward(self, logits: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
        """The loss, a scalar.

        Args:
            logits: (N, K, h, w); taken in float32 whatever the precision of the network.
            labels: (N, h, w) int64 class indices, IGNORED where there is none.
            weights: (N, h, w) float32 weight of each pixel in the cross-entropy.
        """
        logits = logits.float()
        total = logits.new_zeros(())
        if self.config.cross_entropy:
            counted = weights * (labels != IGNORED)
            # smp keeps a class axis of one where labels are ignored; without this it would broadcast over the batch.
            entropy = self.entropy(logits, labels).reshape(labels.shape)
            entropy = (entropy * counted).sum() / counted.sum().clamp_min(1)
            total = total + self.config.cross_entropy * entropy
        if self.config.dice:
            total = total + self.config.dice * self.dice(logits, labels)
        return total
