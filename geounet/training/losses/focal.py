"""Focal loss: a cross-entropy that heeds less what is already right."""

import torch
from torch import Tensor
from torch.nn import functional

from geounet.training.losses.target import TINY, Target
from geounet.training.scenes.labels import IGNORED


def focal_loss(
    logits: Tensor, target: Target, *, gamma: float, class_weights: Tensor | None = None
) -> Tensor:
    """Mean of (1 − p)^γ · −log p over pixels, p the score of a pixel's class; a scalar, weighted as the cross-entropy is.

    Lin et al. (2017), "Focal loss for dense object detection", eq. 4 and 5, on the softmax; γ = 0 is the cross-entropy.
    The paper divides by the number of anchors that hold an object; here, as is usual in segmentation, by the sum of
    the weights. smp's takes a sigmoid a class on logits that the network turns into scores by a softmax, has no
    weights of pixels, is NaN where no pixel counts, and has NaN for a gradient where γ < 1 and a score reaches 1.

    Args:
        logits: (N, K, h, w).
        target: what they are compared with.
        gamma: γ, at least 0.
        class_weights: α, (K,), or None for 1 each.
    """
    entropy = functional.cross_entropy(logits, target.labels, ignore_index=IGNORED, reduction="none")
    # 1 − p by expm1 keeps its digits near 0; the root of 0 has no slope, so it stops short of 0.
    missing = -torch.expm1(-entropy)
    each = missing.clamp_min(torch.finfo(missing.dtype).eps).pow(gamma) * entropy
    emphasis = target.emphasis(class_weights)
    return (each * emphasis).sum() / emphasis.sum().clamp_min(TINY)
