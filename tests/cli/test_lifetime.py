import json
import signal
import subprocess
import sys
import time

import pytest

from geounet.cli import lifetime, main
from geounet.cli.lifetime import cancellable
from geounet.interruption import asked_to_end

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send a process these signals")

WAITING = """
import time
from geounet.outputs import atomic_target
with atomic_target(Path(out), overwrite=False) as target:
    target.write_text("half")
    print("ready", flush=True)
    while True:
        time.sleep(0.1)
"""
"""Works for ever, with something half-written."""

DEAF = """
import ctypes, time
print("ready", flush=True)
if sys.platform == "win32":
    ctypes.windll.kernel32.Sleep(60_000)
else:  # restarts after a signal, as a native library does
    while True:
        ctypes.CDLL(None).sleep(60)
"""
"""A native call that hears of no signal."""


def left(folder) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"child.py", "__pycache__"}


def wait_ready(process: subprocess.Popen) -> None:
    assert process.stdout.readline().strip() == "ready"


@posix
@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM] + ([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])
)
def test_a_signal_cancels_and_leaves_nothing(child, tmp_path, number):
    process = child("extract", "a.tif", "-o", "b.gpkg", body=WAITING)
    wait_ready(process)
    process.send_signal(number)
    assert process.wait(timeout=60) == 130
    assert process.stderr.read() == "geounet: cancelled; nothing half-written is left\n"
    assert left(tmp_path) == set()


@posix
def test_impatience_does_not_disturb_the_cleaning_up(child, tmp_path):
    body = """
import time
try:
    print("ready", flush=True)
    time.sleep(600)
finally:
    sys.stdin.readline()
    print("clean", flush=True)
"""
    process = child("extract", "a.tif", body=body)
    wait_ready(process)
    for _ in range(5):
        process.send_signal(signal.SIGTERM)
        time.sleep(0.05)
    process.stdin.write("go on\n")
    process.stdin.flush()
    assert process.wait(timeout=60) == 130
    assert process.stdout.read().strip() == "clean"


def test_the_end_of_stdin_ends_a_leased_run(child, tmp_path):
    process = child("extract", "a.tif", "-o", "b.gpkg", "--lease", "stdin", body=WAITING)
    wait_ready(process)
    process.stdin.write("still here")
    process.stdin.flush()
    time.sleep(0.3)
    assert process.poll() is None
    process.stdin.close()
    assert process.wait(timeout=60) == 130
    assert process.stderr.read() == "geounet: cancelled; nothing half-written is left\n"
    assert left(tmp_path) == set()


def test_without_a_lease_the_end_of_stdin_means_nothing(run):
    assert run("extract", "a.tif", stdin=subprocess.DEVNULL).returncode == 0


def test_a_leased_run_ends_well_when_its_caller_stays(child):
    process = child("extract", "a.tif", "--lease", "stdin")
    assert process.wait(timeout=60) == 0


def test_a_caller_that_dies_leaves_no_orphan(script, tmp_path, environment):
    """The caller alone holds the run's stdin; when it is killed, the run ends too."""
    command = [*script(WAITING), "extract", "a.tif", "-o", "b.gpkg", "--lease", "stdin"]
    start = "import subprocess, sys; subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE).wait()"
    with subprocess.Popen(
        [sys.executable, "-c", start, *command],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment,
    ) as caller:
        wait_ready(caller)
        assert left(tmp_path)
        caller.kill()
        assert caller.stdout.read() == ""  # returns when the run, which holds the other end, has ended
    assert left(tmp_path) == set()


def test_cancelling_is_an_event_too(child):
    process = child("extract", "a.tif", "--lease", "stdin", "--json-events", body=WAITING)
    assert process.stderr.readline().strip() == "ready"  # stdout is for events alone
    process.stdin.close()
    assert process.wait(timeout=60) == 130
    last = json.loads(process.stdout.read().splitlines()[-1])
    assert (last["event"], last["error"]) == ("failed", "CancelledError")


def test_a_library_that_turns_the_interrupt_into_something_else_is_cancelled_too(child):
    body = """
import time
try:
    print("ready", flush=True)
    time.sleep(600)
except KeyboardInterrupt:
    sys.exit(1)
"""
    process = child("extract", "a.tif", "--lease", "stdin", body=body)
    wait_ready(process)
    process.stdin.close()
    assert process.wait(timeout=60) == 130


@posix
def test_a_native_call_is_not_waited_for_for_ever(child):
    short = "import geounet.cli.lifetime\ngeounet.cli.lifetime.GRACE_SECONDS = 0.5\n"
    process = child("extract", "a.tif", body=short + DEAF)
    wait_ready(process)
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 130


@posix
def test_a_signal_that_the_caller_ignores_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with cancellable(lease=False):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert isinstance(signal.getsignal(signal.SIGTERM), lifetime.Cancellation)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert not isinstance(signal.getsignal(signal.SIGTERM), lifetime.Cancellation)


def test_who_was_asked_to_end_knows_it_until_it_has_ended():
    with cancellable(lease=False):
        assert not asked_to_end.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert asked_to_end.is_set()
    assert not asked_to_end.is_set()
    assert main(["models", "show", "no-such-model"]) == 1
    assert not asked_to_end.is_set()
