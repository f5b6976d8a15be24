"""What a file is taken for, by its extension: a raster, an archive of rasters, or neither."""

RASTER_EXTENSIONS = frozenset(
    {
        "tif", "tiff", "gtiff", "tf8", "btf", "jp2", "j2k", "jpx", "img", "vrt", "png", "jpg", "jpeg", "jpe", "webp",
        "bmp", "ntf", "nitf", "ecw", "sid", "kea", "pix", "mrf",
    }
)  # fmt: skip
"""What is taken for a raster in a folder; a file of another kind is taken where it is given by its own name."""

ARCHIVE_EXTENSIONS = frozenset({"zip", "tar", "tar.gz", "tgz", "tar.bz2", "tbz2", "tar.xz", "txz", "tar.zst"})
"""What is taken for an archive."""

_ARCHIVE_ENDS = tuple(f".{extension}" for extension in ARCHIVE_EXTENSIONS)


def is_raster_name(name: str) -> bool:
    """Whether a file is called as a raster is, and does not hide."""
    stem, _, extension = name.rpartition(".")
    return bool(stem) and extension.lower() in RASTER_EXTENSIONS and not name.startswith(".")


def is_archive_name(name: str) -> bool:
    """Whether a file is called as an archive is, and does not hide."""
    return name.lower().endswith(_ARCHIVE_ENDS) and not name.startswith(".")
