import argparse
from dataclasses import fields
from pathlib import Path

import pytest

from geounet.cli import build_parser, main
from geounet.cli.arguments import joined_negatives, options_from
from geounet.errors import OptionsError
from geounet.options import BBox, ExtractOptions, PredictOptions, VectorizeOptions

VERBS = {"extract": ExtractOptions, "predict": PredictOptions, "vectorize": VectorizeOptions}
REQUIRED = {
    "extract": ["a.tif"],
    "predict": ["a.tif", "--model", "m", "-o", "p.tif"],
    "vectorize": ["l.tif", "-o", "v.gpkg"],
}

WORDS = {
    "bands": (["--bands", "3,2,1"], (3, 2, 1)),
    "gsd": (["--gsd", "0.5"], 0.5),
    "aoi": (["--aoi", "area.geojson"], "area.geojson"),
    "bbox": (["--bbox", "-71.2,42.1,-71.1,42.2"], BBox(xmin=-71.2, ymin=42.1, xmax=-71.1, ymax=42.2)),
    "assume_crs": (["--assume-crs", "EPSG:32637"], "EPSG:32637"),
    "stats": (["--stats", "s.json"], Path("s.json")),
    "creation": (["--co", "COMPRESS=ZSTD", "--co", "LEVEL=1"], (("COMPRESS", "ZSTD"), ("LEVEL", "1"))),
    "overwrite": (["--overwrite"], True),
    "tile": (["--tile", "256"], 256),
    "overlap": (["--overlap", "64"], 64),
    "batch_size": (["--batch-size", "3"], 3),
    "window": (["--window", "core"], "core"),
    "engine": (["--engine", "openvino"], "openvino"),
    "device": (["--device", "cpu"], "cpu"),
    "precision": (["--precision", "float32"], "float32"),
    "threads": (["--threads", "2"], 2),
    "tta": (["--tta"], True),
    "refine": (["--refine", "crf"], "crf"),
    "threshold": (["--threshold", "0.4"], 0.4),
    "strip_rows": (["--strip-rows", "64"], 64),
    "connectivity": (["--connectivity", "8"], 8),
    "min_area": (["--min-area", "4"], 4.0),
    "fill_holes": (["--fill-holes", "2"], 2.0),
    "simplify": (["--simplify", "0.5"], 0.5),
    "min_confidence": (["--min-confidence", "0.6"], 0.6),
    "kind": (["--kind", "roads"], "roads"),
    "separate": (["--separate"], True),
    "regularize": (["--no-regularize"], False),
    "regularize_iou": (["--regularize-iou", "0.8"], 0.8),
    "centerlines": (["--no-centerlines"], False),
    "max_gap": (["--max-gap", "12"], 12.0),
    "min_length": (["--min-length", "25"], 25.0),
    "graph": (["--graph", "roads.graphml"], Path("roads.graphml")),
    "review": (["--review"], True),
    "output": (["--output", "both"], "both"),
    "dtype": (["--dtype", "float32"], "float32"),
    "class_raster": (["--class-raster", "c.tif"], Path("c.tif")),
    "probability": (["--probability", "p.tif"], Path("p.tif")),
}


def parsed(verb: str, *words: str) -> argparse.Namespace:
    return build_parser().parse_args(joined_negatives([verb, *REQUIRED[verb], *words]))


@pytest.mark.parametrize("verb", VERBS)
def test_what_is_not_given_is_the_options_own_default(verb):
    assert options_from(parsed(verb), VERBS[verb]) == VERBS[verb]()


@pytest.mark.parametrize(
    ("verb", "name"), [(verb, f.name) for verb, kind in VERBS.items() for f in fields(kind)]
)
def test_every_option_can_be_chosen_on_the_command_line(verb, name):
    words, value = WORDS[name]
    chosen = options_from(parsed(verb, *words), VERBS[verb])
    assert chosen == VERBS[verb](**{name: value})
    assert chosen != VERBS[verb]()


@pytest.mark.parametrize("verb", VERBS)
def test_every_argument_is_an_option_or_known_apart(verb):
    apart = {"command", "run", "scene", "others", "labels", "model", "out", "bbox_crs"}
    apart |= {"config", "json_events", "quiet", "lease", "debug"}
    verbs = next(a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction))
    names = {action.dest for action in verbs.choices[verb]._actions if action.dest != "help"}
    assert names - apart == {f.name for f in fields(VERBS[verb])}


@pytest.mark.parametrize("verb", ["extract", "predict", "batch"])
@pytest.mark.parametrize(
    "given", [["buildings"], ["a", "b"], ["buildings", "https://x/y.zip#sha256=0", "c d"]]
)
def test_several_models_become_the_name_of_their_ensemble(verb, given):
    required = {"extract": ["a.tif"], "predict": ["a.tif", "-o", "p.tif"], "batch": ["in", "-o", "out"]}[verb]
    words = [word for name in given for word in ("--model", name)]
    assert build_parser().parse_args([verb, *required, *words]).model == "+".join(given)


@pytest.mark.parametrize(
    "words", [["extract", "a.tif"], ["predict", "a.tif", "-o", "p.tif"], ["batch", "in", "-o", "out"]]
)
def test_buildings_is_the_model_where_none_is_given(words):
    assert build_parser().parse_args(words).model == "buildings"


@pytest.mark.parametrize("words", [["--bbox", "-71.2,42.1,-71.1,42.2"], ["--bbox=-71.2,42.1,-71.1,42.2"]])
def test_a_bbox_may_begin_with_a_negative_number(words):
    bbox = options_from(parsed("extract", *words, "--bbox-crs", "EPSG:4326"), ExtractOptions).bbox
    assert bbox == BBox(xmin=-71.2, ymin=42.1, xmax=-71.1, ymax=42.2, crs="EPSG:4326")


def test_a_bbox_does_not_swallow_an_option():
    assert joined_negatives(["--bbox", "--quiet"]) == ["--bbox", "--quiet"]


def test_a_crs_without_a_bbox_is_refused():
    with pytest.raises(OptionsError, match="--bbox-crs without --bbox"):
        options_from(parsed("extract", "--bbox-crs", "EPSG:4326"), ExtractOptions)


@pytest.mark.parametrize(("word", "value"), [("model", None), ("native", "native"), ("0.3", 0.3)])
def test_gsd_takes_a_word_or_metres(word, value):
    assert options_from(parsed("extract", "--gsd", word), ExtractOptions).gsd == value


def test_batch_size_auto_is_the_default():
    assert options_from(parsed("predict", "--batch-size", "auto"), PredictOptions) == PredictOptions()


@pytest.mark.parametrize(
    "words",
    [
        ["--bands", "a"], ["--bbox", "1,2,3"], ["--gsd", "fine"], ["--tile", "big"], ["--window", "round"],
        ["--co", "ZSTD"], ["--config", "=1"], ["--connectivity", "6"], ["--til", "256"], ["--lease", "file"],
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_a_usage_error(words, capsys):
    assert main(["extract", "a.tif", *words]) == 2
    assert "usage: geounet" in capsys.readouterr().err
