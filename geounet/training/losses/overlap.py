"""Tversky's index of each class as a loss; Dice and Jaccard are two of its cases.

Ours rather than smp's: smp counts a class that is absent as one that is right, so that a batch of background alone
has half the loss.
"""

from torch import Tensor

from geounet.training.losses.target import Target, mean_over_present

LEAST = 1e-7
"""Least denominator, in pixels."""


def tversky_loss(scores: Tensor, target: Target, *, alpha: float, beta: float) -> Tensor:
    """1 − TP / (TP + α FP + β FN), the mean over the classes that are there; a scalar.

    Salehi, Erdogmus and Gholipour (2017), "Tversky loss function for image segmentation using 3D fully convolutional
    deep networks", with scores in the place of counts, summed over the whole batch. A class of which no pixel is
    labelled has no index: what is wrongly taken for it is missing from the classes that are there. Pixels count or
    do not; their weights are the cross-entropy's.

    Args:
        scores: (N, K, h, w) probabilities.
        target: what they are compared with.
        alpha: what a false positive counts, at least 0.
        beta: what a miss counts, at least 0.
    """
    truth = target.truth(scores.shape[1]).to(scores.dtype)
    pixels = truth.sum(dim=(0, 2, 3))
    hits = (scores * truth).sum(dim=(0, 2, 3))
    wrong = (scores * target.counted[:, None]).sum(dim=(0, 2, 3)) - hits
    index = hits / (hits + alpha * wrong + beta * (pixels - hits)).clamp_min(LEAST)
    return mean_over_present(1 - index, pixels)


def dice_loss(scores: Tensor, target: Target) -> Tensor:
    """1 − 2 Σ p t / Σ (p + t), the mean over the classes that are there; see tversky_loss.

    Milletari, Navab and Ahmadi (2016), "V-Net", with the plain sums of Drozdzal et al. (2016) in the place of its
    squares, so that it is the F1 score of hard labels.
    """
    return tversky_loss(scores, target, alpha=0.5, beta=0.5)


def jaccard_loss(scores: Tensor, target: Target) -> Tensor:
    """1 − Σ p t / Σ (p + t − p t), the mean over the classes that are there; see tversky_loss.

    Rahman and Wang (2016), "Optimizing intersection-over-union in deep neural networks for image segmentation".
    """
    return tversky_loss(scores, target, alpha=1.0, beta=1.0)
