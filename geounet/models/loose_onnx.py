"""An ONNX file given in a bundle's place: made a bundle once, and kept in the user's cache."""

import re
from pathlib import Path

from geounet.digests import file_sha256
from geounet.errors import ModelError
from geounet.models.bundle import CARD
from geounet.models.cache import cache_folder
from geounet.models.exchange.import_onnx import import_onnx

_KEY_LENGTH = 80


def bundle_of_file(path: Path) -> Path:
    """The folder of the bundle made of an ONNX file that says what it is: with geounet's card in it, or Deepness's keys.

    Another content or name is another bundle. Raises ModelError where a key is missing or it is no segmentation network,
    OutputError where the cache cannot be written, and MissingDependencyError without onnx and onnxruntime.
    """
    try:
        digest = file_sha256(path)
    except OSError as error:
        raise ModelError(f"model {path} cannot be read ({error.strerror}); check its rights") from error
    name = re.sub(r"[^\w.-]+", "_", path.stem, flags=re.ASCII)[:_KEY_LENGTH]
    folder = cache_folder() / "onnx" / f"{name}-{digest[:16]}"
    if (folder / CARD).is_file():
        return folder
    try:
        import_onnx(path, out=folder, overwrite=True)
    except ModelError as error:
        if "pass --" not in str(error):
            raise
        raise ModelError(f"{error} to: geounet models import {path} -o {path.stem}") from error
    return folder
