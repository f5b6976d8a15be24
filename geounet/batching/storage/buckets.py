"""Stores on S3, Google Cloud Storage and Azure, by obstore: an object is made once by a conditional request."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from geounet.batching.redaction import redact
from geounet.batching.storage.stores import Entry
from geounet.errors import MissingDependencyError, OptionsError, OutputError
from geounet.outputs import disk_full, is_disk_full

if TYPE_CHECKING:
    from obstore import ObjectMeta

SCHEMES = {"s3": "/vsis3", "gs": "/vsigs", "az": "/vsiaz"}
"""Schemes of addresses, and how GDAL calls them."""

PAGE = 1000
"""Objects that a server lists at once."""


class BucketStore:
    """Objects below `scheme://bucket/prefix`.

    The environment says who may write there, as the clouds' own tools have it (AWS_…, GOOGLE_…, AZURE_…).
    """

    def __init__(self, address: str) -> None:
        """Raises OptionsError for another kind of address, and MissingDependencyError without obstore."""
        check_address(address)
        self._obstore = _library()
        from obstore.store import from_url

        self.address = address.rstrip("/")
        plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
        with _in_words(self.address):
            self._store = from_url(self.address, client_options={"allow_http": True} if plain else None)

    def put_new(self, key: str, content: bytes) -> bool:
        """As `Store.put_new`: If-None-Match on S3 and Azure, a generation of 0 on Google's."""
        from obstore.exceptions import AlreadyExistsError

        with _in_words(self._shown(key)):
            try:
                self._obstore.put(self._store, key, content, mode="create")
            except (AlreadyExistsError, FileExistsError):
                return False
        return True

    def put(self, key: str, content: bytes) -> None:
        """As `Store.put`."""
        with _in_words(self._shown(key)):
            self._obstore.put(self._store, key, content)

    def get(self, key: str) -> bytes | None:
        """As `Store.get`."""
        with _in_words(self._shown(key)):
            try:
                return bytes(self._obstore.get(self._store, key).bytes())
            except FileNotFoundError:
                return None

    def head(self, key: str) -> Entry | None:
        """As `Store.head`."""
        with _in_words(self._shown(key)):
            try:
                found = self._obstore.head(self._store, key)
            except FileNotFoundError:
                return None
        return _entry(key, found)

    def list(self, prefix: str) -> Iterator[Entry]:
        """As `Store.list`: a request for each thousand."""
        with _in_words(self._shown(prefix)):
            for page in self._obstore.list(self._store, prefix or None, chunk_size=PAGE):
                for found in page:
                    yield _entry(found["path"], found)

    def delete(self, keys: Sequence[str]) -> None:
        """As `Store.delete`: on S3 a request for each thousand."""
        with _in_words(self.address):
            for first in range(0, len(keys), PAGE):
                self._obstore.delete(self._store, list(keys[first : first + PAGE]))

    def upload(self, file: Path, key: str) -> None:
        """As `Store.upload`: in several parts where it is large."""
        with _in_words(self._shown(key)):
            self._obstore.put(self._store, key, file)

    def download(self, key: str, file: Path) -> None:
        """As `Store.download`."""
        with _in_words(self._shown(key)):
            try:
                found = self._obstore.get(self._store, key)
            except FileNotFoundError as error:
                raise OutputError(
                    f"there is no {self._shown(key)}; was it moved or removed? run again"
                ) from error
            try:
                with file.open("wb") as copy:
                    for block in found.stream():
                        copy.write(block)
            except OSError as error:
                raise disk_full(file) if is_disk_full(error) else error from error

    def _shown(self, key: str) -> str:
        return f"{self.address}/{key}"


def is_bucket(address: str) -> bool:
    """Whether an output's address is a bucket's."""
    return urlsplit(address).scheme in SCHEMES


def check_address(address: str) -> None:
    """Raise OptionsError unless the address is a bucket's, without user, password or query; it is shown nowhere before."""
    parts = urlsplit(address)
    if parts.scheme not in SCHEMES or not parts.netloc:
        raise OptionsError(
            f"{redact(address)} is no bucket; expected s3://, gs:// or az://, a name and a prefix"
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise OptionsError(
            f"{parts.scheme}://{parts.netloc.rpartition('@')[2]} comes with a user, a password or a query; "
            "pass who may write through the environment"
        )


def gdal_path(address: str) -> str:
    """A bucket's address as GDAL opens it."""
    parts = urlsplit(address)
    return f"{SCHEMES[parts.scheme]}/{parts.netloc}{parts.path}"


def _entry(key: str, found: "ObjectMeta") -> Entry:
    return Entry(key, found["last_modified"].timestamp(), found["size"], found["e_tag"] or "")


def _library() -> ModuleType:
    try:
        import obstore
    except ImportError as error:
        raise MissingDependencyError(
            "obstore is not installed; outputs in a bucket need it: pip install 'geounet[cloud]'"
        ) from error
    return obstore


@contextmanager
def _in_words(shown: str) -> Iterator[None]:
    """Errors of the server as OutputError: the first line, and nothing of what was sent."""
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, PermissionError, FileNotFoundError) as error:
        said = str(error).split("<", 1)[0].split("\n", 1)[0]
        reason = redact(re.sub(r"https?://\S+", "the server", said)).strip(" :")[:200]
        raise OutputError(
            f"cannot reach {shown} ({reason}); check its name, the connection and who may write there"
        ) from error
