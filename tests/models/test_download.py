"""A model from an address of this machine: verified before use, whole or not at all."""

import hashlib
import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from geounet.errors import ModelError, WeightsError
from geounet.models import download
from geounet.models.bundle import CARD, WEIGHTS, Bundle
from geounet.models.catalogue import find

Serve = Callable[[bytes], str]


class Site:
    """What the server answers, and how often it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self.asked = 0
        self.address = ""


@pytest.fixture
def site() -> Iterator[Site]:
    state = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked += 1
            path = self.path.partition("?")[0]
            if path in state.redirects:
                self.send_response(302)
                self.send_header("Location", state.redirects[path])
                self.end_headers()
                return
            body = state.pages.get(path)
            self.send_response(404 if body is None else 200)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield state
        server.shutdown()
        thread.join()


@pytest.fixture
def serve(site: Site) -> Serve:
    """Put bytes on the site; the address with their digest."""

    def put(body: bytes) -> str:
        site.pages["/model.zip"] = body
        return f"{site.address}/model.zip#sha256={hashlib.sha256(body).hexdigest()}"

    return put


def packed(bundle: Bundle, prefix: str = "") -> bytes:
    """A bundle as a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in bundle.folder.iterdir():
            archive.write(path, prefix + path.name)
    return buffer.getvalue()


def kept(cache: Path) -> list[Path]:
    """All files in the cache, drafts among them."""
    return [path for path in cache.rglob("*") if path.is_file()]


@pytest.mark.parametrize("prefix", ["", "buildings-1.0/"])
def test_a_bundle_is_fetched_once_and_is_the_one_that_was_packed(
    tiny: Bundle, serve: Serve, site: Site, prefix: str
) -> None:
    url = serve(packed(tiny, prefix))
    assert find(url).digest == tiny.digest
    assert find(url).page.read_text(encoding="utf-8") == "# tiny\n"
    assert site.asked == 1


def test_another_content_is_refused_and_not_kept(tiny: Bundle, serve: Serve, site: Site, cache: Path) -> None:
    url = serve(packed(tiny))
    site.pages["/model.zip"] += b"\0"
    with pytest.raises(ModelError, match=r"has sha256 .* expected .* nothing was kept"):
        find(url)
    assert kept(cache) == []


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://example.org/model.zip", "has no sha256"),
        ("https://example.org/model.zip#sha256=12", "has no sha256"),
        (f"http://example.org/model.zip#sha256={'0' * 64}", "is http; models are fetched by https alone"),
        (f"file:///etc/passwd#sha256={'0' * 64}", "is file; models are fetched by https alone"),
    ],
)
def test_addresses_that_cannot_be_trusted_are_refused(url: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        find(url)


def test_a_redirect_away_from_https_is_refused(site: Site) -> None:
    site.redirects["/model.zip"] = "http://example.org/model.zip"
    with pytest.raises(ModelError, match=r"example.org/model.zip is http"):
        find(f"{site.address}/model.zip#sha256={'0' * 64}")
    site.redirects["/model.zip"] = "ftp://example.org/model.zip"
    with pytest.raises(ModelError, match="is ftp"):
        find(f"{site.address}/model.zip#sha256={'0' * 64}")


def test_a_missing_page_names_the_address_but_not_its_secrets(site: Site) -> None:
    with pytest.raises(ModelError, match=r"cannot be fetched from .*/gone.zip .*404|Not Found") as caught:
        find(f"{site.address}/gone.zip?token=secret#sha256={'0' * 64}")
    assert "secret" not in str(caught.value)


def test_an_answer_without_end_is_cut_off(serve: Serve, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MAX_BYTES", 1000)
    with pytest.raises(ModelError, match="larger than 1000 bytes"):
        find(serve(bytes(5000)))
    assert kept(cache) == []


def archive_of(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "name", ["../card.json", "a/../../card.json", "/card.json", "C:/card.json", "..\\card.json"]
)
def test_names_that_leave_their_folder_are_refused(serve: Serve, cache: Path, name: str) -> None:
    with pytest.raises(ModelError, match="leaves its folder"):
        find(serve(archive_of({"card.json": b"{}", name: b"{}"})))
    assert kept(cache) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"junk", "not a readable zip"),
        (archive_of({"readme.txt": b""}), "holds 0 card.json"),
        (archive_of({"a/card.json": b"{}", "b/card.json": b"{}"}), "holds 2 card.json"),
        (archive_of({"card.json": b""}), "is empty"),
    ],
)
def test_archives_of_other_things_are_refused(serve: Serve, cache: Path, body: bytes, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        find(serve(body))
    assert kept(cache) == []


def test_a_small_archive_of_much_is_refused(
    serve: Serve, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "MAX_BYTES", 100_000)
    with pytest.raises(ModelError, match="unpacks to more than"):
        find(serve(archive_of({CARD: b"{}", WEIGHTS: bytes(1_000_000)})))
    assert kept(cache) == []


def test_a_fetched_pickle_is_refused(tiny: Bundle, serve: Serve, cache: Path) -> None:
    card = (tiny.folder / CARD).read_bytes()
    with pytest.raises(WeightsError, match="is a pickle"):
        find(serve(archive_of({CARD: card, WEIGHTS: b"PK\x03\x04" + bytes(20)})))
    assert kept(cache) == []
