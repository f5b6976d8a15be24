import json
import multiprocessing
import os
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest

from geounet.batching.log import Log
from geounet.errors import OutputError

LINES = 300


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_is_a_json_object(tmp_path):
    path = tmp_path / "run.log"
    when = datetime(2024, 5, 6, 9, 8, 7, 654_321, tzinfo=timezone(timedelta(hours=2)))
    with Log(path, worker="w1", now=lambda: when) as log:
        log.write("failed", level="error", scene="a/ö", line="no\nfile", seconds=1.5, attempts=2, bounds=None)
        log.write("done", outputs={"layer": path}, values=(float("nan"), True))
    first, second = lines(path)
    assert first == {
        "time": "2024-05-06T07:08:07.654Z", "level": "error", "event": "failed", "worker": "w1", "scene": "a/ö",
        "line": "no\nfile", "seconds": 1.5, "attempts": 2,
    }  # fmt: skip
    assert second["outputs"] == {"layer": str(path)}
    assert second["values"] == [None, True]


def test_the_time_is_now(tmp_path):
    before = datetime.now(UTC)
    with Log(tmp_path / "l") as log:
        log.write("begun")
    [line] = lines(tmp_path / "l")
    assert timedelta(seconds=-1) < datetime.fromisoformat(line["time"]) - before < timedelta(seconds=30)


def test_lines_below_the_level_are_left_out(tmp_path):
    with Log(tmp_path / "l", least="warning") as log:
        for level in ("debug", "info", "warning", "error"):
            log.write(level, level=level)
    assert [line["event"] for line in lines(tmp_path / "l")] == ["warning", "error"]


def test_a_log_is_appended_to(tmp_path):
    for event in ("one", "two"):
        with Log(tmp_path / "l") as log:
            log.write(event)
    assert [line["event"] for line in lines(tmp_path / "l")] == ["one", "two"]


def test_secrets_do_not_enter(tmp_path):
    with Log(tmp_path / "l") as log:
        log.write(
            "failed",
            line="cannot read https://x.org/a.tif?sig=SECRET",
            env={"AWS_SECRET_ACCESS_KEY": "SECRET", "AWS_REGION": "eu"},
            token="SECRET",  # noqa: S106 (an example)
            urls=["s3://u:SECRET@b/x"],
        )
    text = (tmp_path / "l").read_text(encoding="utf-8")
    assert "SECRET" not in text.replace("AWS_SECRET", "")
    assert lines(tmp_path / "l")[0]["env"]["AWS_REGION"] == "eu"


def _write_lines(path, name):
    with Log(path, worker=name) as log:
        for number in range(LINES):
            log.write("line", number=number, filler="x" * 3000)


@pytest.mark.skipif(sys.platform == "win32", reason="appending is one step on POSIX systems")
def test_lines_of_several_processes_do_not_mix(tmp_path):
    path = tmp_path / "l"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_write_lines, args=(path, name)) for name in "ab"]
    for process in processes:
        process.start()
    _write_lines(path, "c")
    for process in processes:
        process.join()
        assert process.exitcode == 0
    found = lines(path)
    for name in "abc":
        assert [line["number"] for line in found if line["worker"] == name] == list(range(LINES))


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(OutputError, match="cannot write the log"), Log(tmp_path / "no" / "l"):
        pass


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")  # noqa: PTH110
def test_a_full_disk_is_an_error():
    from pathlib import Path

    with Log(Path("/dev/full")) as log, pytest.raises(OutputError, match="no space left"):
        log.write("event")
