import sys
import time
from pathlib import Path

import pytest
from qgis.core import QgsProcessingException, QgsProcessingFeedback, QgsSettings

from geounet_qgis.algs.hints import hint_for, in_dialogs_words
from geounet_qgis.algs.listening import progress_text
from geounet_qgis.algs.running import (
    cancel_all,
    environment_python,
    last_command,
    last_exports,
    run_geounet,
    under_way,
)
from geounet_qgis.child.protocol import Failed, Progress

STARTED = '{"event": "started", "protocol": 1, "geounet": "0.1.0", "command": "extract"}'


def says(*lines: str, code: int = 0) -> str:
    return f"import sys\nfor line in {list(lines)!r}:\n    print(line, flush=True)\nsys.exit({code})\n"


def progress(description: str, done: int, *, total: int = 100, rate: float | None = None) -> str:
    rate_text = "null" if rate is None else str(rate)
    return (
        f'{{"event": "progress", "description": "{description}", "done": {done}, "total": {total}, '
        f'"unit": "px", "rate": {rate_text}}}'
    )


DONE = '{"event": "done", "result": {"features": 7}}'


def test_the_words_are_completed_for_a_program(child, feedback):
    child(
        f"""
        import json, sys
        print({STARTED!r})
        print(json.dumps({{"event": "done", "result": {{"argv": sys.argv[1:]}}}}))
        """
    )
    finished = run_geounet(["extract", "a b.tif"], feedback)
    assert finished.result["argv"] == [
        *("-m", "geounet", "extract", "a b.tif"),
        *("--json-events", "--lease", "stdin"),
    ]


def test_messages_go_where_their_level_belongs(child, feedback):
    logs = [
        f'{{"event": "log", "level": "{level}", "message": "{level}!"}}'
        for level in ("info", "warning", "error")
    ]
    child(says(STARTED, *logs, DONE))
    assert run_geounet(["extract"], feedback).result == {"features": 7}
    for level in ("info", "warning", "error"):
        assert f"{level}!" in feedback.texts(level)


def test_bars_in_turn_never_go_back(child, feedback):
    first = [progress("first", done) for done in (0, 50, 80)]
    second = [progress("second", done) for done in (0, 40, 90, 100)]
    child(says(STARTED, *first, *second, DONE))
    run_geounet(["extract"], feedback)
    assert feedback.moves == sorted(feedback.moves)
    assert feedback.moves[-1] == 100
    assert [text for text in feedback.texts("step") if text in {"first", "second"}] == ["first", "second"]


def test_the_dialog_is_not_flooded(child, feedback):
    child(says(STARTED, *(progress("scene.tif", done, rate=10.0) for done in range(100)), DONE))
    run_geounet(["extract"], feedback)
    assert len(feedback.texts("step")) <= 3


def test_credentials_reach_nobody(child, feedback):
    secret = "hunter2" * 2
    log = f'{{"event": "log", "level": "info", "message": "GET https://me:{secret}@host/a.tif"}}'
    failed = (
        f'{{"event": "failed", "error": "SceneError", "message": "https://h/a.tif?X-Amz-Signature={secret}"}}'
    )
    child(says(STARTED, log, failed, code=1))
    with pytest.raises(QgsProcessingException) as failure:
        run_geounet(["extract", "--config", f"AWS_SECRET_ACCESS_KEY={secret}"], feedback)
    assert secret not in "".join([str(failure.value), last_command(), *feedback.texts()])
    assert "AWS_SECRET_ACCESS_KEY" in last_command()


def test_a_failure_is_the_librarys_line_and_a_hint(child, feedback):
    message = "64 tiles of 512 × 512 do not fit cuda (…); pass a smaller --batch-size or --tile"
    child(
        says(STARTED, f'{{"event": "failed", "error": "OutOfMemoryError", "message": "{message}"}}', code=1)
    )
    labels = {"--batch-size": "Batch size", "--tile": "Tile (pixels)"}
    with pytest.raises(QgsProcessingException) as failure:
        run_geounet(["extract"], feedback, labels=labels)
    line, hint = str(failure.value).split("\n")
    assert line.endswith("pass a smaller “Batch size” or “Tile (pixels)”")
    assert "Tile (pixels)" in hint


def test_a_failure_is_left_to_who_raises_it(child, feedback):
    """QGIS tells the exception; said here too, the person would read it twice."""
    child(says(STARTED, '{"event": "failed", "error": "SceneError", "message": "no such scene"}', code=1))
    with pytest.raises(QgsProcessingException, match="no such scene"):
        run_geounet(["extract"], feedback)
    assert not any("no such scene" in text for text in feedback.texts())


FAR = (
    "a.gpkg lies 8,841.3 km from b.tif; expected two of one place: check the files and their CRSs, or pass --assume-crs "
    "for one that names none"
)


@pytest.mark.parametrize(
    ("error", "message", "expected"),
    [
        ("MissingCRSError", "a.tif has no coordinate reference system; pass --assume-crs", "Set Layer CRS"),
        ("OptionsError", FAR, "one shows another place"),
        ("OptionsError", "there is no way from one CRS to the other; or pass --assume-crs", ""),
        ("WeightsError", "the weights do not fit their architecture", ""),
        ("OutOfMemoryError", "64 tiles do not fit cpu", "memory"),
        ("MemoryError", "not enough memory; choose a smaller --tile", "memory"),
        ("RuntimeError", "RuntimeError: CUDA error: device-side assert triggered", "“auto”"),
        ("DeviceError", "device 'cuda' is not there; found cpu: pass one of them, or auto", "“auto”"),
        ("SceneError", "/data/cuda/x.tif is no raster", ""),
        (
            "OutputError",
            "o.gpkg cannot be replaced (busy): another program may hold it open",
            "remove the layer",
        ),
        ("", "geounet was ended by signal 9 (SIGKILL)", "memory"),
    ],
)
def test_a_hint_fits_the_failure(error, message, expected):
    hint = hint_for(Failed(error, message), {})
    assert expected in hint
    assert bool(hint) == bool(expected)


