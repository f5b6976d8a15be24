"""sha256 of files: of their bytes, and of what they say where a program that only looks at a file changes its bytes."""

import hashlib
from pathlib import Path

SQLITE = b"SQLite format 3\x00"
_HEADER = 100
_OWN = ((18, 20), (24, 28), (92, 100))
"""What SQLite keeps for itself in its header (https://www.sqlite.org/fileformat.html): how it is journaled, how often it was
written, when that was last noted, and by which version."""

_BLOCK = 1 << 20


def file_sha256(path: Path) -> str:
    """sha256 of a file, in hexadecimal. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_sha256(path: Path) -> str:
    """sha256 of a file without what opening it may change: a GeoPackage in a map is journaled in another way.

    Of a file that is not SQLite's it is `file_sha256`. Raises OSError where it cannot be read.
    """
    with path.open("rb") as file:
        found = hashlib.sha256(_said(file.read(_HEADER)))
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def both_sha256(path: Path) -> tuple[str, str]:
    """`file_sha256` and `content_sha256` of a file that is read once. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        header = file.read(_HEADER)
        whole, content = hashlib.sha256(header), hashlib.sha256(_said(header))
        while block := file.read(_BLOCK):
            whole.update(block)
            content.update(block)
    return whole.hexdigest(), content.hexdigest()


def _said(header: bytes) -> bytes:
    """A file's first bytes, of SQLite's without its own."""
    said = bytearray(header)
    if said.startswith(SQLITE):
        for start, stop in _OWN:
            said[start:stop] = bytes(stop - start)
    return bytes(said)
