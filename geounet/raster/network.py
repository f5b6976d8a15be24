"""How GDAL reads over a network: its settings, what it must forget after a failure, and what it does not repeat itself."""

import ctypes
import importlib.util
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import TypeVar

import rasterio
from rasterio.errors import RasterioError

Result = TypeVar("Result")

RETRIES = 5
"""How often GDAL asks again where a server answers that it is busy, or hangs up before it answers."""

FIRST_DELAY = 0.5
"""Seconds before GDAL asks again; twice to two and a half times as long each time, so 25 s in all at most."""

CONFIG = (
    ("GDAL_HTTP_MAX_RETRY", str(RETRIES)),
    ("GDAL_HTTP_RETRY_DELAY", str(FIRST_DELAY)),
    # What passes by itself. Not 401, 403 and 404: asking again helps nobody, and a signature has to be made anew first.
    ("GDAL_HTTP_RETRY_CODES", "408,425,429,500,502,503,504,520,522,524"),
    ("GDAL_HTTP_CONNECTTIMEOUT", "15"),
    # Silence, and not the length of a download, is what ends it: fewer than 1,000 bytes a second for 30 s.
    ("GDAL_HTTP_LOW_SPEED_TIME", "30"),
    ("GDAL_HTTP_LOW_SPEED_LIMIT", "1000"),
    ("GDAL_HTTP_USERAGENT", "geounet"),
    # Side files would each cost a request, a listing of the folder many.
    ("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR"),
    # One request that brings a COG's whole header, where GDAL's own 16 KiB bring a half.
    ("GDAL_INGESTED_BYTES_AT_OPEN", "65536"),
    ("GDAL_HTTP_MULTIPLEX", "YES"),
    ("GDAL_HTTP_MERGE_CONSECUTIVE_RANGES", "YES"),
    # Tiles that two strips share are asked for once; GDAL's own 16 MiB are less than a row of tiles.
    ("CPL_VSIL_CURL_CACHE_SIZE", str(128 << 20)),
)
"""GDAL's configuration for rasters on servers, as (name, value)."""

_SERVED = re.compile(r"/vsi(curl|s3|gs|az|adls)/")

_FORGETTING = {
    "CPL_VSIL_CURL_NON_CACHED": "/vsicurl/:/vsis3/:/vsigs/:/vsiaz/:/vsiadls/",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_HTTP_CONNECTTIMEOUT": "5",
    "GDAL_HTTP_TIMEOUT": "10",
}


def forget(address: str) -> None:
    """Have GDAL forget what it knows of a file on a server: that it is missing or refused, its size and its content.

    GDAL keeps all of this for as long as the process lives: after a failure another try fails without a request, and
    the part of an answer that broke off is taken for the end of the file, through any number of openings.
    """
    file, clear = served_file(address) or address, _clear()
    if clear is not None:
        clear(file.encode())
        return
    # What is opened while GDAL must not cache is forgotten when it is closed, at the cost of a request or two.
    with rasterio.Env(**_FORGETTING), suppress(RasterioError):
        rasterio.open(file, driver="GTiff").close()


def read_again(
    read: Callable[[], Result], files: Sequence[str], *, pause: Callable[[float], None] = time.sleep
) -> Result:
    """What `read` gives; where it fails on `files` of servers it is called again, with pauses, once they are forgotten.

    GDAL repeats a request whose answer is an error, and not one whose answer breaks off in its middle. Files on this
    machine are read once: they fail as they did before.
    """
    for attempt in range(RETRIES):
        try:
            return read()
        except RasterioError:
            served = {served_file(file) for file in files} - {None}
            if not served:
                raise
            pause(FIRST_DELAY * 2**attempt)
            for file in served:
                forget(str(file))
    return read()


def served_file(name: str) -> str | None:
    """The file on a server that a name of GDAL's is about; None where it is about none.

    A name such as `vrt:///vsisubfile/0_9,/vsicurl/https://…?if=PNG` is about what begins with `/vsicurl/`.
    """
    begin = _SERVED.search(name)
    return None if begin is None else name[begin.start() :].partition("?if=")[0]


@cache
def _clear() -> Callable[[bytes], None] | None:
    """GDAL's VSICurlPartialClearCache, which rasterio does not hand on: looked up in the library that rasterio loaded.

    None where a system looks up names in one library alone, as Windows does.
    """
    spec = importlib.util.find_spec("rasterio._env")
    try:
        function = ctypes.CDLL(spec.origin if spec else None).VSICurlPartialClearCache
    except (OSError, AttributeError, TypeError):
        return None
    function.argtypes, function.restype = [ctypes.c_char_p], None

    def clear(prefix: bytes) -> None:
        function(prefix)

    return clear
