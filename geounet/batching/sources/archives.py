"""Zip and tar archives, read in place → an item for each raster in them; what is not safe is an item that is refused.

Nothing is unpacked, and nothing in an archive is trusted: `members` says what is opened, and with which driver.
World files (`.tfw`) and other side files in an archive are not read; a raster's place must be in the raster itself.
A tar that is packed with gzip has no index: its whole stream is unpacked once to list it, and once more for each process
that reads from it; for many reads, unpack it, or pack it as zip.
"""

import os
import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from geounet.batching.item import Item
from geounet.batching.options import SourceOptions
from geounet.batching.sources import members
from geounet.batching.sources.files import FoundFile, file_item, refused_item
from geounet.batching.sources.identity import member_identity
from geounet.batching.sources.tars import TarError, TarMember, tar_members
from geounet.raster.address import RasterAddress
from geounet.raster.untrusted import UNPACK

MAX_DIRECTORY_BYTES = 1 << 28
"""Bytes of a zip's table of contents (256 MiB) that are read."""

_END, _END64 = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q")
_LOCATOR = 20
_UTF8 = 0x800
_BROKEN = (
    BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
)
"""What zipfile raises where an archive is not what it claims."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """A member as its archive lists it."""

    name: str
    address: str
    """What GDAL opens."""
    refused: str | None
    """Why it is not opened, in words that follow on its name."""
    head: bytes = b""
    """How it begins; empty where it is refused."""
    known: dict[str, int] = field(default_factory=dict)
    """What says that it is the same as before, besides its archive and its name."""


def archive_items(found: FoundFile, options: SourceOptions) -> Iterator[Item]:
    """The rasters in an archive, in the archive's order; those that are refused, and what is broken, say why.

    An archive that cannot be read at all is one such item; one without a raster gives none.
    """
    whole = file_item(found, options.digest)
    if "refused" in whole.identity:
        yield whole
        return
    listed = _zip_listed if found.name.lower().endswith(".zip") else _tar_listed
    names: Counter[str] = Counter()
    try:
        for member in listed(found):
            names[member.name] += 1
            yield _item(member, found, whole, again=names[member.name] > 1)
    except (*_BROKEN, TarError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        line = f"{whole.shown} cannot be read ({reason}); expected a whole archive: fetch or pack it again"
        yield refused_item(found, {**whole.identity, "refused": line})


def _item(member: _Listed, found: FoundFile, whole: Item, *, again: bool) -> Item:
    name = members.shown_name(member.name)
    shown, identity = f"{whole.shown}/{name}", member_identity(whole.identity, name, **member.known)
    driver, refused = None, member.refused
    if refused is None and again:
        refused = "comes twice in its archive; expected each name once"
    if refused is None:
        driver = members.driver_of(member.name, member.head)
        refused = None if driver else "is not what its extension says; expected a raster of that kind"
    raster = RasterAddress(
        address=member.address, drivers=() if driver is None else (driver,), siblings=False
    )
    if refused is not None:
        identity["refused"] = f"{shown} {refused}: {UNPACK}"
    elif member.address.startswith("/vsisubfile/") and "/vsigzip/" in member.address:
        raster = replace(
            raster, config=(("CPL_VSIL_GZIP_WRITE_PROPERTIES", "NO"),)
        )  # nothing beside the archive
    return Item(name=f"{found.name}/{name}", raster=raster, identity=identity, shown=shown)


def _zip_listed(found: FoundFile) -> Iterator[_Listed]:
    """Members of a zip that claim to be rasters; raises BadZipFile where the archive is broken or a bomb."""
    _check_directory(found)
    with ZipFile(found.path) as file:
        infos = file.infolist()
        if len(infos) > members.MAX_MEMBERS:
            raise BadZipFile(f"it has {len(infos):,} members; at most {members.MAX_MEMBERS:,} are listed")
        _check_apart(infos)
        for info in infos:
            if not info.is_dir() and members.is_wanted(info.orig_filename):
                yield _zip_member(file, info, found)


def _zip_member(file: ZipFile, info: ZipInfo, found: FoundFile) -> _Listed:
    name = _readable(info)
    refused = (
        members.why_name_is_refused(name)
        or members.why_kind_is_refused(name)
        or _why_packing_is_refused(info)
        or members.why_size_is_refused(unpacked=info.file_size, packed=info.compress_size)
    )
    head = b""
    if refused is None:
        try:
            with file.open(info) as stream:
                head = stream.read(members.HEAD)
        except _BROKEN as error:
            refused = f"cannot be unpacked ({' '.join(str(error).split())}); expected a whole archive"
    known = {"crc": info.CRC, "member_size": info.file_size, "offset": info.header_offset}
    return _Listed(
        name=name, address=_zip_address(found, info.orig_filename), refused=refused, head=head, known=known
    )


def _readable(info: ZipInfo) -> str:
    """A member's name in the alphabet that it was written in: UTF-8 where its bytes are that, declared or not."""
    try:
        return info.orig_filename if info.flag_bits & _UTF8 else info.orig_filename.encode("cp437").decode()
    except UnicodeError:
        return info.orig_filename


