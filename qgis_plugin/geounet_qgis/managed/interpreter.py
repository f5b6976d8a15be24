"""A Python that might do for the environment: run once, to see what it is and whether it works at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from subprocess import TimeoutExpired

from geounet_qgis.managed.asking import ask
from geounet_qgis.managed.versions import Version
from geounet_qgis.translation import tr

FIRST, LAST = (3, 11), (3, 13)
SECONDS = 15  # a virus scanner may look at a program for seconds before it lets it start

QUESTION = """
import importlib.util, json, platform, struct, sys, sysconfig
def has(name):
    try:
        __import__(name)
    except Exception:
        return False
    return True
print("\\n" + json.dumps({
    "path": sys.executable, "version": list(sys.version_info[:3]), "bits": 8 * struct.calcsize("P"),
    "implementation": sys.implementation.name, "machine": platform.machine(), "platform": sys.platform,
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")), "ssl": has("ssl") and has("ctypes"),
    "venv": has("venv") and importlib.util.find_spec("ensurepip") is not None}))
"""


@dataclass(frozen=True)
class Interpreter:
    """A Python that runs."""

    path: str
    version: Version
    has_venv: bool
    """Whether it can make an environment with pip by itself; Debian keeps that in a package of its own."""


@dataclass(frozen=True)
class Refused:
    """A Python that does not do, and why not."""

    words: tuple[str, ...]
    reason: str


def looked_at(words: Sequence[str], environ: Mapping[str, str], *, uv: bool) -> Interpreter | Refused:
    """Run a Python; with `uv` it need not have venv and pip itself."""
    words = tuple(words)
    try:
        environ = {**environ, "PYTHON_MANAGER_AUTOMATIC_INSTALL": "false"}  # Windows' py must not install one
        answer = ask([*words, "-I", "-c", QUESTION], environ, seconds=SECONDS)
    except TimeoutExpired:
        return Refused(words, tr("it did not answer within {seconds} seconds").format(seconds=SECONDS))
    except OSError as error:
        return Refused(words, tr("it cannot be started: {error}").format(error=error.strerror or error))
    try:
        about = json.loads(answer.out.rstrip().rpartition("\n")[2])
        reason = _trouble(about, uv=uv)
        return (
            Refused(words, reason)
            if reason
            else Interpreter(about["path"], tuple(about["version"]), about["venv"])
        )
    except (ValueError, KeyError, TypeError):
        said = answer.err.strip().rpartition("\n")[2]
        return Refused(words, tr("it does not work: {error}").format(error=said or answer.code))


def _trouble(about: dict[str, object], *, uv: bool) -> str:
    """Say why it does not do, in a few words; empty where it does."""
    version = ".".join(map(str, about["version"]))
    troubles = (
        (
            not FIRST <= tuple(about["version"][:2]) <= LAST,
            tr("it is Python {version}; 3.11, 3.12 or 3.13 is needed").format(version=version),
        ),
        (about["bits"] != 64, tr("it is a 32-bit Python")),
        (about["implementation"] != "cpython" or about["free_threaded"], tr("it is not the usual CPython")),
        (
            about["platform"] == "darwin" and about["machine"] != "arm64",
            tr("it is made for Intel processors, for which torch has no builds any more"),
        ),
        (not about["ssl"], tr("its ssl or ctypes module cannot be loaded")),
        (
            not about["venv"] and not uv,
            tr("it has no venv and ensurepip (on Debian and Ubuntu: install python3-venv)"),
        ),
    )
    return next((trouble for is_so, trouble in troubles if is_so), "")
