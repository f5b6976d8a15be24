"""Tiles of the web, handed to GDAL from this machine: whole, asked for again where a service fails, and a few at a time.

GDAL's client of tile services repeats no request, takes half an answer for an image, and once it has failed gives pixels
that nobody sent. So it is given an address of this process instead, which asks the service as a scene is read; keys and
passwords never reach GDAL, nor does anything but an image.
"""

import re
import secrets
import threading
from collections import OrderedDict
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from geounet.batching.sources.web import StatusError, fetch
from geounet.errors import SceneError

CONNECTIONS = 4
"""Tiles that this process asks services for at once."""

MISSING = (204, 404)
"""Answers that mean that there is no tile: the sea, mostly."""

CACHE_BYTES = 64 << 20
"""Tiles that are kept for the strip below, which shares them."""

MAX_TILE_BYTES = 32 << 20

_IMAGE = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|RIFF....WEBP", re.DOTALL)
_PATH = re.compile(r"/(?P<service>[0-9a-f]+)/(?:(?P<z>\d+)/(?P<x>\d+)/(?P<y>\d+)|(?P<quadkey>[0-3]+))")


def relayed(template: str) -> str:
    """A template of tiles (`${z}`, `${x}` and `${y}`, or `${quadkey}`) as one of this process, for as long as it lives."""
    relay = _relay()
    place = "${quadkey}" if "${quadkey}" in template else "${z}/${x}/${y}"
    return f"http://127.0.0.1:{relay.server_address[1]}/{relay.name_of(template)}/{place}"


class _Relay(ThreadingHTTPServer):
    """Answers GDAL; services are known by names that nobody else on this machine can guess."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self._lock = threading.Lock()
        self._names: dict[str, str] = {}
        self._tiles: OrderedDict[str, bytes] = OrderedDict()
        self._held = 0
        self._connections = threading.BoundedSemaphore(CONNECTIONS)

    def name_of(self, template: str) -> str:
        """A service's name, the same each time."""
        with self._lock:
            return self._names.setdefault(template, secrets.token_hex(16))

    def template_of(self, name: str) -> str | None:
        """The service of a name."""
        with self._lock:
            return next((template for template, known in self._names.items() if known == name), None)

    def tile(self, url: str) -> bytes:
        """A tile's bytes, empty where there is none; SceneError where the service fails."""
        with self._lock:
            if url in self._tiles:
                self._tiles.move_to_end(url)
                return self._tiles[url]
        with self._connections:
            content = _fetched(url)
        with self._lock:
            self._held += len(content) - len(self._tiles.pop(url, b""))
            self._tiles[url] = content
            while self._held > CACHE_BYTES:
                self._held -= len(self._tiles.popitem(last=False)[1])
        return content


class _Request(BaseHTTPRequestHandler):
    """A request of GDAL's."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Relay

    def do_GET(self) -> None:
        """Answer with the tile, with 404 where there is none, and with the service's own status where it fails."""
        place = _PATH.fullmatch(self.path)
        template = self.server.template_of(place["service"]) if place else None
        if place is None or template is None:
            self._answer(400)
            return
        for word, value in place.groupdict().items():
            template = template.replace(f"${{{word}}}", value or "")
        try:
            content = self.server.tile(template)
        except StatusError as error:
            self._answer(error.status)
        except SceneError:
            self._answer(502)
        else:
            self._answer(200 if content else 404, content)

    def log_message(self, *_: object) -> None:
        """Say nothing: the addresses that are asked for are this module's own."""

    def _answer(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@cache
def _relay() -> _Relay:
    relay = _Relay()
    threading.Thread(target=relay.serve_forever, name="geounet-tiles", daemon=True).start()
    return relay


def _fetched(url: str) -> bytes:
    try:
        content = fetch(url, most=MAX_TILE_BYTES).body
    except StatusError as error:
        if error.status in MISSING:
            return b""
        raise
    if content and not _IMAGE.match(content):
        raise SceneError("a tile is no image; expected PNG, JPEG or WebP: check the address in a browser")
    return content
