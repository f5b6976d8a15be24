"""The setup page, by real clicks on its widgets; the work behind it is a fake one, or a real child."""

import html
import stat
import sys
import threading
import time
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsNetworkAccessManager, QgsSettings
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QTabWidget,
    QTreeWidget,
)

from geounet_qgis.gui.jobs import Jobs
from geounet_qgis.gui.order import Looked, Outcome
from geounet_qgis.gui.results import LOG_LINES
from geounet_qgis.gui.setup_dialog import SetupDialog
from geounet_qgis.gui.work import Check
from geounet_qgis.managed.errors import InstallError
from geounet_qgis.settings import Settings

WAIT = 60


def until(true, seconds: float = WAIT) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        QTest.qWait(10)


class Fake:
    """Jobs that do as they are told, and keep what they were asked."""

    def __init__(self) -> None:
        self.orders: list = []
        self.go = threading.Event()
        self.go.set()
        self.outcome: object = Outcome("Ready: all is well.", is_ready=True)
        self.found = Looked(
            pythons=[("/opt/python3.12", "3.12.4"), ("/usr/bin/python3", "3.11.2")],
            why="cu128: For NVIDIA H200 (9.0), driver 570.26.",
            status="not set up yet",
        )

    def jobs(self) -> Jobs:
        return Jobs(look=self.look, install=self.job, remove=self.job, check=self.job)

    def look(self, _order, _work) -> Looked:
        return self.found

    def job(self, order, work):
        self.orders.append(order)
        work.step("Downloading", 1, 4)
        work.line("torch 2.9")
        while not self.go.wait(0.02):
            if work.is_cancelled():
                raise InstallError("The installation was cancelled.")
        work.step("Checking", 4, 4)
        work.check(Check("info", "torch", "2.9+cpu"))
        work.check(Check("warning", "cuda", "the driver is too old; the CPU is used"))
        work.check(Check("error", "numba", "not installed"))
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def fake() -> Fake:
    return Fake()


@pytest.fixture
def settings(qgis_app):
    QgsSettings().remove("geounet")
    yield
    QgsSettings().remove("geounet")


@pytest.fixture
def page(settings, fake, monkeypatch):
    monkeypatch.delenv("GEOUNET_PYTHON", raising=False)
    page = SetupDialog(jobs=fake.jobs())
    page.bring_up()
    until(lambda: "3.12.4" in widget(page, QComboBox, "base_python").itemText(0))
    yield page
    fake.go.set()
    page.give_up()
    until(lambda: QgsApplication.taskManager().countActiveTasks() == 0)


def widget(page, kind, name):
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def click(page, name: str) -> None:
    button = widget(page, QPushButton, name)
    assert button.isEnabled(), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def enabled(page) -> set[str]:
    names = ("install", "repair", "remove", "check", "cancel")
    return {name for name in names if widget(page, QPushButton, name).isEnabled()}


def status(page) -> str:
    return widget(page, QLabel, "status").text()


def log(page) -> str:
    return widget(page, QPlainTextEdit, "log").toPlainText()


def checks(page) -> list[tuple[str, str, str]]:
    tree = widget(page, QTreeWidget, "checks")
    items = [tree.topLevelItem(number) for number in range(tree.topLevelItemCount())]
    return [(item.text(0), item.text(1), item.foreground(0).color().name()) for item in items]


def test_what_was_found_is_offered(page):
    base = widget(page, QComboBox, "base_python")
    assert [base.itemData(number) for number in range(base.count())] == [
        "",
        "/opt/python3.12",
        "/usr/bin/python3",
    ]
    assert "H200" in widget(page, QLabel, "why").text()
    assert "not set up yet" in widget(page, QLabel, "state").text()
    assert enabled(page) == {"install", "repair", "remove", "check"}


def test_installing_shows_steps_lines_and_checks(page, fake):
    said = []
    page.ready.connect(lambda: said.append("ready"))
    fake.go.clear()
    click(page, "install")
    until(lambda: "torch 2.9" in log(page))
    bar = widget(page, QProgressBar, "progress")
    assert (bar.value(), bar.maximum()) == (1, 4)
    assert enabled(page) == {"cancel"}
    fake.go.set()
    until(lambda: not page.is_working())
    lines = checks(page)
    assert [(name, found) for name, found, _colour in lines] == [
        ("✔  torch", "2.9+cpu"),
        ("!  cuda", "the driver is too old; the CPU is used"),
        ("✘  numba", "not installed"),
    ]
    assert len({colour for _name, _found, colour in lines}) == 3
    assert "✔" in status(page)
    assert "all is well" in status(page)
    assert said == ["ready"]
    assert enabled(page) == {"install", "repair", "remove", "check"}


