"""An ONNX file given in a bundle's place: made a bundle once, and kept in the user's cache."""

import hashlib
import re
import tempfile
from pathlib import Path
from shlex import quote

from geounet import __version__
from geounet.digests import file_sha256
from geounet.errors import ModelError, OutputError
from geounet.models.bundle import CARD
from geounet.models.cache import cache_folder
from geounet.models.exchange.import_onnx import import_onnx

_KEY_LENGTH = 80


def bundle_of_file(path: Path) -> Path:
    """The folder of the bundle made of an ONNX file that says what it is: with geounet's card in it, or Deepness's keys.

    Another content, name or version of geounet, which may read it in another way, is another bundle. Raises ModelError where
    a key is missing or it is no segmentation network, OutputError where the cache cannot be written, and
    MissingDependencyError without onnx and onnxruntime.
    """
    try:
        digest = file_sha256(path)
    except OSError as error:
        raise ModelError(f"model {path} cannot be read ({error.strerror}); check its rights") from error
    name = re.sub(r"[^\w.-]+", "_", path.stem, flags=re.ASCII)[:_KEY_LENGTH]
    key = hashlib.sha256(f"{digest}\n{__version__}".encode()).hexdigest()
    folder = cache_folder() / "onnx" / f"{name}-{key[:16]}"
    if not (folder / CARD).is_file():
        _make(path, folder)
    return folder


def _make(path: Path, folder: Path) -> None:
    """Import a file beside its place, and move it there: a whole one that another process has put there meanwhile stays."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".import-", dir=folder.parent) as place:
            made = import_onnx(path, out=Path(place) / folder.name).folder
            _move(made, folder)
    except ModelError as error:
        if "pass --" not in str(error):
            raise
        advised = f"geounet models import {quote(str(path))} -o {quote(path.stem)}"
        raise ModelError(f"{error} to: {advised}") from error
    except OSError as error:
        raise OutputError(
            f"cache {folder.parent} cannot be written ({error.strerror or error}); set GEOUNET_CACHE to another folder"
        ) from error


def _move(made: Path, folder: Path) -> None:
    try:
        made.rename(folder)  # which replaces no folder that holds anything
    except OSError:
        if not (folder / CARD).is_file():
            raise
