"""A model from an https address: one zip of a bundle, verified by its sha256 before a byte of it is used.

The zip holds card.json, weights.safetensors and perhaps graph.onnx and MODEL.md, at its top or in one folder. The
address carries the digest, `https://host/path/model.zip#sha256=…`: who names a model names its content. Plain http is
for this machine itself alone.
"""

import hashlib
import http.client
import re
import shutil
import tempfile
import urllib.error
import urllib.request
import zipfile
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

from geounet.errors import ModelError, OutputError
from geounet.models.bundle import CARD, GRAPH, ONNX, PAGE, WEIGHTS, read
from geounet.models.cache import cache_folder
from geounet.models.folders import whole_folder
from geounet.models.quantization import CALIBRATION

MAX_BYTES = 2 << 30
"""Largest archive, and largest content of one."""

TIMEOUT_S = 30.0
"""Longest silence of a server."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def fetch(url: str) -> Path:
    """The folder of the bundle at an address, fetched once and then kept under its digest.

    Raises ModelError where the address is not https with a sha256, does not answer, or gives something else than a
    bundle of that digest, and OutputError where the cache cannot be written.
    """
    address, digest = _parse(url)
    folder = cache_folder() / "models" / digest
    if (folder / CARD).is_file():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder.parent) as place:
            archive = Path(place) / "model.zip"
            _download(address, archive, digest=digest)
            with whole_folder(folder) as draft:
                _unpack(archive, draft, shown=_shown(address))
                read(draft)  # raises before the folder gets its name
    except OSError as error:
        raise OutputError(
            f"cache {folder.parent} cannot be written ({error.strerror or error}); set GEOUNET_CACHE to another folder"
        ) from error
    return folder


def _parse(url: str) -> tuple[str, str]:
    """Address and digest of a model's URL."""
    parts = urlsplit(url)
    _check_scheme(url)
    match = re.fullmatch(r"sha256=([0-9a-fA-F]{64})", parts.fragment)
    if not match:
        raise ModelError(
            f"model address {_shown(url)} has no sha256; expected …#sha256= and 64 hexadecimal digits: "
            "take them from who published the model"
        )
    return urlunsplit(parts._replace(fragment="")), match[1].lower()


def _check_scheme(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ModelError(f"model address {_shown(url)} is {parts.scheme}; models are fetched by https alone")


def _shown(url: str) -> str:
    """An address for people: without credentials, query (it may be signed) and fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follow redirects to https alone."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        *answer: Any,  # noqa: ANN401 (urllib's own arguments)
    ) -> urllib.request.Request | None:
        body, target = answer[0], answer[-1]
        with closing(body):
            _check_scheme(target)
            if urlsplit(req.full_url).scheme == "https" and urlsplit(target).scheme != "https":
                raise ModelError(f"{_shown(req.full_url)} redirects away from https; use its final address")
        return super().redirect_request(req, *answer)


def _download(address: str, archive: Path, *, digest: str) -> None:
    """Stream an address into a file; raise ModelError unless it has the digest and is not too large."""
    request = urllib.request.Request(address, headers={"User-Agent": "geounet"})  # noqa: S310 (_parse checked it)
    opener = urllib.request.build_opener(_SafeRedirects)
    try:
        answer = opener.open(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        with error:
            raise _unreachable(address, error) from error
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise _unreachable(address, error) from error
    with answer, archive.open("wb") as out:
        found = _copy(answer, out, address=address)
    if found != digest:
        raise ModelError(
            f"{_shown(address)} has sha256 {found}; expected {digest}: it is not the file that was meant, nothing was kept"
        )


def _copy(answer: IO[bytes], out: IO[bytes], *, address: str) -> str:
    """Copy a bounded stream; its sha256."""
    digest, size = hashlib.sha256(), 0
    while True:
        try:
            block = answer.read(1 << 20)
        except (http.client.HTTPException, TimeoutError, ConnectionError) as error:
            raise _unreachable(address, error) from error
        if not block:
            return digest.hexdigest()
        size += len(block)
        if size > MAX_BYTES:
            raise ModelError(
                f"{_shown(address)} is larger than {MAX_BYTES} bytes; no model is: check the address"
            )
        digest.update(block)
        out.write(block)


def _unreachable(address: str, error: Exception) -> ModelError:
    reason = getattr(error, "reason", None) or error
    return ModelError(
        f"model cannot be fetched from {_shown(address)} ({reason}); check the address and the connection"
    )


def _unpack(archive: Path, folder: Path, *, shown: str) -> None:
    """Write the bundle's own files into the folder; no name of the archive's becomes a path."""
    try:
        with zipfile.ZipFile(archive) as source:
            members = _members(source, shown=shown)
            for name, member in members.items():
                with source.open(member) as packed, (folder / name).open("wb") as out:
                    shutil.copyfileobj(packed, out)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise ModelError(f"{shown} is not a readable zip ({error}); expected a zip of a bundle") from error


def _members(source: zipfile.ZipFile, *, shown: str) -> dict[str, zipfile.ZipInfo]:
    """The archive's members that make a bundle, by file name."""
    infos = {info.filename: info for info in source.infolist() if not info.is_dir()}
    for name in infos:
        if name.startswith(("/", "\\")) or ":" in name or ".." in re.split(r"[/\\]", name):
            raise ModelError(f"{shown} holds {name!r}, which leaves its folder; expected a zip of a bundle")
    cards = [PurePosixPath(name) for name in infos if PurePosixPath(name).name == CARD]
    if len(cards) != 1:
        raise ModelError(f"{shown} holds {len(cards)} {CARD}; expected a zip of one bundle")
    home = cards[0].parent
    members = {
        name: infos[str(home / name)]
        for name in (CARD, WEIGHTS, GRAPH, CALIBRATION, ONNX, PAGE)
        if str(home / name) in infos
    }
    if sum(info.file_size for info in members.values()) > MAX_BYTES:
        raise ModelError(f"{shown} unpacks to more than {MAX_BYTES} bytes; no model does: check the address")
    return members