def test_a_failure_shows_its_line_and_hint(page, fake):
    said = []
    page.failed.connect(said.append)
    page.ready.connect(lambda: said.append("ready"))
    fake.outcome = InstallError("no <network> here", hint="Set the proxy in QGIS's options.")
    click(page, "install")
    until(lambda: not page.is_working())
    assert "✘" in status(page)
    assert "no &lt;network&gt; here" in status(page)
    assert "Set the proxy" in log(page)
    assert said == ["no <network> here"]


def test_cancel_ends_it(page, fake):
    fake.go.clear()
    click(page, "install")
    until(lambda: "torch 2.9" in log(page))
    click(page, "cancel")
    until(lambda: not page.is_working(), 2)
    assert "Cancelled" in status(page)
    assert "check" in enabled(page)


def test_it_goes_on_while_the_page_is_closed(page, fake):
    fake.go.clear()
    click(page, "install")
    until(lambda: "torch 2.9" in log(page))
    page.reject()
    assert not page.isVisible()
    assert page.is_working()
    page.bring_up()
    assert enabled(page) == {"cancel"}
    page.reject()
    fake.go.set()
    until(lambda: not page.is_working())
    page.bring_up()
    assert len(checks(page)) == 3


def test_choices_reach_the_job_and_the_settings(page, fake, tmp_path):
    folder, wheels = tmp_path / "é env", tmp_path / "wheels"
    widget(page, QgsFileWidget, "folder").setFilePath(str(folder))
    build = widget(page, QComboBox, "build")
    build.setCurrentIndex(build.findData("cu126"))
    widget(page, QComboBox, "base_python").setCurrentIndex(2)
    widget(page, QComboBox, "source").setCurrentIndex(1)
    click(page, "install")
    assert fake.orders == []  # which wheels?
    assert "wheels" in status(page)
    widget(page, QgsFileWidget, "wheels").setFilePath(str(wheels))
    click(page, "install")
    until(lambda: fake.orders and not page.is_working())
    chosen = Settings(folder=str(folder), build="cu126", wheels=str(wheels), base_python="/usr/bin/python3")
    assert fake.orders[0].settings == chosen
    assert fake.orders[0].folder == folder
    assert Settings.load() == chosen


def test_an_existing_environment_is_checked_and_not_installed(page, fake):
    QTest.mouseClick(widget(page, QRadioButton, "existing"), Qt.MouseButton.LeftButton)
    assert enabled(page) == {"check"}
    click(page, "check")
    assert "Choose the Python" in status(page)
    widget(page, QgsFileWidget, "python").setFilePath("/opt/env/bin/python")
    click(page, "check")
    until(lambda: fake.orders and not page.is_working())
    assert fake.orders[0].settings.python == "/opt/env/bin/python"
    page.reject()
    page.bring_up()
    assert widget(page, QRadioButton, "existing").isChecked()
    QTest.mouseClick(widget(page, QRadioButton, "private"), Qt.MouseButton.LeftButton)
    page.reject()
    assert Settings.load().python == ""


def test_the_log_shows_the_last_lines_whatever_is_around_it(page, fake):
    view = widget(page, QPlainTextEdit, "log")
    across, down = view.horizontalScrollBar(), view.verticalScrollBar()
    view.add("\n".join("a long line " * 40 for _ in range(100)))  # while another tab is shown
    fake.go.clear()
    click(page, "install")
    until(lambda: "torch 2.9" in log(page))
    assert (across.value(), down.value()) == (0, down.maximum())
    across.setValue(across.maximum())
    fake.outcome = InstallError("no network\n" * 6, hint="Set the proxy.")
    fake.go.set()
    until(lambda: not page.is_working())  # many lines above the log: it has less room now
    QTest.qWait(50)
    assert down.value() == down.maximum()
    fake.go.clear()
    click(page, "install")
    until(lambda: log(page).count("torch 2.9") == 2)
    assert (across.value(), down.value()) == (0, down.maximum())
    shown = view.cursorForPosition(view.viewport().rect().bottomLeft())
    assert shown.block().text() == "torch 2.9"


def test_the_log_is_not_blank_where_it_is_opened_later(page):
    view = widget(page, QPlainTextEdit, "log")
    view.begin("Check")
    view.add("\n".join(["short"] * 50 + ["a long line " * 40]))
    page.findChild(QTabWidget).setCurrentWidget(view)
    until(view.isVisible)
    assert view.horizontalScrollBar().value() == 0
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum() > 0


