"""Everything random in a batch follows from the run's seed, the batch's number and the device's."""

import numpy as np
import torch


def seed_batch(seed: int, number: int, *, rank: int) -> None:
    """Seed torch's generators, on every device, for one batch of one device."""
    (state,) = np.random.SeedSequence([seed, number, rank]).generate_state(1, np.uint64)
    torch.manual_seed(int(state))
