"""Where the packages come from: uv out of a folder of wheels, and downloads that are not made twice."""

import functools
import http.server
import threading
import time
import zipfile
from collections import Counter

import pytest

from geounet_qgis.managed.errors import InstallError
from geounet_qgis.managed.install import install
from geounet_qgis.managed.plan import Plan


@pytest.fixture
def uv_in_folder(geounet_wheel, write_wheel, fake_uv_script):
    """A folder of wheels with geounet and uv in it."""
    wheel = geounet_wheel()
    script = fake_uv_script(version="0.99.0", wheel=wheel)
    write_wheel(wheel.parent, "uv", "0.99.0", {"uv/__init__.py": "", "uv/__main__.py": script})
    return wheel.parent


def test_uv_itself_from_the_folder_of_wheels(uv_in_folder, tmp_path, environ, follower, base_python):
    plan = Plan(folder=tmp_path / "f", wheels=str(uv_in_folder), python=base_python)

    installed = install(plan, follower, environ={**environ, "PATH": "/usr/bin:/bin"})

    record = tmp_path / "calls"

    assert installed.tool == "uv 0.99.0"
    assert installed.build == "wheels"
    assert "--no-index" in record.read_text()
    assert "torch-backend" not in record.read_text()


def test_a_folder_that_is_not_there(tmp_path, environ, follower):
    with pytest.raises(InstallError, match="no folder of wheels") as refused:
        install(Plan(folder=tmp_path / "f", wheels=str(tmp_path / "absent")), follower, environ=environ)
    assert refused.value.hint


class Index(http.server.SimpleHTTPRequestHandler):
    """A package index in which one wheel is missing at first."""

    asked, missing = Counter(), set()

    def do_GET(self):
        name = self.path.rpartition("/")[2]
        Index.asked[name] += 1
        if name in Index.missing:
            time.sleep(1.5)  # the others are through by then
            self.send_error(404)
        else:
            super().do_GET()

    def end_headers(self):
        self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def index(tmp_path, geounet_wheel, write_wheel):
    """A small index on this machine: geounet needs two more packages."""
    simple = tmp_path / "index" / "simple"
    wheels = [
        geounet_wheel(folder="index/simple/geounet", needs=("alargeone", "zanother")),
        write_wheel(simple / "alargeone", "alargeone", "0.1.0", {"alargeone.py": "#" * 100_000}),
        write_wheel(simple / "zanother", "zanother", "0.1.0", {"zanother.py": ""}),
    ]
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            inside = next(name for name in archive.namelist() if name.endswith("/METADATA"))
            (wheel.parent / f"{wheel.name}.metadata").write_bytes(archive.read(inside))
        link = f'<a href="{wheel.name}" data-core-metadata="true">{wheel.name}</a>'
        (wheel.parent / "index.html").write_text(link)
    handler = functools.partial(Index, directory=str(tmp_path / "index"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()
        thread.join()


def test_what_was_downloaded_is_not_downloaded_again(index, tmp_path, environ, follower, use_uv):
    plan = Plan(folder=tmp_path / "f", build="index", use_uv=use_uv)
    environ = {**environ, "PIP_INDEX_URL": index, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    environ["PIP_TRUSTED_HOST"] = "127.0.0.1"  # pip caches nothing that comes without TLS
    Index.asked.clear()
    Index.missing = {"zanother-0.1.0-py3-none-any.whl"}
    with pytest.raises(InstallError):
        install(plan, follower, environ=environ)
    assert Index.asked["alargeone-0.1.0-py3-none-any.whl"] == 1

    Index.missing = set()
    assert install(plan, follower, environ=environ).geounet == "0.1.0"

    assert Index.asked["alargeone-0.1.0-py3-none-any.whl"] == 1
    assert Index.asked["zanother-0.1.0-py3-none-any.whl"] >= 2
