import errno

import pytest

from geounet_qgis.managed import own_wheel
from geounet_qgis.managed.errors import InstallError
from geounet_qgis.managed.failures import from_system, from_tool, is_blocked
from geounet_qgis.managed.plan import Plan, digest, requirement

PIP_DNS = """\
WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3\
.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno -2] Name or service not \
known')': /simple/geounet/
ERROR: Could not find a version that satisfies the requirement geounet<0.2,>=0.1 (from versions: none)
ERROR: No matching distribution found for geounet<0.2,>=0.1"""
UV_DNS = """\
error: Request failed after 3 retries in 8.5s
  cause: error sending request for url (https://index.example/simple/torch/)
  cause: client error (Connect)
  cause: dns error
  cause: failed to lookup address information: Name or service not known"""
PIP_PROXY = (
    "WARNING: Retrying after connection broken by 'ProxyError('Cannot connect to proxy.', OSError('Tunnel \
connection failed: 407 Proxy Authentication Required'))': /simple/uv/"
)
UV_PROXY = """\
error: Failed to fetch: `https://index.example/simple/uv/`
  Caused by: client error (Connect)
  Caused by: tunnel error: unsuccessful"""
UV_TLS = "  Caused by: invalid peer certificate: UnknownIssuer"
PIP_TLS = "Could not fetch URL: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer"
UV_NONE = """\
  × No solution found when resolving dependencies:
  ╰─▶ Because geounet was not found in the provided package locations, your requirements are unsatisfiable."""
UV_UNPUBLISHED = """\
  × No solution found when resolving dependencies:
  ╰─▶ Because geounet was not found in the package registry and you require geounet>=0.1,<0.2, we can conclude"""
UV_ANOTHER_VERSION = """\
  × No solution found when resolving dependencies:
  ╰─▶ Because only geounet==0.2.0 is available and you require geounet>=0.1,<0.2, we can conclude"""
UV_ANOTHER_PACKAGE = """\
  × No solution found when resolving dependencies:
  ╰─▶ Because numba was not found in the package registry and only geounet==0.1.0 is available, we can conclude that
      all versions of geounet cannot be used."""
PIP_NONE = """\
ERROR: Could not find a version that satisfies the requirement geounet[train]<0.2,>=0.1 (from versions: none)
ERROR: No matching distribution found for geounet[train]<0.2,>=0.1"""
PIP_ANOTHER_PACKAGE = "ERROR: No matching distribution found for numba>=0.61"
BROKE = "ERROR: Exception: urllib3.exceptions.IncompleteRead(12345 bytes read, 678 more expected)"
WINDOWS_FULL = (
    "error: Failed to install: torch\n  Caused by: There is not enough space on the disk. (os error 112)"
)
DOWNLOADING = "Downloading torch-2.9.0-cp312-cp312-win_amd64.whl (407.3 MB)\nsomething else went wrong"


@pytest.mark.parametrize(
    ("said", "message", "blocked"),
    [
        (PIP_DNS, "cannot be reached", True),
        (UV_DNS, "cannot be reached", True),
        (PIP_PROXY, "user or the password", False),
        (UV_PROXY, "proxy cannot be reached", True),
        (UV_TLS, "not trusted", False),
        (PIP_TLS, "not trusted", False),
        (UV_NONE, "geounet itself was not found", False),
        (UV_UNPUBLISHED, "geounet itself was not found", False),
        (UV_ANOTHER_VERSION, "geounet itself was not found", False),
        (PIP_NONE, "geounet itself was not found", False),
        (UV_ANOTHER_PACKAGE, "not all found", False),
        (PIP_ANOTHER_PACKAGE, "not all found", False),
        (BROKE, "broke off", False),
        ("error: [Errno 28] No space left on device", "disk is full", False),
        (WINDOWS_FULL, "disk is full", False),
        ("ERROR: [Errno 13] Permission denied: 'x'", "could not be written", False),
        (DOWNLOADING, "something else", False),
    ],
)
def test_what_pip_and_uv_say(said, message, blocked):
    lines = said.splitlines()
    error = from_tool(lines, doing="geounet could not be installed")
    assert message in str(error)
    assert "\n" not in str(error)
    assert error.hint
    assert is_blocked(lines) is blocked


def test_the_cause_is_told_with_the_error():
    assert "geounet was not found" in str(from_tool(UV_NONE.splitlines(), doing="It failed"))
    assert "https://index.example" in str(from_tool(UV_DNS.splitlines(), doing="It failed"))
    assert "No matching distribution" in str(from_tool(PIP_DNS.splitlines(), doing="It failed"))


def test_a_tool_that_said_nothing():
    assert str(from_tool([], doing="It failed")).startswith("It failed")


def test_what_the_system_refuses():
    assert "disk is full" in str(from_system(OSError(errno.ENOSPC, "No space left on device", "/a")))
    refused = from_system(PermissionError(errno.EACCES, "Permission denied", "/a/b"))
    assert "/a/b" in str(refused)
    assert refused.hint


def test_requirements(tmp_path):
    wheel = tmp_path / "my wheels" / "geounet-0.1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.write_text("")
    assert requirement(Plan("f")) == "geounet>=0.1,<0.2"
    assert requirement(Plan("f", train=True)) == "geounet[train]>=0.1,<0.2"
    assert requirement(Plan("f", requirement="geounet==0.1.3", train=True)) == "geounet[train]==0.1.3"
    assert requirement(Plan("f", requirement=str(wheel))) == f"geounet @ {wheel.as_uri()}"
    assert (
        requirement(Plan("f", requirement=str(tmp_path), train=True))
        == f"geounet[train] @ {tmp_path.as_uri()}"
    )
    assert "%20" in requirement(Plan("f", requirement=str(wheel)))
    assert digest(Plan("f")) != digest(Plan("f", train=True))


def test_the_plugins_own_wheel_comes_first(own_wheels, tmp_path):
    own_wheels.mkdir(parents=True)
    for version in ("0.1.9", "0.1.10", "0.2.0"):
        (own_wheels / f"geounet-{version}-py3-none-any.whl").write_text("")
    wheel = own_wheels / "geounet-0.1.10-py3-none-any.whl"
    assert requirement(Plan("f")) == f"geounet @ {wheel.as_uri()}"
    assert requirement(Plan("f", train=True)) == f"geounet[train] @ {wheel.as_uri()}"
    assert "%20" in wheel.as_uri()
    assert requirement(Plan("f", requirement="geounet==0.1.3")) == "geounet==0.1.3"
    assert (
        len({digest(Plan("f")), digest(Plan("f", train=True)), digest(Plan("f", requirement="geounet"))}) == 3
    )


def test_the_plugin_may_be_moved_and_wants_what_it_wanted(own_wheels, tmp_path, monkeypatch):
    name = "geounet-0.1.0-py3-none-any.whl"
    digests = set()
    for folder in (own_wheels, tmp_path / "another profile"):
        folder.mkdir(parents=True)
        (folder / name).write_text("")
        monkeypatch.setattr(own_wheel, "FOLDER", folder)
        digests.add(digest(Plan("f")))
    assert len(digests) == 1


@pytest.mark.parametrize(
    "text", ["--trusted-host index.example", "-e .", "/absent/geounet-0.1.0-py3-none-any.whl"]
)
def test_what_is_no_requirement(text):
    with pytest.raises(InstallError) as refused:
        requirement(Plan("f", requirement=text))
    assert refused.value.hint


def test_a_second_line_is_no_option():
    assert "\n" not in requirement(Plan("f", requirement="geounet\n--trusted-host index.example"))