def test_what_a_person_looks_at_in_the_log_stays(page):
    view = widget(page, QPlainTextEdit, "log")
    view.add("\n".join(str(number) for number in range(200)))
    view.verticalScrollBar().setValue(20)
    view.add("one more")
    view.resize(view.width(), view.height() - 20)
    assert view.verticalScrollBar().value() == 20


def test_the_log_is_bounded(page):
    view = widget(page, QPlainTextEdit, "log")
    view.appendPlainText("\n".join(str(number) for number in range(LOG_LINES + 100)))
    assert view.document().blockCount() == LOG_LINES
    assert log(page).endswith(str(LOG_LINES + 99))


def test_the_keyboard_reaches_everything(page):
    reached = set()
    for _ in range(60):
        QTest.keyClick(page.focusWidget() or page, Qt.Key.Key_Tab)
        reached.add(page.focusWidget().objectName())
    assert {"private", "build", "base_python", "source", "install", "check", "checks"} <= reached


@pytest.fixture
def proxy(qgis_app):
    manager = QgsNetworkAccessManager.instance()

    def use(**values):
        for name, value in values.items():
            QgsSettings().setValue(f"proxy/{name}", value)
        manager.setupDefaultProxyAndCache()

    yield use
    QgsSettings().remove("proxy")
    manager.setupDefaultProxyAndCache()


def test_qgis_s_proxy_is_used_and_named_without_its_password(proxy, settings, fake, monkeypatch):
    monkeypatch.delenv("GEOUNET_PYTHON", raising=False)
    proxy(
        proxyEnabled=True,
        proxyType="HttpProxy",
        proxyHost="proxy.example.org",
        proxyPort="3128",
        proxyUser="ann",
        proxyPassword="s3cret",
        noProxyUrls=["https://intranet.example.org/x"],
    )
    page = SetupDialog(jobs=fake.jobs())
    page.bring_up()
    text = widget(page, QLabel, "network").text()
    assert "proxy.example.org:3128" in text
    assert "s3cret" not in text
    click(page, "install")
    until(lambda: not page.is_working())
    network = fake.orders[0].network
    assert network.proxy == "http://ann:s3cret@proxy.example.org:3128"
    assert "intranet.example.org" in network.no_proxy
    page.give_up()


def test_without_a_proxy_the_system_s_own_is_left_alone(proxy, settings):
    from geounet_qgis.gui.network import qgis_network

    proxy(proxyEnabled=False, proxyHost="proxy.example.org", proxyPort="3128")
    assert qgis_network().proxy == ""


def fake_python(path: Path, *lines: str, code: int = 0) -> Path:
    """A program that prints these lines for `doctor`, and one model for `models list`."""
    said = "\n".join(lines)
    model = (
        '{"event": "done", "result": {"models": [{"name": "roofs", "version": "2.0.0", "task": "buildings", '
        '"description": "", "bands": ["red"], "classes": ["background", "roof"], "gsd_m": null}]}}'
    )
    started = '{"event": "started", "protocol": 1, "geounet": "0.1.7", "command": "doctor"}'
    path.write_text(
        f"#!{sys.executable} -I\nimport sys\nprint({started!r})\n"
        f"if 'doctor' in sys.argv:\n    print({said!r})\n    sys.exit({code})\nprint({model!r})\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def real_page(settings):
    page = SetupDialog()
    yield page
    page.give_up()
    until(lambda: QgsApplication.taskManager().countActiveTasks() == 0, 30)


def log_event(level: str, message: str) -> str:
    return f'{{"event": "log", "level": "{level}", "message": "{message}"}}'


def test_check_shows_the_doctor_s_lines_and_keeps_the_models(real_page, monkeypatch, tmp_path):
    from geounet_qgis import models
    from geounet_qgis.settings import models_cache

    python = fake_python(
        tmp_path / "python",
        log_event("info", "torch: 2.13.0+cpu"),
        log_event("warning", "cuda: GeForce 8800: too old: the CPU is used"),
        '{"event": "done", "result": {"checks": []}}',
    )
    monkeypatch.setenv("GEOUNET_PYTHON", str(python))
    real_page.bring_up()
    click(real_page, "check")
    until(lambda: not real_page.is_working())
    assert [line[:2] for line in checks(real_page)] == [
        ("✔  torch", "2.13.0+cpu"),
        ("!  cuda", "GeForce 8800: too old: the CPU is used"),
    ]
    assert "0.1.7" in status(real_page)
    assert "roofs 2.0.0" in status(real_page)
    assert [model.name for model in models.shipped(models_cache())] == ["roofs"]


def test_install_makes_the_private_environment_and_remove_takes_it_away(real_page, monkeypatch, tmp_path):
    """The installer itself has tests of its own; here: what it is told, and what the page does of what it made."""
    from geounet_qgis.managed import environment, install

    monkeypatch.delenv("GEOUNET_PYTHON", raising=False)
    plans = []

    def made(plan, listener):
        plans.append(plan)
        listener.step("Making the environment", 3, 6)
        target = environment.new(plan.folder)
        environment.python_of(target).parent.mkdir(parents=True)
        python = fake_python(
            environment.python_of(target), log_event("info", "torch: 2"), '{"event": "done", "result": {}}'
        )
        installed = install.Installed(
            str(python), "0.1.0", 1, plan.build, "", "pip 25", "2026-01-01T00:00:00Z"
        )
        environment.point_at(plan.folder, installed)
        return installed

    monkeypatch.setattr(install, "install", made)
    folder = tmp_path / "é private"
    folder.mkdir()
    (folder / "a person's own").write_text("")
    real_page.bring_up()
    widget(real_page, QgsFileWidget, "folder").setFilePath(str(folder))
    widget(real_page, QComboBox, "build").setCurrentIndex(1)
    click(real_page, "install")
    until(lambda: not real_page.is_working())
    assert (str(plans[0].folder), plans[0].build) == (str(folder), "cpu")
    assert [line[:2] for line in checks(real_page)] == [("✔  torch", "2")]
    assert "✔" in status(real_page)
    until(lambda: "0.1.0. Build of torch: CPU" in widget(real_page, QLabel, "state").text())

    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answers.pop(0))
    click(real_page, "remove")
    assert environment.current(folder) is not None
    click(real_page, "remove")
    until(lambda: not real_page.is_working())
    assert [path.name for path in folder.iterdir()] == ["a person's own"]
    assert "removed" in status(real_page)
    until(lambda: "geounet is not set up yet. Press Install." in widget(real_page, QLabel, "state").text())
    click(real_page, "check")
    until(lambda: not real_page.is_working())
    assert "geounet is not set up yet. Press Install." in status(real_page)


