"""Builds the plugin's zip and checks it as the plugin repository does: `make plugin`."""

from __future__ import annotations

import argparse
import configparser
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlparse

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "qgis_plugin" / "geounet_qgis"
MOST_BYTES = 25_000_000
"""What the plugin repository takes."""

PACKED = {".py", ".txt", ".svg", ".png", ".qml", ".qm", ".json"}
"""Kinds of files that belong into the zip, beside LICENSE."""
LEFT_OUT = {".ts", ".pyc"}
"""Kinds that may lie in the folder and stay there: translations' sources, Python's cache."""
FORBIDDEN = {"__pycache__", "__MACOSX", ".git"}

REQUIRED = (
    *(
        "name",
        "description",
        "about",
        "version",
        "qgisMinimumVersion",
        "author",
        "email",
        "tracker",
        "repository",
    ),
    *("qgisMaximumVersion", "supportsQt6", "hasProcessingProvider", "homepage", "icon", "tags", "category"),
    *("license", "changelog", "experimental"),
)
"""The keys of metadata.txt: the repository's, and those that QGIS reads of this plugin."""
EXACT = {
    "qgisMinimumVersion": "3.22",
    "qgisMaximumVersion": "4.99",
    "supportsQt6": "True",
    "hasProcessingProvider": "yes",
    "category": "Raster",
}

UNIX, REGULAR_FILE = 3, 0o100644 << 16

LIBRARY = ("pyproject.toml", "README.md", "LICENSE", "geounet")
"""What geounet's wheel is built of."""
SETUPTOOLS = 77
"""The oldest that pyproject.toml takes: where one is here, nothing has to be downloaded to build the wheel."""
EPOCH = "315532800"
"""1980-01-01, the earliest time that a zip can hold: the wheel's files have none of their own."""


class PluginError(Exception):
    """The zip cannot be built, or the plugin repository would refuse it."""


def build(source: Path, folder: Path, *, wheel: Path | None = None) -> Path:
    """Write `folder/geounet_qgis-<version>.zip`, the same bytes for the same files, and check it.

    With geounet's wheel in it the plugin installs that, else what it finds in the package index.
    """
    number = read_metadata((source / "metadata.txt").read_text(encoding="utf-8")).get("version", "")
    packed = {path.relative_to(source).as_posix(): path for path in files(source)}
    if wheel:
        expected = f"geounet-{number}-py3-none-any.whl"
        if wheel.name != expected:
            raise PluginError(f"found the wheel {wheel.name}, expected {expected}: the plugin's own version")
        packed[f"wheels/{wheel.name}"] = wheel
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{source.name}-{number}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in packed.items():
            entry = zipfile.ZipInfo(f"{source.name}/{name}")
            entry.compress_type, entry.create_system, entry.external_attr = (
                zipfile.ZIP_DEFLATED,
                UNIX,
                REGULAR_FILE,
            )
            archive.writestr(entry, path.read_bytes())
    found = problems(target)
    if found:
        target.unlink()
        raise PluginError("; ".join(found))
    return target


def library_wheel(root: Path, folder: Path) -> Path:
    """Build geounet's wheel into `folder`, of a copy of the checkout: what earlier builds have left is not packed."""
    with tempfile.TemporaryDirectory() as temporary:
        for name in LIBRARY:
            source, copy = root / name, Path(temporary) / name
            if source.is_dir():
                unwanted = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, copy, ignore=unwanted, copy_function=_copied)
            else:
                _copied(source, copy)
        environ = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
        words = [*_wheel_builder(), str(folder), temporary]
        ran = subprocess.run(  # noqa: S603 (no shell)
            words, env=environ, umask=0o022, capture_output=True, text=True, check=False
        )
    built = list(folder.glob("geounet-*.whl"))
    if ran.returncode or len(built) != 1:
        raise PluginError(f"geounet's wheel could not be built:\n{(ran.stderr or ran.stdout).strip()}")
    return built[0]


def _copied(source: str | Path, target: str | Path) -> None:
    """Copy a file's bytes: its mode must not tell one person's wheel from another's."""
    shutil.copyfile(source, target)
    Path(target).chmod(0o644)


def _wheel_builder() -> list[str]:
    """Give the words that build a wheel, up to those that say whereto and of what."""
    if _major("pip"):
        offline = ["--no-build-isolation"] if _major("setuptools") >= SETUPTOOLS else []
        words = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
        return [*words, *offline, "--wheel-dir"]
    uv = shutil.which("uv")
    if uv:
        return [uv, "build", "--quiet", "--wheel", "--out-dir"]
    raise PluginError("geounet's wheel needs pip, or uv, to be built; install one of them")


