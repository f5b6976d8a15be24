"""STAC documents: reading them, and walking from a catalogue, a collection or an API to the items."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeGuard
from urllib.parse import urljoin, urlsplit

from geounet.batching.options import SourceOptions
from geounet.batching.sources.addresses import BUCKETS, is_address, shown
from geounet.batching.sources.listing import bucket_bytes
from geounet.batching.sources.moments import meets, span
from geounet.batching.sources.web import MAX_BYTES, read_json
from geounet.errors import MissingDependencyError, OptionsError, SceneError
from geounet.georeference import transformer_between

DEEPEST = 32
"""How many catalogues may lie in one another."""

PAGE = 100
"""Items that an API is asked for at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A STAC document, and where it lies."""

    address: str
    """A path or a URL, with its query."""
    content: Mapping[str, Any]

    @property
    def shown(self) -> str:
        """Its address for people."""
        return shown(self.address) if is_address(self.address) else Path(self.address).name

    def resolved(self, href: str) -> str:
        """A reference of the document's as a whole address.

        What a server says may name no file on this machine: SceneError where it does.
        """
        if is_address(self.address):
            whole = _joined(self.address, href)
            if urlsplit(whole).scheme not in (*BUCKETS, "http", "https"):
                raise SceneError(
                    f"{self.shown} names {shown(href)}, which is on no server; expected http(s), s3, gs or az"
                )
            return whole
        return (
            href
            if is_address(href)
            else str((Path(self.address).parent / href.removeprefix("file://")).absolute())
        )


def read_document(address: str) -> Document:
    """The document at a path or an address; SceneError where it is none of STAC's."""
    name = Document(address=address, content={}).shown
    if not is_address(address):
        content = _parsed(_file(Path(address)), name)
    elif urlsplit(address).scheme in BUCKETS:
        content = _parsed(bucket_bytes(address), name)
    else:
        content = read_json(address)
    if not is_stac_document(content):
        raise SceneError(
            f"{name} is no STAC document; expected an item, a collection of items or a catalogue"
        )
    return Document(address=address, content=content)


def is_stac_document(content: object) -> TypeGuard[dict[str, Any]]:
    """Whether JSON is an item, a collection of items, a collection or a catalogue."""
    if not isinstance(content, dict):
        return False
    features = content.get("features")
    if isinstance(features, list):
        return not features or (isinstance(features[0], dict) and "assets" in features[0])
    return "stac_version" in content or (content.get("type") == "Feature" and "assets" in content)


def item_documents(document: Document, options: SourceOptions) -> Iterator[Document]:
    """The items behind a document that fit the options, each once, read when they are needed."""
    fits = _Filter.of(options)
    return (item for item in _walk(document, options, seen={document.address}, depth=0) if fits(item.content))


def _walk(document: Document, options: SourceOptions, *, seen: set[str], depth: int) -> Iterator[Document]:
    content = document.content
    if "features" in content:
        yield from _pages(document, seen)
    elif content.get("type") == "Feature":
        yield document
    elif (search := _link(document, "search")) is not None and content.get("type", "Catalog") == "Catalog":
        yield from _searched(document, search, options)
    elif (listing := _link(document, "items")) is not None:
        yield from _pages(read_document(listing), seen)
    else:
        yield from _below(document, options, seen=seen, depth=depth)


def _below(document: Document, options: SourceOptions, *, seen: set[str], depth: int) -> Iterator[Document]:
    """The items that a static catalogue links to, its own before those of catalogues in it."""
    if depth > DEEPEST:
        raise SceneError(
            f"{document.shown} lies in more than {DEEPEST} catalogues; expected fewer: give one of them"
        )
    for address in [*_links(document, "item"), *_links(document, "child")]:
        if address not in seen:
            seen.add(address)
            yield from _walk(read_document(address), options, seen=seen, depth=depth + 1)


def _pages(document: Document, seen: set[str]) -> Iterator[Document]:
    """The features of a collection of items, and of the pages after it."""
    while True:
        for feature in document.content.get("features", ()):
            yield Document(address=_self(document, feature), content=feature)
        following = _link(document, "next")
        if following is None or following in seen:
            return
        seen.add(following)
        document = read_document(following)