@pytest.mark.parametrize(
    ("build", "said"),
    [
        ("cu128", "CUDA 12.8"),
        ("index", "the package index's own"),
        ("wheels", "from a folder of wheels"),
    ],
)
def test_the_state_names_the_build_in_words(real_page, monkeypatch, tmp_path, build, said):
    from geounet_qgis.managed import environment

    monkeypatch.delenv("GEOUNET_PYTHON", raising=False)
    python = environment.python_of(environment.new(tmp_path))
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    made = environment.Installed(str(python), "0.1.0", 1, build, "", "pip 25", "2026-01-01T00:00:00Z")
    environment.point_at(tmp_path, made)
    Settings(folder=str(tmp_path)).save()
    real_page.bring_up()
    until(lambda: f"Build of torch: {said}" in html.unescape(widget(real_page, QLabel, "state").text()))


def test_nothing_is_installed_that_would_not_be_used(page, monkeypatch, tmp_path):
    tip = widget(page, QPushButton, "install").toolTip()
    assert "GB" in tip
    page.reject()
    monkeypatch.setenv("GEOUNET_PYTHON", str(tmp_path / "another"))
    page.bring_up()
    assert enabled(page) == {"remove", "check"}
    assert "GEOUNET_PYTHON" in widget(page, QPushButton, "install").toolTip()
    page.reject()
    monkeypatch.delenv("GEOUNET_PYTHON")
    page.bring_up()
    assert enabled(page) == {"install", "repair", "remove", "check"}
    assert widget(page, QPushButton, "install").toolTip() == tip


def test_the_package_index_s_own_build_can_be_chosen(page, fake):
    build = widget(page, QComboBox, "build")
    build.setCurrentIndex(build.findData("index"))
    click(page, "install")
    until(lambda: fake.orders and not page.is_working())
    assert fake.orders[0].settings.build == Settings.load().build == "index"


def test_check_that_fails_is_red(real_page, monkeypatch, tmp_path):
    python = fake_python(
        tmp_path / "python",
        log_event("error", "numba: not installed; install it"),
        '{"event": "failed", "error": "MissingDependencyError", "message": "1 of 1 checks failed (numba)"}',
        code=1,
    )
    monkeypatch.setenv("GEOUNET_PYTHON", str(python))
    real_page.bring_up()
    click(real_page, "check")
    until(lambda: not real_page.is_working())
    (line,) = checks(real_page)
    assert line[:2] == ("✘  numba", "not installed; install it")
    assert "1 of 1 checks failed" in status(real_page)
    assert "✘" in status(real_page)