def _why_packing_is_refused(info: ZipInfo) -> str | None:
    kind = info.external_attr >> 28  # the type of a file, as Unix writes it; 0 where another system did
    if kind not in (0, 0o10):
        return "is a link or a device; expected a file"
    if info.flag_bits & 1:
        return "is encrypted; expected a file that is open to all"
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return f"is packed by method {info.compress_type}; expected deflate, or none"
    return None


def _zip_address(found: FoundFile, member: str) -> str:
    """A member's path for GDAL: braces keep the archive's name apart, unless it holds one without its other."""
    archive, inner = str(found.path), member.removeprefix("./")
    depth = 0
    for letter in archive:
        depth += (letter == "{") - (letter == "}")
        if depth < 0:
            break
    return f"/vsizip/{{{archive}}}/{inner}" if depth == 0 else f"/vsizip/{archive}/{inner}"


def _check_apart(infos: list[ZipInfo]) -> None:
    """Raise BadZipFile where members share bytes: so a small file holds the same bomb many times (Fifield 2019)."""
    places = sorted((info.header_offset, 30 + len(info.filename) + info.compress_size) for info in infos)
    for (offset, size), (following, _) in pairwise(places):
        if offset + size > following:
            raise BadZipFile("its members overlap, as those of a bomb do")


def _check_directory(found: FoundFile) -> None:
    """Raise BadZipFile where a zip's table of contents is larger than is read into memory."""
    with found.path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _END.size - _END64.size - _LOCATOR - 0xFFFF))
        tail = file.read()
    start = tail.rfind(b"PK\5\6")
    if start < 0:
        raise BadZipFile("it has no table of contents, as one that was cut off")
    declared = _END.unpack_from(tail, start)[5]
    if tail[:start][-_LOCATOR:].startswith(b"PK\6\7"):
        record = start - _LOCATOR - _END64.size
        if record < 0 or not tail.startswith(b"PK\6\6", record):
            raise BadZipFile("its table of contents is not where it should be")
        declared = _END64.unpack_from(tail, record)[8]
    if declared > MAX_DIRECTORY_BYTES:
        raise BadZipFile(
            f"its table of contents has {declared:,} bytes; at most {MAX_DIRECTORY_BYTES:,} are read"
        )


def _tar_listed(found: FoundFile) -> Iterator[_Listed]:
    """Members of a tar that claim to be rasters; raises TarError where the archive is broken or a bomb.

    GDAL is given their bytes by place (`/vsisubfile/`), not by name: what it opens is what was looked at here, and any
    name will do.
    """
    packed = found.name.lower().endswith((".tar.gz", ".tgz"))
    archive = f"/vsigzip/{found.path}" if packed else str(found.path)
    for member in tar_members(found.path, head=members.HEAD, wanted=members.is_wanted):
        yield _Listed(
            name=member.name,
            address=f"/vsisubfile/{member.offset}_{member.size},{archive}",
            refused=_why_tarred_is_refused(member),
            head=member.head,
            known={"member_size": member.size, "offset": member.offset, "member_mtime": member.mtime},
        )


def _why_tarred_is_refused(member: TarMember) -> str | None:
    refused = members.why_name_is_refused(member.name) or members.why_kind_is_refused(member.name)
    if refused is None and not member.plain:
        return "is a link, a device or a sparse file; expected a plain file"
    return refused or members.why_size_is_refused(unpacked=member.size, packed=member.size)
