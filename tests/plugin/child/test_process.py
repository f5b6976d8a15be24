import os
import sys
import time

import pytest

from geounet_qgis.child import process
from geounet_qgis.child.process import ChildError, run
from geounet_qgis.child.protocol import Done, Failed, Log, Output, Progress, Rubbish, Started
from geounet_qgis.child.variables import clean


def test_events_come_in_order_and_are_kept(converse):
    ran = converse("""
    started()
    say("progress", description="a.tif", done=0, total=9, unit="px", rate=None)
    say("log", level="warning", message="coarse")
    say("later", what="ever")
    say("output", path="b.gpkg", kind="layer")
    say("output", path="c.tif", kind="class_raster")
    say("done", result={"features": 2})
    """)
    started, *rest = ran.heard.events
    outputs = (Output("b.gpkg", "layer"), Output("c.tif", "class_raster"))
    assert started == Started("0.1.0", 1, "extract", ran.finished.pid)
    assert rest == [Progress("a.tif", 0, 9, "px"), Log("warning", "coarse"), *outputs, Done({"features": 2})]
    assert ran.finished.outputs == outputs
    assert (ran.finished.code, ran.finished.result) == (0, {"features": 2})
    assert (ran.finished.failure, ran.finished.cancelled) == (None, False)


def test_words_arrive_as_they_are(converse):
    words = ["büro 東京/a b.tif", "--bands", "3,2,1", 'it\'s "quoted"', "", "$HOME `x` %PATH% & | ;"]
    ran = converse('started(); say("done", result={"words": sys.argv[1:]})', *words)
    assert ran.finished.result == {"words": words}


def test_a_failure_is_the_librarys_one_line(converse):
    ran = converse("""
    started()
    print("noise on stderr", file=sys.stderr)
    say("failed", error="SceneError", message="found,\\nexpected, remedy")
    sys.exit(1)
    """)
    assert (ran.finished.code, ran.finished.failure) == (1, "found, expected, remedy")
    assert ran.finished.said == ("noise on stderr",)
    assert ran.heard.of(Failed) == [Failed("SceneError", "found,\nexpected, remedy")]


def test_what_a_run_came_to_is_kept_though_it_fails(converse):
    ran = converse("""
    started()
    say("result", result={"done": 2, "failed": 1})
    say("failed", error="BatchIncompleteError", message="1 of 3 scenes failed")
    sys.exit(1)
    """)
    assert ran.finished.reported == {"done": 2, "failed": 1}
    assert (ran.finished.result, ran.finished.failure) == (None, "1 of 3 scenes failed")


def test_a_child_without_a_word_is_explained_by_stderr(converse):
    ran = converse("started(); import no_such_module")
    assert ran.finished.failure == "ModuleNotFoundError: No module named 'no_such_module'"


def test_success_needs_done(converse):
    ran = converse("started()")
    assert (ran.finished.code, ran.finished.result) == (0, None)
    assert ran.finished.failure == "geounet ended without a result"


def test_a_crash_after_done_loses_nothing(converse):
    ran = converse('started(); say("done", result={"features": 2}); os._exit(3)')
    assert (ran.finished.code, ran.finished.result, ran.finished.failure) == (3, {"features": 2}, None)


def test_rubbish_is_told_in_moderation(converse):
    ran = converse(r"""
    started()
    os.write(1, b"\xff\xfe no utf-8\r\n\n   \n")
    os.write(1, b'{"event": "done", "result": 3}\n' * 1000)
    say("done", result={})
    """)
    rubbish = ran.heard.of(Rubbish)
    assert rubbish[0].text == "\ufffd\ufffd no utf-8"
    assert rubbish[-1].text == "… and 901 more lines that are no events"
    assert len(rubbish) == 101
    assert ran.finished.result == {}


def test_half_a_line_is_not_waited_for(converse):
    ran = converse("""
    started()
    os.write(1, b'{"event": "done", "res')
    """)
    assert ran.heard.of(Rubbish) == [Rubbish('{"event": "done", "res')]
    assert ran.finished.failure == "geounet ended without a result"


