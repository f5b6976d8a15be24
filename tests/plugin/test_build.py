import importlib.util
import shutil
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def build():
    """qgis_plugin/build.py: a script, in no package."""
    spec = importlib.util.spec_from_file_location("build", ROOT / "qgis_plugin" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def plugin(tmp_path) -> Path:
    """A copy of the plugin to change."""
    return Path(shutil.copytree(ROOT / "qgis_plugin" / "geounet_qgis", tmp_path / "geounet_qgis"))


def changed(plugin: Path, old: str, new: str) -> None:
    metadata = plugin / "metadata.txt"
    text = metadata.read_text(encoding="utf-8")
    assert old in text
    metadata.write_text(text.replace(old, new), encoding="utf-8")


def test_the_zip_is_what_the_plugin_repository_takes(build, tmp_path):
    target = build.build(build.SOURCE, tmp_path)
    assert target.name == "geounet_qgis-0.1.0.zip"
    assert target.stat().st_size < 1_000_000
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        assert "GNU GENERAL PUBLIC LICENSE" in archive.read("geounet_qgis/LICENSE").decode()
    assert {name.split("/")[0] for name in names} == {"geounet_qgis"}
    assert {"geounet_qgis/__init__.py", "geounet_qgis/icons/geounet.svg"} <= set(names)
    assert not [name for name in names if "__pycache__" in name or name.endswith((".ts", ".pyc"))]


def test_it_has_every_module(build, tmp_path):
    with zipfile.ZipFile(build.build(build.SOURCE, tmp_path)) as archive:
        packed = {name for name in archive.namelist() if name.endswith(".py")}
    assert packed == {path.relative_to(build.SOURCE.parent).as_posix() for path in build.SOURCE.rglob("*.py")}


def test_the_same_files_give_the_same_bytes(build, plugin, tmp_path):
    """Whatever their times and modes, and what Python has cached beside them."""
    first = build.build(build.SOURCE, tmp_path / "1").read_bytes()
    cache = plugin / "algs" / "__pycache__"
    cache.mkdir(exist_ok=True)
    (cache / "base.cpython-311.pyc").write_bytes(b"cached")
    for path in plugin.rglob("*.py"):
        path.touch()
        path.chmod(0o600)
    assert build.build(plugin, tmp_path / "2").read_bytes() == first


def test_its_version_is_the_librarys(build):
    with (ROOT / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    metadata = build.read_metadata((build.SOURCE / "metadata.txt").read_text(encoding="utf-8"))
    assert metadata["version"] == version
    assert version in metadata["changelog"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("author=", "autor=", "no author"),
        ("email=", "mail=", "no email"),
        ("tracker=https://", "tracker=", "expected an https address"),
        ("icon=icons/geounet.svg", "icon=icons/none.svg", "not in the plugin"),
        ("version=0.1.0", "version=next", "expected three numbers"),
        ("supportsQt6=True", "supportsQt6=no", "expected True"),
        ("hasProcessingProvider=yes", "", "no hasProcessingProvider"),
        ("about=", "about=100 %s sure: ", "cannot be read"),
        ("[general]", "[special]", "cannot be read"),
    ],
)
def test_metadata_that_would_be_refused_is_refused_here(build, plugin, tmp_path, old, new, said):
    changed(plugin, old, new)
    with pytest.raises(build.PluginError, match=said):
        build.build(plugin, tmp_path / "dist")
    assert list(tmp_path.glob("dist/*")) == []


@pytest.mark.parametrize("name", ["LICENSE", "__init__.py"])
def test_a_missing_file_is_said(build, plugin, tmp_path, name):
    (plugin / name).unlink()
    with pytest.raises(build.PluginError, match=f"{name} is missing"):
        build.build(plugin, tmp_path)


@pytest.mark.parametrize("name", ["notes.docx", "algs/weights.pt", ".env", "algs/base.py~"])
def test_a_file_of_an_unknown_kind_is_not_packed_in_silence(build, plugin, tmp_path, name):
    (plugin / name).write_text("x", encoding="utf-8")
    with pytest.raises(build.PluginError, match=Path(name).name):
        build.build(plugin, tmp_path)


@pytest.mark.parametrize(
    "name",
    ["geounet_qgis/__pycache__/a.py", "geounet_qgis/../a.py", "other/a.py", "a.py", "geounet_qgis/a.pyc"],
)
def test_a_zip_with_what_the_repository_refuses_is_seen(build, tmp_path, name):
    target = build.build(build.SOURCE, tmp_path)
    assert build.problems(target) == []
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, "")
    assert len(build.problems(target)) == 1


def test_a_zip_that_is_too_large_is_seen(build, tmp_path, monkeypatch):
    target = build.build(build.SOURCE, tmp_path)
    monkeypatch.setattr(build, "MOST_BYTES", target.stat().st_size - 1)
    assert "more than" in build.problems(target)[0]


def test_the_library_is_packaged_without_the_plugin():
    setuptools = pytest.importorskip("setuptools")
    with (ROOT / "pyproject.toml").open("rb") as file:
        chosen = tomllib.load(file)["tool"]["setuptools"]["packages"]["find"]
    packages = setuptools.find_namespace_packages(str(ROOT), **chosen)
    assert "geounet.cli" in packages
    assert not [name for name in packages if "qgis" in name]
