import os
import sys
import textwrap
from pathlib import Path

import pytest

from geounet_qgis.child.variables import clean
from geounet_qgis.managed import interpreter
from geounet_qgis.managed.errors import InstallError
from geounet_qgis.managed.interpreter import Interpreter, Refused, looked_at
from geounet_qgis.managed.pythons import candidates, python_in, search

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are scripts")

ANSWER = {
    "path": "/somewhere/python3",
    "version": [3, 12, 1],
    "bits": 64,
    "implementation": "cpython",
    "machine": "x86_64",
    "platform": "linux",
    "free_threaded": False,
    "ssl": True,
    "venv": True,
}


def program(folder, name, script):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(textwrap.dedent(script).lstrip())
    path.chmod(0o755)
    return path


def answering(folder, name="python3", **values):
    text = str({**ANSWER, **values}).replace("True", "true").replace("False", "false").replace("'", '"')
    return program(folder, name, f"#!/bin/sh\necho 'Loading ...'\necho '{text}'\n")


def looked(path, *, uv=False):
    return looked_at((str(path),), {"PATH": "/usr/bin:/bin"}, uv=uv)


def test_this_python_tells_the_truth_about_itself():
    told = looked_at((sys.executable,), clean(os.environ), uv=False)
    assert told == Interpreter(sys.executable, tuple(sys.version_info[:3]), has_venv=True)


def test_a_poisoned_environment_is_cleaned():
    told = search({**os.environ, "PYTHONHOME": "/nowhere"}, chosen=sys.executable)
    assert told.found.version == tuple(sys.version_info[:3])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"version": [3, 10, 14]}, "3.10.14"),
        ({"version": [3, 14, 0]}, "3.14.0"),
        ({"bits": 32}, "32-bit"),
        ({"implementation": "pypy"}, "CPython"),
        ({"free_threaded": True}, "CPython"),
        ({"platform": "darwin"}, "Intel"),
        ({"ssl": False}, "ssl"),
        ({"venv": False}, "python3-venv"),
    ],
)
def test_what_does_not_do_says_why(tmp_path, values, said):
    told = looked(answering(tmp_path, **values))
    assert isinstance(told, Refused)
    assert said in told.reason


@pytest.mark.parametrize("version", [[3, 11, 0], [3, 12, 9], [3, 13, 1]])
def test_what_does(tmp_path, version):
    told = looked(answering(tmp_path, version=version))
    assert told == Interpreter("/somewhere/python3", tuple(version), has_venv=True)


def test_uv_makes_environments_where_venv_is_missing(tmp_path):
    assert isinstance(looked(answering(tmp_path, venv=False), uv=True), Interpreter)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("#!/bin/sh\necho 'dyld: Library not loaded' >&2\nexit 134\n", "dyld: Library not loaded"),
        ("#!/bin/sh\nexit 9009\n", "does not work"),
        ("#!/bin/sh\necho '{}'\n", "does not work"),
        ("#!/bin/sh\necho '[1, 2'\n", "does not work"),
        ("#!/no/such/shell\n", "cannot be started"),
        ("\x7fELF garbage", "cannot be started"),
    ],
)
def test_a_broken_one_says_why(tmp_path, script, said):
    told = looked(program(tmp_path, "python3", script))
    assert isinstance(told, Refused)
    assert said in told.reason


def test_one_that_hangs_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(interpreter, "SECONDS", 0.3)
    told = looked(program(tmp_path, "python3", "#!/bin/sh\nexec sleep 600\n"))
    assert "did not answer" in told.reason


def test_broken_ones_on_path_are_passed_over(tmp_path):
    broken = program(tmp_path / "a", "python3.13", "#!/bin/sh\nexit 3\n")
    good = answering(tmp_path / "b", "python3.12")
    environ = {"PATH": f"{broken.parent}:{good.parent}:/usr/bin:/bin", "HOME": str(tmp_path)}
    from_path = [words for words in candidates(environ) if words[0].startswith(str(tmp_path))]
    assert from_path == [(str(broken),), (str(good),)]


def test_the_pythons_of_conda(tmp_path):
    listed = answering(tmp_path / "envs" / "gis" / "bin", "python3.12")
    usual = answering(tmp_path / "miniforge3" / "bin", "python3.11")
    (tmp_path / ".conda").mkdir()
    (tmp_path / ".conda" / "environments.txt").write_text(f"{tmp_path}/envs/gis\n{tmp_path}/gone\n")
    found = [words[0] for words in candidates({"PATH": "", "HOME": str(tmp_path)})]
    assert str(listed) in found
    assert str(usual) in found


def test_qgis_itself_is_never_started(tmp_path, monkeypatch):
    started = tmp_path / "started"
    qgis = program(tmp_path, "QGIS", f"#!/bin/sh\ntouch {started}\n")
    monkeypatch.setattr(sys, "executable", str(qgis))
    search({**os.environ, "PATH": "", "HOME": str(tmp_path)})
    assert not started.exists()


def test_the_chosen_one_alone_counts(tmp_path):
    with pytest.raises(InstallError, match=r"3\.9\.18") as refused:
        search(os.environ, chosen=str(answering(tmp_path, version=[3, 9, 18])))
    assert refused.value.hint
    with pytest.raises(InstallError, match="cannot be started"):
        search(os.environ, chosen=str(tmp_path / "absent"))


def test_a_folder_may_be_chosen(tmp_path):
    python = answering(tmp_path / "env" / "bin", "python")
    assert python_in(str(tmp_path / "env")) == str(python)
    assert search(os.environ, chosen=str(tmp_path / "env")).found.version == (3, 12, 1)
    assert Path(python_in(str(python))) == python
