import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import geounet
from geounet.cli.events import PROTOCOL, EventReporter
from geounet_qgis.child.protocol import (
    Done,
    Failed,
    Log,
    Output,
    Progress,
    Result,
    Rubbish,
    Started,
    Unknown,
    parse,
)


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (
            '{"event": "started", "protocol": 1, "geounet": "0.1.0", "command": "extract", "pid": 4711}',
            Started("0.1.0", 1, "extract", 4711),
        ),
        (
            '{"event": "progress", "description": "a.tif", "done": 4, "total": 16, "unit": "px", "rate": 1.5}',
            Progress("a.tif", 4, 16, "px", 1.5),
        ),
        (
            '{"event": "progress", "description": "a", "done": 0, "total": 9, "unit": "px", "rate": null}',
            Progress("a", 0, 9, "px"),
        ),
        ('{"event": "log", "level": "warning", "message": "coarse"}', Log("warning", "coarse")),
        ('{"event": "output", "path": "b\\u00fcro.gpkg", "kind": "layer"}', Output("büro.gpkg", "layer")),
        ('{"event": "failed", "error": "SceneError", "message": "no"}', Failed("SceneError", "no")),
        ('{"event": "result", "result": {"done": 2, "failed": 1}}', Result({"done": 2, "failed": 1})),
        ('{"event": "done", "result": {"features": 2}}', Done({"features": 2})),
        ('{"event": "done", "result": {}, "later": 1}', Done({})),
        ('{"event": "picture", "bytes": 12}', Unknown("picture")),
    ],
)
def test_an_event_is_what_it_says(line, event):
    assert parse(line) == event


@pytest.mark.parametrize(
    "line",
    [
        "Downloading: 12%",
        "3",
        "null",
        '["event", "done"]',
        '"event"',
        '{"event": "done", "result": {"feat',
        '{"event": 3}',
        '{"event": ["done"]}',
        '{"event": "done", "result": []}',
        '{"event": "result", "result": null}',
        '{"event": "result"}',
        '{"event": "started", "protocol": true, "geounet": "0.1.0"}',
        '{"event": "started", "protocol": 1, "geounet": "0.1.0", "pid": "4711"}',
        '{"event": "progress", "done": "4", "total": 9}',
        '{"event": "progress", "done": NaN, "total": 9}',
        '{"event": "progress", "done": 1e999, "total": 9}',
        '{"event": "log", "level": "info"}',
        '{"event": "output", "path": null}',
        "[" * 100_000,
        "9" * 10_000,
        "\ud800",
    ],
)
def test_what_is_no_event_is_rubbish(line):
    assert parse(line) == Rubbish(line[:2000])


WORDS = st.sampled_from(["event", "done", "total", "result", "message", "path", "progress", "started", "log"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | WORDS,
    lambda values: st.lists(values) | st.dictionaries(WORDS, values),
)


@given(st.text() | JSON.map(json.dumps))
def test_nothing_makes_it_raise(line):
    event = parse(line)
    assert not isinstance(event, Progress) or math.isfinite(event.done)


def test_the_librarys_own_reporter_is_understood(capfd):
    with EventReporter() as reporter:
        reporter.started("extract")
        bar = reporter.progress(total=100, desc="scene.tif", unit="px")
        bar.update(100)
        reporter.log("grün", level="warning")
        reporter.output("out.gpkg", "layer")
        reporter.failed(ValueError("x"), "found, expected, remedy", debug=False)
        reporter.done({"features": 2})
    first, *middle, last_bar, log, output, failed, done = map(parse, capfd.readouterr().out.splitlines())
    assert (first.geounet, first.protocol, first.command) == (geounet.__version__, PROTOCOL, "extract")
    assert isinstance(first.pid, int)
    assert middle == [Progress("scene.tif", 0, 100, "px")]
    assert (last_bar.done, last_bar.total) == (100, 100)
    assert (log, output) == (Log("warning", "grün"), Output("out.gpkg", "layer"))
    assert (failed, done) == (Failed("ValueError", "found, expected, remedy"), Done({"features": 2}))