def _major(package: str) -> int:
    """Give the first number of a package's version; 0 where this Python does not have it."""
    try:
        return int(version(package).partition(".")[0])
    except PackageNotFoundError:
        return 0


def files(source: Path) -> list[Path]:
    """What goes into the zip, in order; a file of an unknown kind is an error, not left out in silence."""
    chosen = []
    for path in sorted(source.rglob("*")):
        inside = path.relative_to(source)
        if path.is_dir() or path.suffix in LEFT_OUT or "__pycache__" in inside.parts:
            continue
        if path.suffix not in PACKED and str(inside) != "LICENSE":
            raise PluginError(
                f"found {inside}, which is of no kind that goes into the zip; remove it, or name its kind in build.py"
            )
        chosen.append(path)
    return chosen


def problems(target: Path) -> list[str]:
    """What the plugin repository would refuse in a zip, or QGIS not understand."""
    found = []
    if target.stat().st_size > MOST_BYTES:
        found.append(f"{target.name} has {target.stat().st_size} bytes, more than {MOST_BYTES}")
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
        found += name_problems(names)
        for name in names:
            if name.partition("/")[2] == "metadata.txt":
                contents = {other.partition("/")[2] for other in names}
                found += metadata_problems(archive.read(name).decode(), contents)
    return found


def name_problems(names: list[str]) -> list[str]:
    """What is wrong with the names of a zip's files."""
    folders = {name.split("/")[0] for name in names}
    if len(folders) != 1 or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]+", *folders):
        return [f"found {sorted(folders)} at its top, expected one folder, named as a Python package"]
    folder = folders.pop()
    unwanted = [
        name for name in names if FORBIDDEN & set(name.split("/")) or ".." in name or name.endswith(".pyc")
    ]
    missing = [name for name in ("__init__.py", "metadata.txt", "LICENSE") if f"{folder}/{name}" not in names]
    return [f"{name} must not be in it" for name in unwanted] + [f"{name} is missing" for name in missing]


def metadata_problems(text: str, names: set[str]) -> list[str]:
    """What is wrong with a metadata.txt; `names` are the plugin's files."""
    try:
        metadata = read_metadata(text)
    except PluginError as error:
        return [str(error)]
    found = [f"metadata.txt has no {key}" for key in REQUIRED if not metadata.get(key, "").strip()]
    found += [
        f"metadata.txt has {key}={metadata[key]}, expected {value}"
        for key, value in EXACT.items()
        if key in metadata and metadata[key] != value
    ]
    for key in ("tracker", "repository", "homepage"):
        address = urlparse(metadata.get(key, ""))
        if address.scheme != "https" or not address.netloc:
            found.append(f"metadata.txt has {key}={metadata.get(key)}, expected an https address")
    if metadata.get("icon") not in names:
        found.append(f"metadata.txt names the icon {metadata.get('icon')}, which is not in the plugin")
    if not re.fullmatch(r"\d+\.\d+\.\d+", metadata.get("version", "")):
        found.append(f"metadata.txt has version={metadata.get('version')}, expected three numbers")
    if "/" in metadata.get("author", "") or "@" not in metadata.get("email", ""):
        found.append("metadata.txt needs an author without slashes and an email address")
    return found


def read_metadata(text: str) -> dict[str, str]:
    """Read metadata.txt as QGIS and the plugin repository do: `%` is special, keys keep their case."""
    parser = configparser.ConfigParser()
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(text)
        return dict(parser.items("general"))
    except configparser.Error as error:
        raise PluginError(f"metadata.txt cannot be read: {error}") from error


def main(arguments: list[str]) -> int:
    """Build it, and say where it lies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=Path("dist"), help="the folder that the zip goes into (dist)"
    )
    parser.add_argument(
        "--wheel",
        type=Path,
        nargs="?",
        const=ROOT,
        help="put geounet's wheel into it: this one, or where none is named one of this checkout",
    )
    chosen = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as folder:
            wheel = library_wheel(ROOT, Path(folder)) if chosen.wheel == ROOT else chosen.wheel
            target = build(SOURCE, chosen.out, wheel=wheel)
    except PluginError as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    print(f"{target} ({target.stat().st_size / 1000:.0f} kB)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
