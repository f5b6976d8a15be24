"""`geounet models quantize` hands its words on, and says what came of it in one line."""

import json

import pytest

from geounet.cli import main
from geounet.quantization import Quantized, Verdict
from geounet.quantization.verdict import SceneVerdict


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What the library was called with."""
    calls = []

    def quantize(model, scenes, out, *, options, progress):
        calls.append((model, scenes, out, options))
        verdict = Verdict(scenes=(SceneVerdict("a", 0.75, 0.7495),), against="labels", held_back=True)
        return Quantized(out=out, digest="d", tiles=7, verdict=verdict)

    monkeypatch.setattr("geounet.quantization.quantize", quantize)
    return calls


def test_words_become_options(asked, capsys):
    words = "buildings --scenes a.tif b.tif --labels a.geojson b.geojson -o int8 --max-drop 0.01 --tiles 9"
    assert main(["models", "quantize", *words.split(), "--method", "minmax", "--bands", "3,2,1"]) == 0
    [(model, scenes, out, options)] = asked
    assert (model, scenes, out.name) == ("buildings", ["a.tif", "b.tif"], "int8")
    assert options.labels == ("a.geojson", "b.geojson")
    assert (options.max_drop, options.tiles, options.method, options.bands) == (0.01, 9, "minmax", (3, 2, 1))
    said = capsys.readouterr()
    assert "IoU 0.7495 in int8 and 0.7500 in float32" in said.out + said.err


def test_events_have_the_figures(asked, capfd):
    assert (
        main(["models", "quantize", "buildings", "--scenes", "a.tif", "-o", "cal.json", "--json-events"]) == 0
    )
    events = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    [output] = [event for event in events if event["event"] == "output"]
    assert output["kind"] == "calibration"
    assert events[-1]["event"] == "done"
    assert asked


def test_scenes_are_needed(capsys):
    assert main(["models", "quantize", "buildings", "-o", "int8"]) == 2
    assert "--scenes" in capsys.readouterr().err
