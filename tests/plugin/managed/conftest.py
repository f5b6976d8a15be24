import base64
import hashlib
import importlib.util
import json
import os
import shutil
import sys
import textwrap
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from geounet_qgis.managed import own_wheel

GEOUNET = """
    import json, sys
    VERSION, HEALTHY = {version!r}, {healthy!r}
    def say(event, **values):
        print(json.dumps(dict(event=event, **values)), flush=True)
    say("started", protocol={protocol!r}, geounet=VERSION, command=sys.argv[1])
    say("log", level="info", message="geounet: " + VERSION)
    say("log", level="info" if HEALTHY else "error", message="torch: " + ("2.9" if HEALTHY else "libc10.so is missing"))
    if HEALTHY:
        say("done", result=dict(checks=[]))
    else:
        say("failed", error="MissingDependencyError", message="1 of 2 checks failed (torch)")
        sys.exit(1)
"""

BUILD_BACKEND = """
    import os, subprocess, sys, time
    def build_wheel(*args, **kwargs):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        with open({marks!r}, "w") as file:
            file.write(f"{{os.getpid()}} {{child.pid}} ")
        time.sleep(600)
"""


@dataclass
class Follower:
    """Keeps what it hears; cancels as soon as `when` says so."""

    when: object = staticmethod(lambda: False)
    steps: list = field(default_factory=list)
    lines: list = field(default_factory=list)

    def step(self, title, number, of):
        self.steps.append((number, of))

    def line(self, text):
        self.lines.append(text)

    def is_cancelled(self):
        return self.when()


def written(folder, name, version, files, *, needs=()):
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    files = {
        **files,
        f"{info}/METADATA": metadata + "".join(f"Requires-Dist: {need}\n" for need in needs),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(text.encode())}")
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""])
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name_inside, text in files.items():
            archive.writestr(name_inside, text)
    return path


@pytest.fixture
def write_wheel():
    return written


@pytest.fixture(autouse=True)
def own_wheels(tmp_path, monkeypatch):
    """The folder of the plugin's own wheel; a checkout has none."""
    folder = tmp_path / "the plugin" / "wheels"
    monkeypatch.setattr(own_wheel, "FOLDER", folder)
    return folder


@pytest.fixture
def geounet_wheel(tmp_path):
    """A stand-in that answers the doctor."""

    def make(version="0.1.0", *, healthy=True, protocol=1, folder="wheels", needs=()):
        main = textwrap.dedent(GEOUNET).format(version=version, healthy=healthy, protocol=protocol)
        files = {"geounet/__init__.py": "", "geounet/__main__.py": main}
        return written(tmp_path / folder, "geounet", version, files, needs=needs)

    return make


@pytest.fixture
def endless_checkout(tmp_path):
    """A checkout whose build never ends, and the file in which it writes the numbers of its processes."""
    checkout, marks = tmp_path / "checkout", tmp_path / "marks"
    checkout.mkdir()
    (checkout / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "geounet"\nversion = "0.1.0"\n'
    )
    (checkout / "backend.py").write_text(textwrap.dedent(BUILD_BACKEND).format(marks=str(marks)))
    return checkout, marks


HAS_UV = importlib.util.find_spec("uv") is not None or shutil.which("uv") is not None


@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.skipif(not HAS_UV, reason="no uv here"))])
def use_uv(request):
    return request.param


@pytest.fixture
def environ(tmp_path):
    """This process's, with what a parent such as QGIS would poison, and without this machine's own settings."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    poison = {"PYTHONHOME": "/nowhere", "PYTHONPATH": "/nowhere", "HOME": str(home), "USERPROFILE": str(home)}
    return {**kept, **poison, "PIP_USER": "1", "PIP_CONFIG_FILE": os.devnull}


@pytest.fixture
def follower():
    return Follower()


@pytest.fixture
def base_python():
    """A Python with venv and pip that is no environment itself."""
    return str(Path(sys.base_prefix) / ("python.exe" if os.name == "nt" else "bin/python3"))


FAKE_UV = """
    #!{python}
    import json, os, subprocess, sys, urllib.request, zipfile
    words = sys.argv[1:]
    if words == ["--version"]:
        print("uv {version} (fake)")
        sys.exit()
    asked = open(words[-1]).read() if "install" in words else ""
    with open({record!r}, "a") as file:
        file.write(json.dumps(dict(words=words, environ=dict(os.environ), asked=asked)) + "\\n")
    trouble = {trouble!r}
    if trouble and (trouble[0] in " ".join(words)):
        print(trouble[1], file=sys.stderr)
        sys.exit(2)
    if "venv" in words:
        sys.exit(subprocess.call([{python!r}, "-I", "-m", "venv", "--without-pip", words[-1]]))
    into = words[words.index("--python") + 1]
    where = [into, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site_packages = subprocess.run(where, capture_output=True, text=True, check=True).stdout.strip()
    address = open(words[-1]).readline().partition(" @ ")[2].strip()
    wheel = urllib.request.url2pathname(address.removeprefix("file://")) if address else {wheel!r}
    zipfile.ZipFile(wheel).extractall(site_packages)
"""


@dataclass
class FakeUv:
    """A uv that unpacks the wheel it is given, and keeps what it was told."""

    folder: Path
    record: Path

    @property
    def calls(self):
        return [json.loads(line) for line in self.record.read_text().splitlines()]


@pytest.fixture
def fake_uv_script(tmp_path, base_python):
    def make(*, trouble=None, version="0.13.9", wheel=""):
        values = {"python": base_python, "version": version, "record": str(tmp_path / "calls")}
        return textwrap.dedent(FAKE_UV).lstrip().format(**values, trouble=trouble, wheel=str(wheel))

    return make


@pytest.fixture
def fake_uv(tmp_path, fake_uv_script):
    def make(*, trouble=None, version="0.13.9"):
        folder, record = tmp_path / "uv-bin", tmp_path / "calls"
        folder.mkdir()
        program = folder / "uv"
        program.write_text(fake_uv_script(trouble=trouble, version=version))
        program.chmod(0o755)
        return FakeUv(folder, record)

    return make
