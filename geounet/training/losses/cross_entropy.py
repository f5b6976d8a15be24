"""Cross-entropy, weighted by pixel and by class."""

from torch import Tensor
from torch.nn import functional

from geounet.training.losses.target import TINY, Target
from geounet.training.scenes.labels import IGNORED


def cross_entropy(
    logits: Tensor, target: Target, *, class_weights: Tensor | None = None, smoothing: float = 0.0
) -> Tensor:
    """Mean cross-entropy, a scalar; each pixel's weight is its own times that of its class, as torch's are.

    U-Net's energy (Ronneberger et al. 2015, eq. 1) divided by the sum of the weights, so that it does not depend
    on how many pixels have a label. With smoothing ε the label is 1 − ε + ε/K of its class and ε/K of each other
    (Szegedy et al. 2016). Torch's own function does it; smp's knows no weights of classes, and without ignored
    pixels its result has another shape. A class that is absent from the batch adds nothing but its part of the smoothing.

    Args:
        logits: (N, K, h, w).
        target: what they are compared with.
        class_weights: (K,), or None for 1 each.
        smoothing: ε.
    """
    each = functional.cross_entropy(
        logits,
        target.labels,
        weight=class_weights,
        ignore_index=IGNORED,
        reduction="none",
        label_smoothing=smoothing,
    )
    return (each * target.weights).sum() / target.emphasis(class_weights).sum().clamp_min(TINY)
