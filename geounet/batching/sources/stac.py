"""STAC → items: items and collections of them, catalogues that link to one another, and searches of an API."""

import json
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from geounet.batching.item import Item
from geounet.batching.options import SourceOptions
from geounet.batching.sources.addresses import is_address
from geounet.batching.sources.assets import asset_item
from geounet.batching.sources.catalogues import Document, is_stac_document, item_documents, read_document
from geounet.errors import GeounetWarning

HEAD = 65_536
"""Bytes of a file on this machine that are looked at."""


def is_stac(text: str) -> bool:
    """Whether a path or an address is STAC, without asking a server.

    A JSON file on this machine is looked into. An address is by how it is called: it ends in `.json`, in `/search`, or
    has `stac`, `collections` or `items` in its path and nothing there that looks like a file.
    """
    if is_address(text):
        return _is_called_stac(text)
    path = Path(text)
    if path.suffix.lower() not in (".json", ".geojson") or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
        return b'"stac_version"' in head or (
            path.stat().st_size <= HEAD and is_stac_document(json.loads(head))
        )
    except (OSError, ValueError):
        return False


def stac_items(text: str, options: SourceOptions) -> Iterator[Item]:
    """The chosen asset of each STAC item behind a path or an address, found as they are needed.

    `options.collections`, `bbox`, `datetime` and `limit` choose items of catalogues too. An item that lacks the assets
    is refused by its own line, and the rest go on. Raises SceneError where a document cannot be read or holds no item,
    and OptionsError where an API is asked for all that it has.
    """
    documents = islice(item_documents(_read(text), options), options.limit)
    found = 0
    for document in documents:
        found += 1
        yield asset_item(document, options)
    if not found:
        warnings.warn(
            f"{Document(address=text, content={}).shown} has no STAC item that fits what was asked for",
            GeounetWarning,
            stacklevel=2,
        )


def _read(text: str) -> Document:
    return read_document(text if is_address(text) else str(Path(text).absolute()))


def _is_called_stac(text: str) -> bool:
    parts = urlsplit(text)
    path = parts.path.lower().rstrip("/")
    last = path.rpartition("/")[2]
    if last.endswith((".json", ".geojson")) or last == "search":
        return True
    named = (
        any(word in path.split("/") for word in ("collections", "items")) or "stac" in f"{parts.netloc}{path}"
    )
    return parts.scheme in ("http", "https") and named and ("." not in last or last.startswith("v"))
