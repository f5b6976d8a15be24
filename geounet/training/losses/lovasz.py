"""Lovász-Softmax: the Jaccard index of labels, made convex in the errors of scores.

Berman, Triki and Blaschko (2018), "The Lovász-Softmax loss: a tractable surrogate for the optimization of the
intersection-over-union measure in neural networks".
"""

import torch
from torch import Tensor

from geounet.training.losses.target import Target, mean_over_present


def lovasz_loss(scores: Tensor, target: Target) -> Tensor:
    """The Lovász extension of 1 − Jaccard at the batch's errors; the mean over the classes that are there; a scalar.

    Classes and pixels count as in tversky_loss; at hard scores it is 1 − the Jaccard index. Ours rather than smp's
    (its authors' code), which gives no scalar where no pixel counts, sorts floats within autograd, and takes slopes
    as differences of float32 numbers near 1, where a million pixels leave few digits.

    Args:
        scores: (N, K, h, w) float32 probabilities.
        target: what they are compared with.
    """
    truth, counted = target.truth(scores.shape[1]), target.counted.flatten()
    each = [
        _extension(scores[:, k].flatten(), truth[:, k].flatten(), counted=counted)
        for k in range(scores.shape[1])
    ]
    return mean_over_present(torch.stack(each), truth.sum(dim=(0, 2, 3)))


def _extension(scores: Tensor, truth: Tensor, *, counted: Tensor) -> Tensor:
    """One class's: scores (P,), which pixels are of it, and which count."""
    errors = (truth.to(scores.dtype) - scores).abs()
    return (errors * _slopes(errors.detach(), truth, counted=counted)).sum()


def _slopes(errors: Tensor, truth: Tensor, *, counted: Tensor) -> Tensor:
    """What each pixel (P,) adds to 1 − Jaccard where they turn wrong one by one, the largest error first.

    The paper's algorithm 1. With T pixels of the class, m of them and f others wrong, 1 − Jaccard is (m + f) / (T + f). One
    more of the class adds 1 / (T + f); the f-th other adds (T − m) / ((T + f)(T + f − 1)). Pixels that do not count
    come last, when m is T, and so add 0.
    """
    # Bits of floats from 0 on are ordered as the floats are, and torch sorts integers, upwards, by radix: 14 times as fast.
    falling = -errors.view(torch.int32)
    order = falling.masked_fill(~counted, 1).argsort()
    hit = truth[order]
    total = truth.sum()
    wrong = hit.cumsum(0, dtype=torch.int32)
    ranks = torch.arange(1, len(hit) + 1, dtype=torch.int32, device=hit.device)
    union = (total + ranks - wrong).to(errors.dtype)
    slopes = torch.where(hit, 1 / union, (total - wrong) / (union * (union - 1).clamp_min(1)))
    return torch.empty_like(slopes).scatter_(0, order, slopes)
