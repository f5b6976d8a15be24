import shlex
import subprocess
import sys

import pytest

from geounet_qgis.commands import words


def test_what_was_not_chosen_is_no_word():
    assert words.option("--tile", None) == []
    assert words.option("--aoi", "") == []
    assert words.listed("--bands", ()) == []
    assert words.listed("--bbox", None) == []
    assert words.repeated("--config", []) == []


def test_nought_is_a_choice():
    assert words.option("--min-area", 0) == ["--min-area", "0"]
    assert words.option("--threshold", 0.0) == ["--threshold", "0"]


def test_a_value_that_looks_like_an_option_is_joined():
    assert words.listed("--bbox", (-71.5, 42.0, -71.25, 42.5)) == ["--bbox=-71.5,42,-71.25,42.5"]
    assert words.option("--aoi", "-odd name.gpkg") == ["--aoi=-odd name.gpkg"]


@pytest.mark.parametrize(("on", "expected"), [(True, ["--tta"]), (False, ["--no-tta"]), (None, [])])
def test_a_switch_has_three_states(on, expected):
    assert words.switch("--tta", on) == expected


@pytest.mark.parametrize(
    "value", [0.1, 1 / 3, 1e-7, 352000.123456789, 9245386.8, -1e22, 4.0, -0.0, 123456789012345680.0, 7]
)
def test_a_number_reads_back_as_it_was(value):
    assert float(words.number(value)) == value


def test_whole_numbers_have_no_point():
    assert words.number(512) == words.number(512.0) == "512"


NASTY = ["geounet", "extract", "/data/mit Leerzeichen/ä'ö\"$(id)`;&.tif", "--gsd=-1", "", "back\\slash\\"]


def test_the_line_means_the_same_words_to_a_shell():
    assert shlex.split(words.shown(NASTY)) == NASTY
    printed = subprocess.run(
        ["sh", "-c", "printf '%s\\n' " + words.shown(NASTY)], capture_output=True, text=True, check=True
    )
    assert printed.stdout.split("\n")[:-1] == NASTY


def test_the_line_for_windows_is_as_its_programs_read_it(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert words.shown(["geounet", "extract", r"C:\Eigene Dateien\scene.tif"]) == (
        r'geounet extract "C:\Eigene Dateien\scene.tif"'
    )