def test_megabytes_on_both_pipes_do_not_block_it(converse):
    ran = converse("""
    started()
    for _ in range(80):
        os.write(2, b"e" * 99_999 + b"\\n")
        os.write(1, b"o" * 99_999 + b"\\n")
    os.write(1, b"x" * 20_000_000 + b"\\n")
    say("done", result={"text": "y" * 3_000_000})
    """)
    assert len(ran.finished.result["text"]) == 3_000_000
    assert sum(len(text) for text in ran.finished.said) < 1_000_000
    assert sum(len(rubbish.text) for rubbish in ran.heard.of(Rubbish)) < 1_000_000


def test_a_flood_of_progress_is_thinned_and_its_end_told(converse):
    before = time.monotonic()
    ran = converse("""
    started()
    for done in range(20_001):
        say("progress", description="a", done=done, total=20_000, unit="px")
    say("done", result={})
    """)
    told = [progress.done for progress in ran.heard.of(Progress)]
    assert told[0] == 0
    assert told[-1] == 20_000
    assert told == sorted(set(told))
    assert len(told) <= 3 + (time.monotonic() - before) / 0.05


def test_nothing_but_progress_is_dropped(converse):
    ran = converse("""
    started()
    for number in range(5_000):
        say("progress", description="a", done=number, total=5_000, unit="px")
        say("log", level="info", message=str(number))
    say("done", result={})
    """)
    assert [log.message for log in ran.heard.of(Log)] == [str(number) for number in range(5_000)]


def test_a_slow_listener_hears_all(script):
    class Slow:
        heard = 0

        def event(self, _event):
            time.sleep(0.002)
            Slow.heard += 1

        def is_cancelled(self):
            return False

    body = """
    started()
    for _ in range(600):
        say("log", level="info", message="x" * 500)
    say("done", result={})
    """
    finished = run(script(body), Slow(), environ=clean(os.environ))
    assert (Slow.heard, finished.result) == (602, {})


@pytest.mark.parametrize("protocol", [0, 2])
def test_another_protocol_is_refused(converse, protocol):
    ran = converse(f"started(protocol={protocol})\nsay('log', level='info', message='x')\ntime.sleep(600)")
    assert "update the environment" in ran.finished.failure
    assert f"protocol {protocol}" in ran.finished.failure
    assert (ran.finished.cancelled, ran.finished.result) == (False, None)
    assert ran.heard.of(Log) == []


def test_another_protocols_result_is_none(converse):
    ran = converse('started(protocol=2); say("done", result={}); say("output", path="x", kind="layer")')
    assert "update the environment" in ran.finished.failure
    assert (ran.finished.result, ran.finished.outputs) == (None, ())


def test_stdout_may_end_long_before_the_process(converse):
    ran = converse(
        'started(); say("done", result={}); os.close(1); os.close(2); time.sleep(0.5); os._exit(0)'
    )
    assert (ran.finished.code, ran.finished.result) == (0, {})


def test_a_child_that_stays_after_its_last_word_is_ended(converse, monkeypatch):
    monkeypatch.setattr(process, "LINGER_SECONDS", 0.2)
    ran = converse('started(); say("done", result={}); time.sleep(600)')
    assert (ran.finished.result, ran.finished.failure) == ({}, None)


def test_stdin_is_held_open_while_it_runs(converse):
    ran = converse("""
    import select
    started()
    say("done", result={"ended": bool(select.select([0], [], [], 0.3)[0])})
    """)
    assert ran.finished.result == {"ended": False}


@pytest.mark.parametrize(
    "argv", [["/no/such/python", "-m", "geounet"], [os.path.dirname(sys.executable)], [sys.executable, "a\0b"], []]  # noqa: PTH120
)  # fmt: skip
def test_what_cannot_start_says_so_in_one_line(argv):
    class Nobody:
        def event(self, _event):
            raise AssertionError

        def is_cancelled(self):
            return False

    with pytest.raises(ChildError, match=r"^cannot start .*: .+$"):
        run(argv, Nobody(), environ={})