@pytest.mark.parametrize("error", ["", "ModuleNotFoundError"])
def test_an_incomplete_environment_is_mended_where_it_was_chosen(monkeypatch, error):
    failure = Failed(error, "/usr/bin/python3: No module named geounet")
    monkeypatch.setenv("GEOUNET_PYTHON", "/usr/bin/python3")
    assert "variable GEOUNET_PYTHON" in hint_for(failure, {})
    monkeypatch.delenv("GEOUNET_PYTHON")
    assert "repair it in Plugins" in hint_for(failure, {})


def test_what_runs_can_be_cancelled_from_elsewhere(feedback):
    with under_way(feedback):
        assert not feedback.isCanceled()
        assert cancel_all()
        assert feedback.isCanceled()
    assert not cancel_all()


def test_the_last_command_knows_its_exports(child, feedback):
    child(says(STARTED, DONE))
    run_geounet(["extract", "/gone/web.tif"], feedback, exports={"/gone/web.tif": "web map"})
    assert last_exports() == {"/gone/web.tif": "web map"}
    run_geounet(["extract"], feedback)
    assert last_exports() == {}


def test_a_child_that_dies_without_a_word_is_a_failure(child, feedback):
    child(
        f"""
        import os, signal, sys
        print({STARTED!r}, flush=True)
        print("corrupted double-linked list", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGSEGV)
        """
    )
    with pytest.raises(QgsProcessingException, match="SIGSEGV"):
        run_geounet(["extract"], feedback)


def test_rubbish_is_shown_and_does_no_harm(child, feedback):
    child(says("hello", STARTED, "{half a line", DONE))
    assert run_geounet(["extract"], feedback).result == {"features": 7}
    assert "{half a line" in feedback.texts("console")


class CancelSoon(QgsProcessingFeedback):
    """A person who presses Cancel at the first word."""

    def __init__(self) -> None:
        super().__init__(False)
        self.at = 0.0

    def pushInfo(self, info: str) -> None:
        self.at = time.monotonic()
        self.cancel()


@pytest.mark.parametrize("stubborn", [False, True])
def test_cancel_ends_it_long_before_it_would_have_ended(child, tmp_path, stubborn):
    folder = tmp_path / "out"
    folder.mkdir()
    child(
        f"""
        import json, os, signal, time
        if {stubborn}:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.mkdir(f"{folder}/.geounet-{{os.getpid()}}-abc")
        print(json.dumps({{"event": "started", "protocol": 1, "geounet": "0.1.0", "command": "x", "pid": os.getpid()}}))
        print('{{"event": "log", "level": "info", "message": "go"}}', flush=True)
        time.sleep(600)
        """
    )
    feedback = CancelSoon()
    finished = run_geounet(["extract"], feedback, own_folders=[folder])
    assert finished.cancelled
    assert time.monotonic() - feedback.at < 60
    assert list(folder.iterdir()) == []


def test_without_an_environment_the_menu_is_named(monkeypatch, feedback, tmp_path):
    monkeypatch.delenv("GEOUNET_PYTHON")
    QgsSettings().setValue("geounet/folder", str(tmp_path))
    try:
        with pytest.raises(QgsProcessingException) as failure:
            run_geounet(["extract"], feedback)
    finally:
        QgsSettings().remove("geounet/folder")
    assert "Plugins ▸ geounet ▸ Settings and environment…" in str(failure.value)


def test_a_variable_that_names_nothing_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("GEOUNET_PYTHON", str(tmp_path / "nothing"))
    with pytest.raises(QgsProcessingException, match="GEOUNET_PYTHON"):
        environment_python()


def test_the_variable_wins_over_the_setting(child, tmp_path):
    program = child("")
    QgsSettings().setValue("geounet/python", sys.executable)
    try:
        assert Path(environment_python()).samefile(program)
    finally:
        QgsSettings().remove("geounet/python")


@pytest.mark.parametrize(
    ("bar", "expected"),
    [
        (Progress("s.tif", 0, 100, "px", None), "s.tif"),
        (Progress("s.tif", 5, 0, "px", 3.0), "s.tif"),
        (Progress("s.tif", 45_000_000, 100_000_000, "px", 1_250_000.0), "s.tif: 45 %, 1.2 Mpx/s, 44 s left"),
        (Progress("training", 10, 1000, "step", 0.5), "training: 1 %, 0.5 step/s, 33 min left"),
        (Progress("s.tif", 0, 10**12, "px", 4e7), "s.tif: 0 %, 40.0 Mpx/s, 6 h 57 min left"),
    ],
)
def test_progress_as_a_person_says_it(bar, expected):
    assert progress_text(bar) == expected


LABELS = {"--min-area": "Smallest object", "--regularize": "Regularise outlines"}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("pass --min-area 4", "pass “Smallest object” 4"),
        ("min_area is for areas", "“Smallest object” is for areas"),
        ("pass --no-regularize, or not", "pass “Regularise outlines”: No, or not"),
        ("pass --kind buildings", "pass --kind buildings"),
        ("/data/min_area/x.tif is no raster", "/data/min_area/x.tif is no raster"),
        ("x-min_area.tif is no raster", "x-min_area.tif is no raster"),
    ],
)
def test_options_are_called_as_the_dialog_calls_them(message, expected):
    assert in_dialogs_words(message, LABELS) == expected
