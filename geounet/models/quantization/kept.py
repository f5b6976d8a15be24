"""Graphs of integers that were made once, in the user's cache: by model, by calibration, and by what makes them."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from geounet import __version__
from geounet.errors import OutputError
from geounet.models.bundle import Bundle
from geounet.models.cache import cache_folder
from geounet.models.engines.libraries import version_of
from geounet.models.quantization.calibration import Calibration
from geounet.outputs import atomic_target

MAKERS = ("onnx", "onnxruntime")
"""With another version of one it may be another graph."""

_SEAL = hashlib.sha256().digest_size
"""Bytes at a kept file's end by which it is known to be whole."""


def kept(bundle: Bundle, calibration: Calibration, make: Callable[[], bytes]) -> bytes:
    """The bytes that `make` gave for this model and calibration, now or earlier; what was damaged since is made anew.

    A cache that cannot be written, or is full, is no failure: they are then made each time.
    """
    path = _place(bundle, calibration)
    with suppress(OSError):
        found = path.read_bytes()
        content, seal = found[:-_SEAL], found[-_SEAL:]
        if seal == hashlib.sha256(content).digest():
            return content
    content = make()
    with suppress(OSError, OutputError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_target(path, overwrite=True) as draft:
            draft.write_bytes(content + hashlib.sha256(content).digest())
    return content


def _place(bundle: Bundle, calibration: Calibration) -> Path:
    said = [bundle.digest, calibration.digest, __version__, *(version_of(name) for name in MAKERS)]
    key = hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]
    return cache_folder() / "int8" / f"{key}.sealed"
