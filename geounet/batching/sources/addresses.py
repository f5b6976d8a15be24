"""Addresses on servers: what of them names a file, what is secret, and how GDAL calls them."""

import re
from urllib.parse import quote, urlsplit, urlunsplit

from geounet.errors import OptionsError

SCHEMES = ("http", "https", "s3", "gs", "az", "abfs", "abfss")
"""Schemes of addresses on servers."""

BUCKETS = ("s3", "gs", "az", "abfs", "abfss")
"""Those whose folders can be listed."""

_FOLDERS = {"s3": "/vsis3/", "gs": "/vsigs/", "az": "/vsiaz/", "abfs": "/vsiaz/", "abfss": "/vsiaz/"}

_GDAL = re.compile(r"/vsi(curl|s3|gs|az|adls)/")

_SECRET = re.compile(
    r"(x-amz-.*|x-goog-.*|awsaccesskeyid|googleaccessid|signature|expires|policy|key-pair-id|"
    r"sig|.*token|jwt|api[-_]?key|apikey|access[-_]?key|subscription[-_]?key|secret|password|passwd|pwd|auth|"
    r"authorization|credentials?)",
    re.IGNORECASE,
)
"""Parameters of a query that let their holder in, or that change each time an address is signed."""

_SAS = frozenset(
    {
        "sv", "ss", "srt", "sp", "se", "st", "spr", "sip", "sr", "sdd", "si", "skoid", "sktid", "skt", "ske", "sks",
        "skv", "saoid", "suoid", "scid", "rscc", "rscd", "rsce", "rscl", "rsct",
    }
)  # fmt: skip
"""Parameters that Azure's signature covers; short enough to mean something else where there is no `sig`."""


def is_address(text: str) -> bool:
    """Whether a text is an address on a server, as people or as GDAL write it."""
    return (text.partition("://")[0].lower() in SCHEMES and "://" in text) or bool(_GDAL.match(text))


def gdal_address(url: str) -> str:
    """A URL as GDAL's virtual file systems call it; what GDAL calls so already stays as it is.

    `az://container/path` and `abfs://container@account…/path` are Azure's blobs. Raises OptionsError where it names
    nothing that GDAL reads.
    """
    if _GDAL.match(url):
        return url
    parts = urlsplit(url)
    if parts.scheme.lower() in ("http", "https"):
        return "/vsicurl/" + quote(url, safe=";/?:@&=+$,%#[]!*'()~{}")
    if parts.scheme.lower() not in _FOLDERS:
        raise OptionsError(
            f"{shown(url)} is no address that geounet reads; expected one of {', '.join(SCHEMES)}://…"
        )
    bucket, _, key = url.partition("://")[2].partition("/")
    return f"{_FOLDERS[parts.scheme.lower()]}{bucket.partition('@')[0]}/{key}"


def azure_account(url: str) -> str | None:
    """The account that an `abfs://container@account.dfs.core.windows.net/…` names."""
    host = urlsplit(url).netloc.partition("@")[2] if url.lower().startswith("abfs") else ""
    return host.partition(".")[0] or None


def unsigned(url: str, *, more: frozenset[str] = frozenset()) -> str:
    """An address without user, password and the secret parameters of its query, nor those named by `more`.

    What else the query has stays: it may say which file is meant.
    """
    begin = _GDAL.match(url)
    head, url = (url[: begin.end()], url[begin.end() :]) if begin else ("", url)
    parts = urlsplit(url)
    if "://" not in url or parts.scheme.lower() in BUCKETS:
        return head + url
    pairs = [pair for pair in parts.query.split("&") if pair]
    names = {pair.partition("=")[0].lower() for pair in pairs}
    dropped = more | (_SAS if "sig" in names else frozenset())
    kept = [pair for pair in pairs if not _is_secret(pair.partition("=")[0].lower(), dropped)]
    netloc = parts.netloc.rpartition("@")[2]
    return head + urlunsplit((parts.scheme, netloc, parts.path, "&".join(kept), ""))


def shown(url: str) -> str:
    """An address for people: without user, password and query."""
    parts = urlsplit(unsigned(_GDAL.sub("", url) if url.startswith("/vsicurl/") else url))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def _is_secret(name: str, dropped: frozenset[str]) -> bool:
    return name in dropped or bool(_SECRET.fullmatch(name))
