"""What an archive that others made may hold: names, kinds and sizes that are safe to open.

`raster.untrusted` looks at the rest once a member is open.
"""

import re
import unicodedata

from geounet.batching.sources.kinds import is_archive_name, is_raster_name

DRIVERS = {
    "tif": "GTiff", "tiff": "GTiff", "gtiff": "GTiff", "tf8": "GTiff", "btf": "GTiff",
    "png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "jpe": "JPEG", "webp": "WEBP",
    "jp2": "JP2OpenJPEG", "j2k": "JP2OpenJPEG", "jpx": "JP2OpenJPEG",
}  # fmt: skip
"""GDAL's driver for each extension that a member may have: those of `raster.untrusted`, which read no other file."""

HEAD = 1024
"""Bytes at a member's beginning that are looked at; GDAL looks at so many itself."""

MAX_MEMBERS = 500_000
"""Members of one archive, which are held in memory while they are listed."""

MAX_MEMBER_BYTES = 1 << 38
"""Unpacked bytes of one member (256 GiB): more than any scene that is handed on in an archive."""

MAX_RATIO = 1000
"""Unpacked bytes for each packed one, of a member of BIG_BYTES or more. Deflate gives up to 1032, for zeros alone."""

BIG_BYTES = 1 << 28
"""Unpacked bytes (256 MiB) below which a member may be packed as well as it will."""

_MAGIC = {
    "GTiff": (rb"II\*\0", rb"MM\0\*", rb"II\+\0\x08\0\0\0", rb"MM\0\+\0\x08\0\0"),
    "PNG": (rb"\x89PNG\r\n\x1a\n",),
    "JPEG": (rb"\xff\xd8\xff",),
    "WEBP": (rb"RIFF....WEBP",),
    "JP2OpenJPEG": (rb"\0\0\0\x0cjP  \r\n\x87\n", rb"\xff\x4f\xff\x51"),
}
"""How files of each driver begin."""

_DOCUMENTS = re.compile(rb"<(VRTDataset|GDAL_WMS|GDALTileIndexDataset|OGR\w*DataSource)", re.IGNORECASE)
"""Documents that name other files, and that some drivers find anywhere in a file's beginning."""


def is_wanted(name: str) -> bool:
    """Whether a member claims to be a raster, or an archive of them; the rest is left alone.

    So is what hides, among it the `__MACOSX` folder of archives that were packed on a Mac.
    """
    parts = re.split(r"[/\\]", name.partition("\0")[0])
    hides = any(part.startswith(".") and part not in (".", "..") for part in parts) or "__MACOSX" in parts
    return not hides and (is_raster_name(parts[-1]) or is_archive_name(parts[-1]))


def why_name_is_refused(name: str) -> str | None:
    """Why a member's name is not safe, in words that follow on its name; None where it is a path below the archive."""
    if "\0" in name or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        return "has a name with control characters; expected letters and digits"
    if name.startswith("/"):
        return "has an absolute name; expected one below the archive"
    if "\\" in name or re.match(r"[A-Za-z]:", name):
        return "has a name with a drive or backslashes; expected folders apart by /"
    parts = name.removeprefix("./").split("/")
    if ".." in parts:
        return "has a name that leaves the archive; expected one below it"
    if "" in parts or "." in parts:
        return "has a name with an empty part; expected folders apart by one /"
    return None


def why_kind_is_refused(name: str) -> str | None:
    """Why a member's kind is not read, by its extension; None where it is one of those that are."""
    if is_archive_name(name):
        return "is an archive within an archive, which is not entered; expected rasters"
    if name.rpartition(".")[2].lower() not in DRIVERS:
        return "is of a kind that may read other files; expected GeoTIFF, JPEG 2000, PNG, JPEG or WebP"
    return None


def why_size_is_refused(*, unpacked: int, packed: int) -> str | None:
    """Why a member is too large, by the sizes that its archive declares."""
    if unpacked > MAX_MEMBER_BYTES:
        return f"declares {unpacked:,} bytes; expected at most {MAX_MEMBER_BYTES:,}"
    if unpacked >= BIG_BYTES and unpacked > MAX_RATIO * packed:
        return f"unpacks {packed:,} bytes to {unpacked:,}; expected at most {MAX_RATIO} for one, else it is a bomb"
    return None


def driver_of(name: str, head: bytes) -> str | None:
    """The driver that reads a member, where its first bytes are of the kind that its extension says; else None."""
    driver = DRIVERS[name.rpartition(".")[2].lower()]
    begins = any(re.match(magic, head, re.DOTALL) for magic in _MAGIC[driver])
    return driver if begins and not _DOCUMENTS.search(head) else None


def shown_name(name: str) -> str:
    """A member's name for messages, without what a terminal would act on."""
    return "".join(
        "�" if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") else letter for letter in name
    )
