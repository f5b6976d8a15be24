"""Servers on this machine's own address, and small images and rasters for them to serve."""

import math
import threading
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from geounet.batching.sources import signing
from geounet.raster.address import opened
from geounet.raster.environment import georeferencing_optional

SECRET = "S3cr3tSignature"  # noqa: S105


@dataclass
class Reply:
    """What a server answers."""

    status: int = 200
    body: bytes = b""
    headers: dict = field(default_factory=dict)
    cut: int | None = None
    """Bytes after which the connection is closed, whatever was announced."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body are two packets, and the second would wait

    def log_message(self, *args):
        pass

    def do_GET(self):
        server = self.server
        with server.lock:
            server.log.append((self.command, self.path, dict(self.headers)))
            server.now += 1
            server.peak = max(server.peak, server.now)
        try:
            reply = server.answer(self)
        finally:
            with server.lock:  # before the client has its answer, and may ask again
                server.now -= 1
        with suppress(ConnectionError):
            self.reply(reply if isinstance(reply, Reply) else Reply(body=reply))

    do_HEAD = do_GET  # noqa: N815 (http.server's name)

    def reply(self, reply):
        body, status, headers = reply.body, reply.status, dict(reply.headers)
        wanted = self.headers.get("Range")
        if wanted and status == 200:
            first, last = wanted.removeprefix("bytes=").split("-")
            whole, first = len(body), int(first)
            last = min(int(last) if last else whole - 1, whole - 1)
            status, body = 206, body[first : last + 1]
            headers["Content-Range"] = f"bytes {first}-{last}/{whole}"
        self.send_response(status)
        for name, value in {"Accept-Ranges": "bytes", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body if reply.cut is None else body[: reply.cut])
        if reply.cut is not None:
            self.close_connection = True


class Server(ThreadingHTTPServer):
    request_queue_size = 64


@pytest.fixture
def serve():
    """Start servers that answer by a function of the request; a server has `url`, `log` and `peak`."""
    servers = []

    def start(answer: Callable[[Handler], Reply | bytes]):
        server = Server(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        server.answer, server.log, server.lock, server.now, server.peak = answer, [], threading.Lock(), 0, 0
        server.url = f"http://127.0.0.1:{server.server_address[1]}"
        server.thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        server.thread.start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def forgetful(monkeypatch):
    """No signature is known from another test, and no server but this machine is asked."""
    monkeypatch.setattr(signing, "_given", {})
    monkeypatch.setattr(signing, "_tokens", {})
    monkeypatch.setenv("PC_SDK_SAS_URL", "http://127.0.0.1:9/token")
    monkeypatch.setattr("geounet.batching.sources.web._PAUSE_S", 0.01)
    monkeypatch.setattr("geounet.raster.network.FIRST_DELAY", 0.01)


@pytest.fixture(scope="session")
def tif():
    """A tiled GeoTIFF as bytes, and its pixels (3, 1024, 1024)."""
    pixels = np.random.default_rng(0).integers(1, 255, (3, 1024, 1024), dtype=np.uint8)
    profile = {
        "count": 3,
        "height": 1024,
        "width": 1024,
        "dtype": "uint8",
        "crs": "EPSG:32737",
        "tiled": True,
    }
    profile |= {"blockxsize": 64, "blockysize": 64, "compress": "deflate"}
    with MemoryFile() as memory:
        with memory.open(driver="GTiff", transform=from_origin(5e5, 9.3e6, 0.3, 0.3), **profile) as dataset:
            dataset.write(pixels)
        return memory.read(), pixels


@pytest.fixture
def image():
    """An image as bytes: a value a band, or an array; `palette` gives colours to indices."""

    def make(values, driver="PNG", *, size=256, palette=None, **more):
        bands = (
            np.stack([np.full((size, size), v, np.uint8) for v in values]) if np.ndim(values) == 1 else values
        )
        profile = {"count": len(bands), "height": bands.shape[1], "width": bands.shape[2], "dtype": "uint8"}
        with georeferencing_optional(), MemoryFile() as memory:
            with memory.open(driver=driver, **profile, **more) as dataset:
                dataset.write(bands)
                if palette:
                    dataset.write_colormap(1, palette)
            return memory.read()

    return make


@pytest.fixture
def corner():
    """Easting and northing of a tile's upper left corner, by the formulas of mercantile, in degrees and on."""

    def make(zoom, col, row):
        longitude = math.radians(col / 2**zoom * 360 - 180)
        latitude = math.atan(math.sinh(math.pi * (1 - 2 * row / 2**zoom)))
        return 6378137 * longitude, 6378137 * math.log(math.tan(math.pi / 4 + latitude / 2))

    return make


@pytest.fixture
def read_item():
    """Pixels, mask and the open dataset's place of an item's raster."""

    def read(item):
        with open_item(item) as dataset:
            return dataset.read(), dataset.read_masks(1) != 0, dataset.transform, dataset.crs

    return read


@contextmanager
def open_item(item):
    """An item's raster, signed; a document too."""
    with opened(item.raster, signed=signing.sign(item.raster)) as dataset:
        yield dataset


@pytest.fixture
def opener():
    return open_item


@pytest.fixture(scope="session")
def reply():
    """The type of a server's answers: `reply(status=404)`."""
    return Reply
