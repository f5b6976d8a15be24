"""Small answers of servers: documents, ranges of bytes, and what a server says of a file."""

import http.client
import json
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from geounet.batching.sources.addresses import shown
from geounet.errors import SceneError

TIMEOUT_S = 30.0
"""Longest silence of a server."""

TRIES = 5
"""How often a server is asked that is busy or hangs up."""

BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that may be others later."""

MAX_BYTES = 256 << 20
"""Largest document."""

_PAUSE_S = 0.5

_BROKEN = (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server sent."""

    body: bytes
    """At most as much as was asked for."""
    headers: Mapping[str, str]
    """By name in lower case."""


class StatusError(SceneError):
    """A server's answer is an error."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def fetch(url: str, *, headers: Mapping[str, str] | None = None, most: int = MAX_BYTES) -> Answer:
    """The answer to a request, at most `most` bytes of it; a busy server is asked again.

    Raises SceneError where there is none, StatusError where that is the server's word; neither names a query, which may
    hold a signature.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise SceneError(f"{shown(url)} is no web address; expected http:// or https://")
    for attempt in range(TRIES):
        try:
            return _once(url, headers or {}, most)
        except _BROKEN as error:
            status = getattr(error, "code", None)
            if attempt + 1 == TRIES or (status is not None and status not in BUSY):
                raise _failure(url, error) from None  # the cause has the query in its arguments
            time.sleep(_PAUSE_S * 2**attempt)
    raise AssertionError("unreachable")


def fetch_range(url: str, offset: int, length: int) -> bytes:
    """Bytes `offset` … of a file on a server, as many as there are; SceneError where it does not give ranges."""
    answer = fetch(url, headers={"Range": f"bytes={offset}-{offset + length - 1}"}, most=length)
    if offset and "content-range" not in answer.headers:
        raise SceneError(f"{shown(url)} is on a server without range requests; fetch it, and give the file")
    return answer.body


def read_json(url: str) -> Any:  # noqa: ANN401 (JSON)
    """The document at an address; SceneError where there is none."""
    answer = fetch(url, most=MAX_BYTES + 1)
    if len(answer.body) > MAX_BYTES:
        raise SceneError(
            f"{shown(url)} is larger than {MAX_BYTES:,} bytes; expected a STAC document: check the address"
        )
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise SceneError(
            f"{shown(url)} is no JSON ({error}); expected a STAC document: check the address"
        ) from error


def _once(url: str, headers: Mapping[str, str], most: int) -> Answer:
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    if at:
        headers = {**headers, "Authorization": "Basic " + b64encode(unquote(user).encode()).decode()}
    request = urllib.request.Request(  # noqa: S310 (fetch checked it)
        urlunsplit(parts._replace(netloc=host, fragment="")), headers={"User-Agent": "geounet", **headers}
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 (http and https alone)
            body = answer.read(most)
            if len(body) < min(most, int(answer.headers.get("Content-Length") or 0)):
                raise http.client.IncompleteRead(body)
            return Answer(body=body, headers={name.lower(): value for name, value in answer.headers.items()})
    except urllib.error.HTTPError as error:
        with error:
            raise


def _failure(url: str, error: Exception) -> SceneError:
    remedy = "check the address and the connection"
    if isinstance(error, urllib.error.HTTPError):
        return StatusError(f"{shown(url)} cannot be fetched (HTTP {error.code}); {remedy}", error.code)
    reason = getattr(error, "reason", None) or type(error).__name__
    return SceneError(f"{shown(url)} cannot be fetched ({reason}); {remedy}")
