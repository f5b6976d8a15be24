"""What pip is told on this machine (an office's own index, folders of wheels), handed on to uv, which does not read it.

The files are those of pip's documentation, "Configuration": for all users, for one user, and PIP_CONFIG_FILE.
"""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

TOLD = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS"}
SEPARATORS = {"UV_FIND_LINKS": ","}  # the others are separated by spaces


def for_uv(environ: Mapping[str, str]) -> dict[str, str]:
    """Give uv's variables for what pip would do; one that is set already is left as it is."""
    values = {}
    for key, name in TOLD.items():
        told = environ.get(f"PIP_{key.upper().replace('-', '_')}") or _in_files(key, environ)
        if told and name not in environ:
            values[name] = SEPARATORS.get(name, " ").join(told.split())
    if "UV_INDEX" in values and "UV_INDEX_STRATEGY" not in environ:
        values["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip does: the best of all its indexes
    return values


def find_links(environ: Mapping[str, str]) -> list[str]:
    """Give the folders and pages of wheels that pip or uv is told of."""
    told = environ.get("UV_FIND_LINKS") or for_uv(environ).get("UV_FIND_LINKS", "")
    return [link.strip() for link in told.split(",") if link.strip()]


def _in_files(key: str, environ: Mapping[str, str]) -> str:
    """Read the key; a later file counts more, and `install` more than `global`."""
    told = ""
    for path in _files(environ):
        settings = configparser.RawConfigParser()
        try:
            settings.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue  # pip itself will say so
        for section in ("global", "install"):
            told = settings.get(section, key, fallback=told)
    return told


def _files(environ: Mapping[str, str]) -> Iterator[Path]:
    """Where pip looks, the least important first."""
    chosen = environ.get("PIP_CONFIG_FILE", "")
    if chosen == os.devnull:  # pip's way to read no file at all
        return
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or "/")
    if os.name == "nt":
        yield Path(environ.get("PROGRAMDATA", "C:/ProgramData")) / "pip" / "pip.ini"
        yield home / "pip" / "pip.ini"
        yield Path(environ.get("APPDATA", home)) / "pip" / "pip.ini"
    else:
        yield Path("/Library/Application Support/pip/pip.conf")
        yield Path("/etc/xdg/pip/pip.conf")
        yield Path("/etc/pip.conf")
        yield home / ".pip" / "pip.conf"
        yield home / "Library" / "Application Support" / "pip" / "pip.conf"
        yield Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"
    if chosen:
        yield Path(chosen)
