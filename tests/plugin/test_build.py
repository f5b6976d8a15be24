import importlib.util
import os
import shutil
import tomllib
import zipfile
from pathlib import Path

import pytest

from geounet_qgis.managed import own_wheel

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


@pytest.fixture
def wheel(tmp_path) -> Path:
    """A stand-in for geounet's wheel."""
    path = tmp_path / "built" / "geounet-0.1.0-py3-none-any.whl"
    path.parent.mkdir()
    path.write_bytes(b"PK, a wheel")
    return path


def test_the_librarys_wheel_lies_where_the_plugin_looks_for_it(build, wheel, tmp_path, monkeypatch):
    plain, target = build.build(build.SOURCE, tmp_path / "1"), tmp_path / "2" / "geounet_qgis-0.1.0.zip"
    assert build.main(["--wheel", str(wheel), "--out", str(target.parent)]) == 0
    with zipfile.ZipFile(plain) as without, zipfile.ZipFile(target) as archive:
        assert set(archive.namelist()) - set(without.namelist()) == {f"geounet_qgis/wheels/{wheel.name}"}
        archive.extractall(tmp_path / "plugins")
    monkeypatch.setattr(
        own_wheel, "FOLDER", tmp_path / "plugins" / own_wheel.FOLDER.relative_to(build.SOURCE.parent)
    )
    assert own_wheel.own_wheel().read_bytes() == wheel.read_bytes()


def test_with_the_wheel_too_it_must_not_be_too_large(build, wheel, tmp_path):
    wheel.write_bytes(os.urandom(build.MOST_BYTES))
    with pytest.raises(build.PluginError, match="more than 25000000"):
        build.build(build.SOURCE, tmp_path / "dist", wheel=wheel)
    assert list(tmp_path.glob("dist/*")) == []


@pytest.mark.parametrize(
    "name", ["geounet-0.1.1-py3-none-any.whl", "geounet-0.1.0-cp312-cp312-win_amd64.whl", "torch.whl"]
)
def test_a_wheel_of_another_version_is_refused(build, wheel, tmp_path, name):
    with pytest.raises(build.PluginError, match=r"expected geounet-0\.1\.0-py3-none-any\.whl"):
        build.build(build.SOURCE, tmp_path / "dist", wheel=wheel.rename(wheel.with_name(name)))


@pytest.fixture
def checkout(build, tmp_path) -> Path:
    """A small library with this project's own pyproject.toml, and what an earlier build has left of another one."""
    root = tmp_path / "checkout"
    (root / "geounet" / "models" / "shipped" / "roads").mkdir(parents=True)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, root)
    for name in ("geounet/__init__.py", "geounet/models/__init__.py"):
        (root / name).write_text("", encoding="utf-8")
    (root / "geounet/models/shipped/roads/weights.safetensors").write_bytes(b"weights")
    (root / "build/lib/geounet").mkdir(parents=True)
    (root / "build/lib/geounet/old.py").write_text("", encoding="utf-8")
    return root


def test_the_librarys_wheel_is_built_of_the_checkout_alone(build, checkout, tmp_path):
    if "--no-build-isolation" not in build._wheel_builder():
        pytest.skip("building needs pip and setuptools here: no test downloads them")
    before = sorted(checkout.rglob("*"))
    wheels = []
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        wheels.append(build.library_wheel(checkout, tmp_path / str(number)))
        (checkout / "geounet" / "__init__.py").chmod(0o600)
    with zipfile.ZipFile(wheels[0]) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == {
        "geounet/__init__.py",
        "geounet/models/__init__.py",
        "geounet/models/shipped/roads/weights.safetensors",
    }
    assert wheels[0].name == "geounet-0.1.0-py3-none-any.whl"
    assert wheels[0].read_bytes() == wheels[1].read_bytes()
    assert sorted(checkout.rglob("*")) == before


def test_a_wheel_that_cannot_be_built_says_why(build, checkout, tmp_path):
    if "--no-build-isolation" not in build._wheel_builder():
        pytest.skip("building needs pip and setuptools here: no test downloads them")
    (checkout / "pyproject.toml").write_text("[project\n", encoding="utf-8")
    with pytest.raises(build.PluginError, match=r"(?i)could not be built:\n(.|\n)*toml"):
        build.library_wheel(checkout, tmp_path)


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
