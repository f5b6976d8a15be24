"""Temperature scaling (Guo et al. 2017): probabilities that mean what they say."""

import math

from geounet.training.validation.sample import Sample

LOWEST, HIGHEST = 0.1, 10.0
"""Where the temperature is looked for; labels that are all right would have it at 0."""


def best_temperature(sample: Sample) -> float:
    """The number that logits are divided by where labels are likeliest: the least mean negative log-likelihood.

    1 for a sample without pixels.
    """
    if not len(sample.labels):
        return 1.0
    from scipy.optimize import minimize_scalar  # a second of imports that only the end of a run needs

    # The likelihood has one maximum: it is convex in 1 / T.
    bounds = math.log(LOWEST), math.log(HIGHEST)
    found = minimize_scalar(lambda log: sample.nll(math.exp(log)), bounds=bounds, method="bounded")
    return math.exp(found.x)
