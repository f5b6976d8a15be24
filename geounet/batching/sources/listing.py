"""What lies in a bucket (S3, Google Cloud Storage, Azure): its files, what is known of them, and their bytes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from geounet.batching.sources.addresses import azure_account
from geounet.errors import MissingDependencyError, SceneError

PAGE = 1000
"""Files that a server lists at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketFile:
    """A file in a bucket."""

    key: str
    """Its path in the bucket."""
    size: int
    etag: str | None
    """What the server calls its content; None where it does not say."""
    modified: str
    """When it was written (ISO 8601)."""


def bucket_files(url: str) -> Iterator[BucketFile]:
    """All files below a prefix that ends in `/`, in the server's order; SceneError where they cannot be listed."""
    library, store, key = _opened(url)
    with _in_words(url):
        for page in library.list(store, key or None, chunk_size=PAGE):
            for found in page:
                yield _file(found)


def bucket_file(url: str) -> BucketFile:
    """What is known of a file; SceneError where it is not there, or nobody may know."""
    library, store, key = _opened(url)
    with _in_words(url):
        return _file(library.head(store, key))


def bucket_bytes(url: str, offset: int = 0, length: int | None = None) -> bytes:
    """A file's bytes from `offset` on, `length` of them at most; SceneError where they cannot be had."""
    library, store, key = _opened(url)
    with _in_words(url):
        if length is None:
            return bytes(library.get(store, key).bytes())
        return bytes(library.get_range(store, key, start=offset, length=length))


def _file(found: Any) -> BucketFile:  # noqa: ANN401 (obstore's ObjectMeta)
    return BucketFile(
        key=str(found["path"]),
        size=int(found["size"]),
        etag=found.get("e_tag"),
        modified=found["last_modified"].isoformat(),
    )


def _opened(url: str) -> tuple[ModuleType, Any, str]:
    """The library, a store for the address's bucket, and what is after the bucket; the environment says who asks."""
    try:
        import obstore
        from obstore.store import from_url
    except ImportError as error:
        raise MissingDependencyError(
            "obstore is not installed; inputs in a bucket need it to be listed: pip install 'geounet[cloud]'"
        ) from error
    parts = urlsplit(url)
    settings: dict[str, Any] = {}
    if (
        os.environ.get("AWS_NO_SIGN_REQUEST", "").upper() in ("YES", "TRUE", "1", "ON")
        and parts.scheme == "s3"
    ):
        settings["skip_signature"] = True
    if azure_account(url):
        settings["account_name"] = azure_account(url)
    if os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://"):
        settings["client_options"] = {"allow_http": True}
    scheme = "az" if parts.scheme in ("abfs", "abfss") else parts.scheme
    bucket = parts.netloc.partition("@")[0]
    with _in_words(url):
        return obstore, from_url(f"{scheme}://{bucket}", **settings), parts.path.lstrip("/")


@contextmanager
def _in_words(url: str) -> Iterator[None]:
    """Errors of the server as SceneError: the first line, and nothing of what was sent."""
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, PermissionError, FileNotFoundError, ValueError) as error:
        raise SceneError(
            f"{url} cannot be read or listed ({type(error).__name__}); check its name, the connection and who may read there"
        ) from None  # the cause may hold what was sent
