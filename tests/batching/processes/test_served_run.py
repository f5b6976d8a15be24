"""Runs on scenes from a server that is slow, that fails now and then, and that wants a signature."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qs, urlsplit

import geopandas as gpd
import pytest
from geopandas.testing import assert_geodataframe_equal

SIGNATURE = "S3cr3tSignatureOfSomebody"
ERRORS = 20
"""One answer of so many is an error."""
SLOW_SECONDS = 0.2


class Handler(BaseHTTPRequestHandler):
    """Serves files by ranges, in the manner that its server's `troubled` and `signed` say."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        server, place = self.server, urlsplit(self.path)
        number = next(server.requests)
        file = server.folder / place.path.lstrip("/")
        if server.signed and parse_qs(place.query).get("sig") != [SIGNATURE]:
            self.answer(403)
        elif not file.is_file():
            server.missed.append(place.path)
            self.answer(404)
        elif server.troubled and number % ERRORS == ERRORS - 1:
            server.errors += 1
            self.trouble(server.errors % 3, file.read_bytes())
        else:
            if server.troubled and number % 10 == 0:
                time.sleep(SLOW_SECONDS)
            self.part(file.read_bytes())

    def part(self, body, *, cut=None):
        first, last, status, headers = 0, len(body) - 1, 200, {"Accept-Ranges": "bytes", "ETag": '"one"'}
        if wanted := self.headers.get("Range"):
            begin, end = wanted.removeprefix("bytes=").split("-")
            first, last, status = int(begin), min(int(end or last), last), 206
            headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
        self.answer(status, body[first : last + 1], headers, cut=cut)

    def trouble(self, kind, body):
        """An answer that says that it is an error, none at all, or one that breaks off."""
        if kind == 0:
            self.answer(500)
        elif kind == 1:
            self.close_connection = True
        else:
            self.part(body, cut=0.5)

    def answer(self, status, body=b"", headers=None, *, cut=None):
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body if cut is None else body[: int(len(body) * cut)])
        if cut is not None:
            self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        """A client may hang up."""


@pytest.fixture
def serve(tiles):
    """Start a server of the tiles, and give it."""
    servers = []

    def start(*, troubled=False, signed=False):
        server = Server(("127.0.0.1", 0), Handler)
        server.folder, server.troubled, server.signed = tiles, troubled, signed
        server.requests, server.errors, server.missed = count(), 0, []
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def listed(tiles, tmp_path):
    """Write a list of addresses of the tiles on a server, and give it as an input."""

    def write(server, *more, query=""):
        names = [*sorted(path.name for path in tiles.iterdir()), *more]
        path = tmp_path / "list.txt"
        path.write_text(
            "".join(f"http://127.0.0.1:{server.server_address[1]}/{name}{query}\n" for name in names)
        )
        return f"@{path}"

    return write


def assert_same_but_source(out, scratch, names):
    """Assert that layers are those that were made from the disk, but for where they say that they come from."""
    for name in names:
        served = gpd.read_file(out / f"{name}.fgb").drop(columns="source")
        assert_geodataframe_equal(
            served, gpd.read_file(scratch / "unbroken" / f"{name}.fgb").drop(columns="source")
        )


def test_a_server_that_fails_now_and_then_gives_the_same_layers(
    start_run, serve, listed, unbroken, layers, leftovers, scratch, tmp_path
):
    server, out = serve(troubled=True), tmp_path / "out"
    run = start_run([listed(server, "gone.tif")], out, "--attempts", "2").ended(1)
    assert server.errors >= 4
    assert run.result["failures"].keys() == {"gone"}
    assert "gone.tif" in run.result["failures"]["gone"]
    assert server.missed.count("/gone.tif") >= 2
    assert run.result["done"] == len(unbroken)
    assert layers(out).keys() == unbroken.keys()
    assert_same_but_source(out, scratch, unbroken)
    assert leftovers(out) == []


def test_a_signature_is_used_by_all_workers_and_written_nowhere(
    start_run, serve, listed, unbroken, layers, records, scratch, tmp_path
):
    server, out, log, stats = (
        serve(signed=True),
        tmp_path / "out",
        tmp_path / "log.jsonl",
        tmp_path / "s.json",
    )
    low, high = records(scratch / "unbroken")["t_00"].job.ranges  # what is signed is no part of a mosaic
    stats.write_text(json.dumps({"low": low, "high": high}))
    words = ("--log", log, "--stac", "--merge", out / "all.fgb", "--stats", stats)
    run = start_run([listed(server, query=f"?sig={SIGNATURE}")], out, *words, workers=2).ended(0)
    assert set(layers(out)) - {"all"} == set(unbroken)
    assert_same_but_source(out, scratch, unbroken)
    written = [path for path in [log, run.stderr, *out.rglob("*")] if path.is_file()]
    assert len(written) > 2 * len(unbroken)
    assert not [path for path in written if SIGNATURE.encode() in path.read_bytes()]
    assert SIGNATURE not in str(run.heard)
