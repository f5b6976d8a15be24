"""`python -m benchmarks.engine_child JSON`: an engine that runs a batch for each line with its size; prints seconds."""

import json
import os
import sys
from time import perf_counter

import numpy as np

import geounet
from geounet.models.engines import torch as eager


def main() -> None:
    """Load what the argument tells, say what it is, and run until standard input ends."""
    told = json.loads(sys.argv[1])
    if not told["keep"]:
        vars(eager)["keep_activations"] = lambda: None
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)  # what libraries print is no answer
        engine = geounet.load_model(told["model"], engine=told["engine"], precision="float32")
        print(json.dumps(engine.describe()), file=answers, flush=True)
        random = np.random.default_rng(0)
        for line in sys.stdin:
            shape = (int(line), engine.card.channels, told["tile"], told["tile"])
            patches = random.normal(size=shape).astype(np.float32)
            started = perf_counter()
            engine(patches)
            print(perf_counter() - started, file=answers, flush=True)


if __name__ == "__main__":
    main()