def _self(document: Document, feature: Mapping[str, Any]) -> str:
    """Where an item of a page says that it lies itself, which its references are relative to."""
    own = _link(Document(address=document.address, content=feature), "self")
    return own if own is not None and is_address(own) == is_address(document.address) else document.address


def _searched(document: Document, search: str, options: SourceOptions) -> Iterator[Document]:
    """What an API finds."""
    if not (options.collections or options.bbox or options.datetime):
        raise OptionsError(
            f"{document.shown} is an API, which may have millions of items; pass --collections, --bbox or --datetime"
        )
    try:
        from pystac_client import ItemSearch
        from pystac_client.exceptions import APIError
    except ImportError as error:
        raise MissingDependencyError(
            "pystac-client is not installed; searches of a STAC API need it: pip install 'geounet[cloud]'"
        ) from error
    found = ItemSearch(
        search,
        method="GET",
        limit=PAGE,
        max_items=options.limit,
        collections=list(options.collections) or None,
        bbox=_degrees(options),
        datetime=options.datetime,
    )
    try:
        for feature in found.items_as_dicts():
            yield Document(address=_self(document, feature), content=feature)
    except (APIError, OSError) as error:
        raise SceneError(
            f"{document.shown} cannot be searched ({type(error).__name__}); check the collections and the connection"
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filter:
    """Which items of a catalogue are meant; a server that searches has looked already, and is believed no less."""

    collections: frozenset[str]
    bbox: tuple[float, float, float, float] | None
    times: tuple[datetime, datetime] | None

    @classmethod
    def of(cls, options: SourceOptions) -> "_Filter":
        return cls(
            collections=frozenset(options.collections),
            bbox=_degrees(options),
            times=None if options.datetime is None else span(options.datetime),
        )

    def __call__(self, item: Mapping[str, Any]) -> bool:
        if self.collections and item.get("collection") not in self.collections:
            return False
        box = item.get("bbox")
        if self.bbox is not None and box:
            (west, south), (east, north) = box[:2], box[len(box) // 2 :][:2]  # a height may stand after each
            if west > self.bbox[2] or east < self.bbox[0] or south > self.bbox[3] or north < self.bbox[1]:
                return False
        moment = item_time(item)
        return self.times is None or moment is None or meets(moment, self.times)


def item_time(item: Mapping[str, Any]) -> str | None:
    """When an item was taken, or from when to when; None where it does not say."""
    properties = item.get("properties") or {}
    if properties.get("datetime"):
        return str(properties["datetime"])
    begin, end = properties.get("start_datetime"), properties.get("end_datetime")
    return f"{begin or '..'}/{end or '..'}" if begin or end else None


def _degrees(options: SourceOptions) -> tuple[float, float, float, float] | None:
    """The options' rectangle as west, south, east and north."""
    box = options.bbox
    if box is None:
        return None
    if box.crs is None:
        return box.xmin, box.ymin, box.xmax, box.ymax
    to_degrees = transformer_between(box.crs, "EPSG:4326")
    west, south, east, north = to_degrees.transform_bounds(box.xmin, box.ymin, box.xmax, box.ymax)
    return float(west), float(south), float(east), float(north)


def _link(document: Document, relation: str) -> str | None:
    return next(iter(_links(document, relation)), None)


def _links(document: Document, relation: str) -> list[str]:
    """Whole addresses of a document's links of a kind."""
    links = document.content.get("links") or ()
    return [
        document.resolved(str(link["href"]))
        for link in links
        if link.get("rel") == relation and "href" in link
    ]


def _joined(base: str, href: str) -> str:
    """A reference, relative to an address; buckets' addresses too, which urllib does not know."""
    scheme, _, rest = base.partition("://")
    if "://" in href or scheme in ("http", "https"):
        return urljoin(base, href)
    return urljoin(f"http://{rest}", href).replace("http://", f"{scheme}://", 1)


def _file(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SceneError(
                f"{path.name} is larger than {MAX_BYTES:,} bytes; expected a STAC document: cut it up"
            )
        return path.read_bytes()
    except OSError as error:
        raise SceneError(f"{path.name} cannot be read ({error.strerror}); check the path") from error


def _parsed(content: bytes, name: str) -> object:
    try:
        return json.loads(content)
    except ValueError as error:
        raise SceneError(f"{name} is no JSON ({error}); expected a STAC document: check the file") from error
