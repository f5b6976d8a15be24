"""`geounet:models` and `geounet:doctor`, with the real library."""

import json
import stat
from pathlib import Path

import pytest
from qgis.core import QgsProcessingContext, QgsProcessingException


@pytest.fixture
def run(provider, feedback):
    import processing

    def run(name: str, **parameters):
        return processing.run(f"geounet:{name}", parameters, feedback=feedback)

    return run


@pytest.fixture
def own_folder(tmp_path, qgis_app):
    """A folder of models, which the settings name."""
    from geounet_qgis.settings import Settings

    before = Settings.load()
    folder = tmp_path / "my models"
    folder.mkdir()
    Settings(python=before.python, folder=before.folder, models_folder=str(folder)).save()
    yield folder
    before.save()


def shipped_card(name: str = "buildings") -> Path:
    return Path(__file__).parents[2] / "geounet" / "models" / "shipped" / name / "card.json"


def test_the_list_is_kept_and_shown(run, own_folder):
    from geounet_qgis.models import shipped
    from geounet_qgis.settings import models_cache

    card = json.loads(shipped_card().read_text(encoding="utf-8"))
    (own_folder / "ponds").mkdir()
    (own_folder / "ponds" / "card.json").write_text(json.dumps(card | {"name": "<ponds>"}), encoding="utf-8")
    (own_folder / "ponds" / "weights.safetensors").write_bytes(b"")
    (own_folder / "broken").mkdir()
    (own_folder / "broken" / "card.json").write_text("{}", encoding="utf-8")
    models_cache().unlink(missing_ok=True)
    found = run("models", ACTION=0)
    assert found["MODELS"] == 3
    assert models_cache().is_file()
    assert [model.name for model in shipped(models_cache())] == ["buildings", "roads"]
    page = Path(found["OUTPUT_HTML"]).read_text(encoding="utf-8")
    assert "&lt;ponds&gt;" in page
    assert card["description"] in page
    assert str(own_folder / "broken") in page


def test_a_card_is_shown(run):
    page = Path(run("models", ACTION=1, MODEL="roads")["OUTPUT_HTML"]).read_text(encoding="utf-8")
    assert json.loads(shipped_card("roads").read_text(encoding="utf-8"))["description"] in page


def test_weights_are_imported_into_the_persons_folder(run, own_folder, provider):
    from geounet_qgis.models import bundles

    weights = shipped_card().with_name("weights.safetensors")
    given = {"ACTION": 2, "WEIGHTS": str(weights), "CARD": str(shipped_card()), "NAME": "my roofs"}
    assert run("models", **given)["FOLDER"] == str(own_folder / "my roofs")
    (model,), broken = bundles(str(own_folder))
    assert (model.folder, broken) == (str(own_folder / "my roofs"), [])
    check = provider.algorithm("models").checkParameterValues
    good, why = check(given, QgsProcessingContext())
    assert not good
    assert "replace a model of that name" in why
    assert check({**given, "OVERWRITE": True}, QgsProcessingContext())[0]


def test_a_folder_of_other_files_is_never_replaced(own_folder, provider):
    (own_folder / "notes").mkdir()
    (own_folder / "notes" / "diary.txt").touch()
    weights = shipped_card().with_name("weights.safetensors")
    given = {"ACTION": 2, "WEIGHTS": str(weights), "CARD": str(shipped_card()), "OVERWRITE": True}
    check = provider.algorithm("models").checkParameterValues
    good, why = check({**given, "NAME": "notes"}, QgsProcessingContext())
    assert not good
    assert "has other files in it" in why
    assert check({**given, "NAME": "other"}, QgsProcessingContext())[0]


@pytest.mark.parametrize("card", ["", "[]", '{"name": 3}', '{"name": " . "}'])
def test_an_import_needs_a_card(provider, tmp_path, card):
    weights, path = tmp_path / "w.pth", tmp_path / "card.json"
    weights.touch()
    path.write_text(card, encoding="utf-8")
    check = provider.algorithm("models").checkParameterValues
    given = {"ACTION": 2, "WEIGHTS": str(weights), "CARD": str(path)}
    assert not check(given, QgsProcessingContext())[0]
    assert not check({"ACTION": 2}, QgsProcessingContext())[0]
    assert check({"ACTION": 0}, QgsProcessingContext())[0]


def test_the_doctor_counts_and_reports(run, feedback, tmp_path):
    report = tmp_path / "doctor.html"
    found = run("doctor", OUTPUT_HTML=str(report))
    lines = feedback.texts("info") + feedback.texts("warning") + feedback.texts("error")
    assert any(line.startswith("PROJ (rasterio): EPSG codes are known") for line in lines)
    assert found["OK"] > 10
    assert found["BAD"] == 0
    assert "EPSG codes are known" in report.read_text(encoding="utf-8")


@pytest.fixture
def fake_python(tmp_path, monkeypatch):
    """A Python whose geounet says what a test wants."""

    def make(*events: dict, code: int = 0, stderr: str = "") -> None:
        path = tmp_path / "python"
        lines = "\n".join(json.dumps(event) for event in events)
        path.write_text(f"#!/bin/sh\ncat <<'EVENTS'\n{lines}\nEVENTS\necho '{stderr}' >&2\nexit {code}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("GEOUNET_PYTHON", str(path))

    return make


def test_what_is_bad_is_shown_and_ends_nothing(run, feedback, fake_python):
    fake_python(
        {"event": "started", "protocol": 1, "geounet": "0.1.0", "command": "doctor"},
        {"event": "log", "level": "info", "message": "python: 3.11"},
        {"event": "log", "level": "warning", "message": "numba cache: cannot be written"},
        {"event": "log", "level": "error", "message": "torch: not installed"},
        {"event": "failed", "error": "MissingDependencyError", "message": "1 of 3 checks failed (torch)"},
        code=1,
    )
    found = run("doctor")
    assert {name: found[name] for name in ("OK", "WARNINGS", "BAD")} == {"OK": 1, "WARNINGS": 1, "BAD": 1}
    assert feedback.texts("error") == ["torch: not installed", "1 of 3 checks failed (torch)"]


def test_a_doctor_that_says_nothing_is_a_failure(run, fake_python):
    fake_python(code=1, stderr="No module named geounet")
    with pytest.raises(QgsProcessingException, match="No module named geounet"):
        run("doctor")
