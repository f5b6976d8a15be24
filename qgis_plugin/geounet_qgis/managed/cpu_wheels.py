"""torch's wheels for the CPU in the folders of wheels that pip is told of: where one fits, no index is needed for it."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from geounet_qgis.managed.pip_settings import find_links
from geounet_qgis.managed.versions import parsed


def cpu_torch(environ: Mapping[str, str], *, environment: Path) -> str:
    """Give the latest version that fits an environment's Python, as pip pins it (`2.9.0+cpu`); empty without one."""
    tag, machine = _tag(environment), platform.machine().lower()
    wheel = re.compile(rf"torch-([\d.]+\+cpu[\w.]*)-{tag}-{tag}-[\w.]*_{machine}\.whl", re.IGNORECASE)
    fitting = (wheel.fullmatch(unquote(path.name)) for folder in _folders(environ) for path in _files(folder))
    return max((match[1] for match in fitting if match), key=parsed, default="")


def _tag(environment: Path) -> str:
    """Give the tag of an environment's Python, such as `cp312`; venv and uv write its version under names of theirs."""
    for line in (environment / "pyvenv.cfg").read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition("=")
        if key.strip() in {"version", "version_info"}:
            return "cp{}{}".format(*parsed(value)[:2])
    return ""


def _folders(environ: Mapping[str, str]) -> Iterator[Path]:
    """Give those on this machine: what a server has is not asked."""
    for link in find_links(environ):
        if link.startswith("file:"):
            yield Path(url2pathname(urlsplit(link).path))
        elif "://" not in link:
            yield Path(link).expanduser()


def _files(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []  # pip itself will say so
