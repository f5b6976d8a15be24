"""Options refuse what cannot be."""

import dataclasses

import pytest

from geounet.errors import OptionsError
from geounet.options import BBox, EvaluateOptions, ExtractOptions, PredictOptions, VectorizeOptions


@pytest.mark.parametrize(
    "wrong",
    [
        {"tile": 0}, {"overlap": -2}, {"batch_size": 0}, {"threshold": 1.5}, {"threshold": float("nan")}, {"min_area": -1},
        {"window": "hann"}, {"dtype": "int8"}, {"precision": "int4"}, {"connectivity": 6}, {"gsd": 0}, {"gsd": "model"},
        {"tile": 16.0}, {"overlap": True}, {"threshold": "0.5"}, {"bands": "321"}, {"bands": [3, 2, 1]},
        {"gsd": float("inf")}, {"gsd": True}, {"bands": ()}, {"bands": (0, 1)}, {"simplify": -0.1}, {"min_confidence": 2},
    ],
)  # fmt: skip
def test_a_value_out_of_range_is_refused_by_name(wrong: dict[str, object]) -> None:
    with pytest.raises(OptionsError, match=next(iter(wrong))):
        ExtractOptions(**wrong)


def test_the_first_of_listed_values_is_the_default() -> None:
    options = PredictOptions()
    assert (options.window, options.output, options.dtype, options.device) == (
        "taper",
        "probability",
        "uint8",
        "auto",
    )
    assert VectorizeOptions().connectivity == 4


def test_extract_takes_what_predict_and_vectorize_take() -> None:
    names = {
        kind: {f.name for f in dataclasses.fields(kind)}
        for kind in (PredictOptions, VectorizeOptions, ExtractOptions)
    }
    assert names[PredictOptions] - {"output"} | names[VectorizeOptions] <= names[ExtractOptions]


def test_options_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        PredictOptions().tile = 3  # type: ignore[misc]


@pytest.mark.parametrize("box", [(1, 0, 0, 1), (0, 1, 1, 0), (0, 0, 0, 1), (0, 0, float("nan"), 1)])
def test_a_box_without_area_is_refused(box: tuple[float, ...]) -> None:
    with pytest.raises(OptionsError, match="min < max"):
        BBox(xmin=box[0], ymin=box[1], xmax=box[2], ymax=box[3])


def test_classes_are_several_names():
    with pytest.raises(OptionsError, match="tuple of names"):
        EvaluateOptions(classes="building")
