"""Rasters on servers (http, https, s3, gs, az) → items: read in place, by ranges of bytes, through GDAL."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from urllib.parse import urldefrag, urlsplit

from geounet.batching.item import Item
from geounet.batching.options import SourceOptions
from geounet.batching.sources import signing
from geounet.batching.sources.addresses import (
    BUCKETS,
    azure_account,
    gdal_address,
    is_address,
    shown,
    unsigned,
)
from geounet.batching.sources.kinds import is_raster_name
from geounet.batching.sources.listing import BucketFile, bucket_file, bucket_files
from geounet.batching.sources.web import fetch
from geounet.errors import MissingDependencyError, OptionsError, SceneError
from geounet.raster import network
from geounet.raster.address import RasterAddress
from geounet.raster.virtual_document import sources_of

DRIVERS = ("GTiff", "JP2OpenJPEG", "PNG", "JPEG", "WEBP")
"""GDAL's drivers for what lies on servers: none of them reads another file, as a VRT may."""

ASKED_AT_ONCE = 8
"""Servers' answers that are waited for side by side, when a list of addresses is made known."""


def is_remote(text: str) -> bool:
    """Whether a text is an address on a server, as people write it or as GDAL does (`/vsis3/…`)."""
    return is_address(text)


def remote_items(text: str, options: SourceOptions) -> Iterator[Item]:
    """The raster at an address; below a bucket's prefix that ends in `/`, all rasters.

    The server is asked for each one's etag, size and date. One that does not answer is an item all the same, which is
    known by its address: its job will say what is wrong. Raises OptionsError for a web folder, which cannot be listed,
    and SceneError for a prefix without rasters.
    """
    if not text.endswith("/"):
        yield remote_item(text, options)
        return
    if urlsplit(text).scheme.lower() not in BUCKETS:
        raise OptionsError(
            f"{shown(text)} is a folder on a web server, which cannot be listed; pass the files, or a list"
        )
    yield from _below(text, options)


def remote_items_of(texts: Iterable[str], options: SourceOptions) -> Iterator[Item]:
    """The rasters at many addresses, in their order; servers are asked side by side."""
    with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
        waiting: deque[Future[list[Item]]] = deque()
        for text in texts:
            waiting.append(pool.submit(lambda given: list(remote_items(given, options)), text))
            if len(waiting) > 2 * ASKED_AT_ONCE:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def remote_item(text: str, options: SourceOptions) -> Item:
    """The raster at an address; what is secret in the address is kept in memory alone."""
    raster = remote_raster(text, sign=options.sign)
    url = unsigned(urldefrag(text)[0])
    name = urlsplit(url).path.rpartition("/")[2]
    identity: dict[str, str | int] = {"url": url, **_known(text)}
    if name.lower().endswith(".vrt"):
        identity["refused"] = (
            f"{name} is a virtual raster on a server, which may read any file; expected a raster: fetch it if you trust it"
        )
    return Item(name=name or "raster", raster=raster, identity=identity, shown=shown(text))


def remote_raster(text: str, *, sign: str = "none", catalogue: str = "") -> RasterAddress:
    """How GDAL opens what lies at an address; `catalogue` is the address of the STAC item that names it."""
    text = urldefrag(text)[0]
    clean = unsigned(text)
    address = gdal_address(clean)
    signer = signing.signer_of(address, sign, catalogue=catalogue)
    config = remote_config(text)
    if clean != text:
        signing.keep(address, gdal_address(text))
        # What is signed for reading alone is refused when GDAL asks for its size first.
        signer, config = signing.GIVEN, (*config, ("CPL_VSIL_CURL_USE_HEAD", "NO"))
    return RasterAddress(address=address, drivers=DRIVERS, siblings=False, config=config, signing=signer)


def remote_config(url: str = "") -> tuple[tuple[str, str], ...]:
    """GDAL's configuration for reads from a server (`raster.network.CONFIG`), and what the address says of its account."""
    account = azure_account(url)
    more = (("AZURE_STORAGE_ACCOUNT", account),) if account else ()
    return network.CONFIG + more + (_endpoint() if urlsplit(url).scheme == "s3" or "/vsis3/" in url else ())


def reads_network(raster: RasterAddress) -> bool:
    """Whether opening and reading a raster asks a server: also of a document, whose address is a name for people."""
    return (
        is_remote(raster.address) or raster.signing is not None or set(network.CONFIG) <= set(raster.config)
    )


def forget(address: str) -> None:
    """Have GDAL forget what it knows of an address, its failures too, so that another try asks the server again."""
    if is_remote(address):
        for form in signing.signed_forms(address):
            network.forget(form)


def forget_raster(raster: RasterAddress) -> None:
    """As `forget`, of all files on servers that a raster is read from: of a document, each that it names."""
    names = [raster.address] if raster.document is None else sources_of(raster.document)
    for file in {network.served_file(name) for name in names} - {None}:
        forget(str(file))


def _below(prefix: str, options: SourceOptions) -> Iterator[Item]:
    """The rasters below a bucket's prefix."""
    parts = urlsplit(prefix)
    root, above = f"{parts.scheme}://{parts.netloc}/", parts.path.lstrip("/")
    empty = True
    for found in bucket_files(prefix):
        if is_raster_name(found.key.rpartition("/")[2]) and not found.key.lower().endswith(".vrt"):
            empty = False
            url = root + found.key
            raster = remote_raster(url, sign=options.sign)
            identity = {"url": url, **_of_file(found)}
            yield Item(name=found.key.removeprefix(above), raster=raster, identity=identity, shown=url)
    if empty:
        raise SceneError(
            f"{prefix} holds no raster; expected GeoTIFF, JPEG 2000, PNG, JPEG or WebP: check the prefix"
        )


def _known(text: str) -> dict[str, str | int]:
    """What a server says of a file; nothing where it does not answer."""
    scheme = urlsplit(text).scheme.lower()
    try:
        if scheme in BUCKETS:
            return _of_file(bucket_file(text))
        # The first byte, and not HEAD: an address that was signed for reading is refused for anything else.
        headers = fetch(text, headers={"Range": "bytes=0-0"}, most=1).headers
    except (SceneError, MissingDependencyError):
        return {}
    size = headers.get("content-range", "").rpartition("/")[2] or headers.get("content-length", "")
    known: dict[str, str | int] = {"size": int(size)} if size.isdigit() else {}
    says = headers.get("etag") or headers.get("last-modified")
    return known | ({"etag": says} if says else {})


def _of_file(found: BucketFile) -> dict[str, str | int]:
    return {"etag": found.etag or found.modified, "size": found.size}


def _endpoint() -> tuple[tuple[str, str], ...]:
    """Amazon's own variable for another server, as GDAL has it, unless GDAL was told already."""
    parts = urlsplit(os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or "")
    if not parts.netloc or "AWS_S3_ENDPOINT" in os.environ:
        return ()
    secure = "YES" if parts.scheme == "https" else "NO"
    return (("AWS_S3_ENDPOINT", parts.netloc), ("AWS_HTTPS", secure), ("AWS_VIRTUAL_HOSTING", "FALSE"))
