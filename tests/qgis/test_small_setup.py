"""The small environment: it can be chosen, is called by its name, and says what it cannot do before anything runs."""

import html
import os
import sys

import pytest
from qgis.core import QgsProcessingException, QgsSettings
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QLabel

from geounet_qgis.algs.hints import explained
from geounet_qgis.child.protocol import Failed
from geounet_qgis.gui.choices import Choices
from geounet_qgis.gui.jobs import plan_of
from geounet_qgis.gui.order import Order
from geounet_qgis.managed import builds, environment
from geounet_qgis.managed.network import Network
from geounet_qgis.settings import BUILDS, Settings


@pytest.fixture(autouse=True)
def _fresh(qgis_app):
    QgsSettings().remove("geounet")
    yield
    QgsSettings().remove("geounet")


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The small environment is in use."""
    monkeypatch.delenv("GEOUNET_PYTHON", raising=False)
    python = environment.python_of(environment.new(tmp_path))
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    made = environment.Installed(str(python), "0.1.0", 1, builds.LIGHT, "", "pip 25", "2026-01-01T00:00:00Z")
    environment.point_at(tmp_path, made)
    Settings(folder=str(tmp_path)).save()
    return tmp_path


def test_the_settings_know_every_build():
    assert set(BUILDS) == set(builds.NAMES)


def test_it_can_be_chosen_and_brings_no_training(tmp_path):
    page = Choices()
    build = page.findChild(QComboBox, "build")
    build.setCurrentIndex(build.findData("light"))
    assert "MB" in build.currentText()
    assert "need another build" in page.findChild(QLabel, "why").text()
    assert not page.findChild(QCheckBox, "train").isEnabled()
    order = Order(page.settings(), tmp_path, tmp_path / "models.json", Network())
    assert plan_of(order).build == builds.LIGHT
    build.setCurrentIndex(build.findData("cpu"))
    assert page.findChild(QCheckBox, "train").isEnabled()


def test_the_state_calls_it_by_its_name(small):
    from geounet_qgis.gui.jobs import look

    class Work:
        def is_cancelled(self):
            return True

    order = Order(Settings.load(), small, small / "models.json", Network())
    found = look(order, Work())
    assert "Build of torch: none: it is the small one, for the CPU" in html.unescape(found.status)


def test_evaluating_says_so_before_anything_runs(provider, feedback, small, make_raster):
    import processing

    labels = str(make_raster("labels.tif", ground=(0,), things=(1,)))
    with pytest.raises(QgsProcessingException, match="The small environment cannot do this"):
        processing.run("geounet:evaluate", {"INPUT": labels, "TRUTH": labels}, feedback=feedback)


def test_training_says_so_before_anything_runs(provider, feedback, small, make_raster):
    import processing

    scene = str(make_raster("scene.tif", ground=(0,), things=(1,)))
    with pytest.raises(QgsProcessingException, match="The small environment cannot do this"):
        processing.run(
            "geounet:train", {"INPUT": scene, "LABELS": scene, "OUTPUT": str(small / "m")}, feedback=feedback
        )


def test_another_environment_is_asked_nothing(small, monkeypatch):
    from geounet_qgis.algs.small_setup import small_problem

    assert small_problem() is not None
    monkeypatch.setenv("GEOUNET_PYTHON", sys.executable)
    assert small_problem() is None
    assert os.environ["GEOUNET_PYTHON"]


def test_what_the_library_lacks_has_a_hint():
    said = "torch is not installed, which geounet models needs: this is a light install; complete it with …"
    first, second = explained(Failed("MissingDependencyError", said), {}).splitlines()
    assert first == said
    assert second.startswith("Hint: the small environment is in use: choose another build in")
