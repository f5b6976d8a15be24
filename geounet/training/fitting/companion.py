"""The process of a further device: `python -m geounet.training.fitting.companion CONFIG.toml [--resume]`; see devices.py."""

import logging
import os
import sys
import threading

from geounet.training.config import TrainConfig


def main(config: str, *options: str) -> None:
    """Train beside the first process, and end with it."""
    logging.basicConfig(level=logging.INFO)
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    from geounet.training.fitting.loop import fit

    fit(TrainConfig.from_toml(config), progress=None, resume="--resume" in options)


def _end_with_stdin() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)  # the first process is gone; what it had not written is not to be


if __name__ == "__main__":
    main(*sys.argv[1:])
