"""A calibration as text, and what is no calibration."""

import json
from dataclasses import replace

import pytest

from geounet.errors import ModelError
from geounet.models.quantization.calibration import CALIBRATION, Calibration, read_calibration

WHOLE = Calibration(
    graph="abc", method="minmax", tiles=3, ranges={"a": (-1.0, 2.5), "b": (0.0, 0.0)},
    means={"a": (0.5, 0.25)}, notes={"scene": "x"},
)  # fmt: skip


def test_text_and_back():
    assert Calibration.from_json(WHOLE.to_json()) == WHOLE


def test_what_is_told_does_not_decide():
    assert replace(WHOLE, notes={}).digest == WHOLE.digest
    assert replace(WHOLE, ranges=WHOLE.ranges | {"a": (-1.0, 2.6)}).digest != WHOLE.digest


def test_a_folder_without_one(tmp_path):
    assert read_calibration(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not readable"),
        ("[]", "not readable"),
        (json.dumps({"format": 9}), "format 9"),
        (WHOLE.to_json().replace("2.5", "-Infinity"), "range"),
        (WHOLE.to_json().replace("2.5", "1e300"), "range"),
        (WHOLE.to_json().replace("2.5", "NaN"), "range"),
        (WHOLE.to_json().replace("0.25", "NaN"), "no numbers"),
        (WHOLE.to_json().replace("minmax", "guess"), "guess"),
        (WHOLE.to_json().replace('"tiles"', '"tile"'), "tiles"),
        (WHOLE.to_json().replace("3", "Infinity"), "not readable"),
        (WHOLE.to_json().replace("[0.5,0.25]", '"25"'), "a is no list of numbers"),
        (WHOLE.to_json().replace("[0.5,0.25]", "0.5"), "a is no list of numbers"),
        (WHOLE.to_json().replace("[-1.0,2.5]", '["1","2"]'), "a is no list of numbers"),
        (WHOLE.to_json().replace("[-1.0,2.5]", "[1]"), "not readable"),
        (WHOLE.to_json().replace("2.5", "9" * 400), "not readable"),
        ("[" * 100_000, "not readable"),
    ],
)
def test_a_damaged_one_is_refused_in_one_line(tmp_path, text, said):
    (tmp_path / CALIBRATION).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=said) as refused:
        read_calibration(tmp_path)
    assert "\n" not in str(refused.value)
