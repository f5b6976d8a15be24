"""How a run ends before it is done, and that nothing is left of it."""

import os
import signal
import subprocess
import sys
import time

import pytest

from geounet_qgis.child import group
from geounet_qgis.child.process import run
from geounet_qgis.child.protocol import Log, Started
from geounet_qgis.child.variables import clean

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and groups are POSIX's")

SLOW = 60.0
"""Seconds that a cancelled run may take here before it counts as hung; 2 are meant, on a machine with time to spare."""


def said(level):
    return lambda recorder: any(log.level == level for log in recorder.of(Log))


READY = said("ready")

DEAF = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
started()
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(600)"
other = subprocess.Popen([sys.executable, "-c", deaf], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
other.stdout.readline()
say("log", level="pid", message=str(other.pid))
folder = os.path.join(os.path.dirname(__file__), f".geounet-{os.getpid()}-abc")
os.mkdir(folder)
open(os.path.join(folder, "half.gpkg"), "w").close()
say("log", level="ready", message="")
time.sleep(600)
"""
"""Ignores every request, has a process of its own that does too, and has something half-written."""


def left(folder):
    return {path.name for path in folder.iterdir()} - {"child.py", "between.py"}


def test_cancel_lets_it_clean_up(converse, all_end):
    ran = converse(
        """
        def clean_up(number, frame):
            say("failed", error="CancelledError", message="cancelled")
            sys.exit(130)
        signal.signal(signal.SIGTERM, clean_up)
        started()
        say("log", level="ready", message="")
        time.sleep(600)
        """,
        unwanted=READY,
    )
    assert (ran.finished.code, ran.finished.cancelled) == (130, True)
    assert (ran.finished.failure, ran.finished.result) == (None, None)
    assert ran.since_cancel < SLOW
    assert all_end([ran.finished.pid])


def test_the_end_of_stdin_is_told_too(converse):
    ran = converse(
        """
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        started()
        say("log", level="ready", message="")
        while os.read(0, 1): pass
        sys.exit(77)
        """,
        unwanted=READY,
    )
    assert (ran.finished.code, ran.finished.cancelled) == (77, True)


def test_one_that_will_not_go_is_killed_with_all_that_it_started(converse, all_end, tmp_path):
    ran = converse(DEAF, unwanted=READY, own_folders=[tmp_path])
    assert (ran.finished.code, ran.finished.cancelled, ran.finished.failure) == (-signal.SIGKILL, True, None)
    assert ran.since_cancel < SLOW
    assert len(ran.heard.pids) == 1
    assert all_end([ran.finished.pid, *ran.heard.pids])
    assert left(tmp_path) == set()


def test_cancelled_before_a_word(converse):
    ran = converse("time.sleep(600)", unwanted=lambda _: True)
    assert (ran.finished.cancelled, ran.finished.failure) == (True, None)
    assert ran.since_cancel < SLOW


def test_cancel_is_heard_through_a_flood(converse):
    ran = converse(
        """
        started()
        while True:
            os.write(1, b"rubbish\\n" * 8000)
        """,
        unwanted=lambda recorder: len(recorder.events) > 50,
    )
    assert ran.finished.cancelled
    assert ran.since_cancel < SLOW


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_crash_says_how_and_leaves_nothing(converse, all_end, tmp_path, number):
    ran = converse(
        f"""
        import resource
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        started()
        fork("import time; time.sleep(600)", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.mkdir(os.path.join(os.path.dirname(__file__), f".geounet-{{os.getpid()}}-abc"))
        os.kill(os.getpid(), {int(number)})
        """,
        own_folders=[tmp_path],
    )
    assert ran.finished.code == -number
    assert ran.finished.failure == f"geounet was ended by signal {int(number)} ({number.name})"
    assert left(tmp_path) == set()
    assert len(ran.heard.pids) == 1
    assert all_end(ran.heard.pids)


def test_the_worker_that_started_names_is_cleaned_up_after(converse, tmp_path):
    ran = converse(
        """
        started(pid=4711)
        os.mkdir(os.path.join(os.path.dirname(__file__), ".geounet-4711-abc"))
        os._exit(1)
        """,
        own_folders=[tmp_path],
    )
    assert ran.finished.pid == 4711
    assert left(tmp_path) == set()


def test_a_grandchild_that_holds_the_pipes_is_ended(converse, all_end):
    ran = converse('started(); fork("import time; time.sleep(600)"); say("done", result={"features": 2})')
    assert (ran.finished.code, ran.finished.result) == (0, {"features": 2})
    assert len(ran.heard.pids) == 1
    assert all_end(ran.heard.pids)


def test_a_stranger_that_holds_the_pipes_is_not_waited_for(converse, is_running):
    began = time.monotonic()
    ran = converse("""
    started()
    other = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], stdin=subprocess.DEVNULL, start_new_session=True
    )
    say("log", level="pid", message=str(other.pid))
    say("done", result={})
    """)
    try:
        assert ran.finished.result == {}
        assert is_running(ran.heard.pids[0])
        assert time.monotonic() - began < 120
    finally:
        os.kill(ran.heard.pids[0], signal.SIGKILL)


def test_a_listener_that_raises_ends_the_child(script, all_end, tmp_path):
    seen = []

    class Broken:
        def event(self, event):
            if isinstance(event, Started):
                seen.append(event.pid)
            if isinstance(event, Log) and event.level == "pid":
                seen.append(int(event.message))
            if isinstance(event, Log) and event.level == "ready":
                raise ZeroDivisionError

        def is_cancelled(self):
            return False

    with pytest.raises(ZeroDivisionError):
        run(script(DEAF), Broken(), environ=clean(os.environ), own_folders=[tmp_path])
    assert len(seen) == 2
    assert all_end(seen)
    assert left(tmp_path) == set()


def test_a_child_ends_with_its_parent(between, script, is_running, wait_until):
    parent = between(script("started()\nwhile os.read(0, 1): pass"))
    pid = int(parent.stdout.readline())
    assert is_running(pid)
    os.kill(parent.pid, signal.SIGKILL)
    assert wait_until(lambda: not is_running(pid))


def test_the_real_library_ends_with_its_parent(between, is_running, wait_until, long_extract, tmp_path):
    parent = between(long_extract)
    pid = int(parent.stdout.readline())
    assert parent.stdout.readline() == "at work\n"  # no longer loading, which an interrupt has to wait for
    assert any(name.startswith(f".geounet-{pid}-") for name in left(tmp_path))
    os.kill(parent.pid, signal.SIGKILL)
    assert wait_until(lambda: not is_running(pid))
    assert left(tmp_path) == {"scene.tif"}


def test_the_real_library_is_cancelled(all_end, long_extract, tmp_path):
    class Impatient:
        def event(self, _event):
            pass

        def is_cancelled(self):
            return any(name.startswith(".geounet-") for name in left(tmp_path))

    finished = run(long_extract, Impatient(), environ=clean(os.environ), own_folders=[tmp_path])
    assert (finished.cancelled, finished.failure, finished.outputs) == (True, None, ())
    assert all_end([finished.pid])
    assert left(tmp_path) == {"scene.tif"}


def test_windows_words(monkeypatch):
    """What a Windows machine would be asked: no signals, the tree of a process that is there, and no other."""
    asked, begun = [], []
    monkeypatch.setattr(group, "WINDOWS", True)
    monkeypatch.setattr(group.subprocess, "Popen", lambda argv, **options: begun.append((argv, options)))
    monkeypatch.setattr(group.subprocess, "run", lambda words, **_: asked.append(words))
    group.start(["python.exe", "-m", "geounet"], {"PATH": "x"})
    ((argv, options),) = begun
    assert argv == ["python.exe", "-m", "geounet"]
    assert options["creationflags"] == 0x08000200
    assert "start_new_session" not in options

    class Process:
        pid, stdin, code = 4711, subprocess.DEVNULL, None

        def poll(self):
            return self.code

        def kill(self):
            asked.append("kill")

    group.kill(Process())
    assert [asked[0][1:], asked[1]] == [["/T", "/F", "/PID", "4711"], "kill"]
    Process.code = 0
    group.kill(Process())
    assert len(asked) == 2
