"""`geounet models architectures` and `models check`: what they say, and what the page has of it."""

import argparse
import json
import re
from pathlib import Path

import pytest

from geounet.cli import architectures
from geounet.cli.events import EventReporter
from geounet.cli.report import TextReporter
from geounet.errors import MissingDependencyError, ModelError, OptionsError
from geounet.models.networks import check as checking
from geounet.models.networks import figures as measuring
from geounet.models.networks import registry
from geounet.models.networks.check import Checked
from geounet.models.networks.figures import Figures
from geounet.models.networks.page import page

PAGE = Path(__file__).parents[2] / "docs" / "architectures.md"
FIGURES = Figures(
    name="Unet", paper="Ronneberger and others (2015), U-Net", parameters=24_436_514, gflop_per_mpx=238.75,
    receptive_field=995, stride=32, smallest_tile=32, tile=256, axes=None, steps=1, extra=None,
)  # fmt: skip


@pytest.fixture
def two(monkeypatch):
    """A family of two, one of which lacks its extra."""

    def figures(name):
        if name == "UNETR":
            raise MissingDependencyError("UNETR needs monai; install it with: pip install 'geounet[volumes]'")
        return FIGURES

    def check(name):
        if name == "UNETR":
            raise ModelError("architecture UNETR gives logits that are not finite")
        return Checked(figures=figures(name), forward_s=0.25, backward_s=0.5, idle=0)

    monkeypatch.setattr(registry, "MODULES", {"Unet": "unet", "UNETR": "unetr"})
    monkeypatch.setattr(measuring, "figures", figures)
    monkeypatch.setattr(checking, "check", check)


def parsed(*argv: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    architectures.add_verbs(parser.add_subparsers())
    return parser.parse_args(argv)


def carried_out(*argv: str, reporter=None) -> dict:
    args = parsed(*argv)
    return args.act(args, reporter or TextReporter(quiet=True))


@pytest.mark.usefixtures("two")
def test_the_table_has_a_line_each_and_says_what_is_left_out(capsys):
    result = carried_out("architectures")
    out, err = capsys.readouterr()
    head, line = out.splitlines()
    assert head.split()[:3] == ["name", "parameters", "GFLOP/Mpx"]
    assert re.fullmatch(r"Unet +24\.44 M +239 +995 px +32 px +32 +Ronneberger .*", line)
    assert "UNETR is left out: UNETR needs monai" in err
    assert [one["parameters"] for one in result["architectures"]] == [24_436_514]


@pytest.mark.usefixtures("two")
def test_a_program_reads_the_figures_in_the_result(capfd):
    with EventReporter() as reporter:
        reporter.done(carried_out("architectures", reporter=reporter))
    done = json.loads(capfd.readouterr().out.splitlines()[-1])
    (found,) = done["result"]["architectures"]
    assert (found["name"], found["receptive_field"], found["extra"]) == ("Unet", 995, None)


@pytest.mark.usefixtures("two")
def test_checks_go_on_after_one_that_fails(capsys):
    with pytest.raises(ModelError, match="1 of 2 architectures do not work: UNETR"):
        carried_out("check", "--all")
    ok, bad = capsys.readouterr().out.splitlines()
    assert ok.startswith("ok   Unet: 24.44 M parameters, 239 GFLOP/Mpx, receptive field 995 px, ")
    assert ok.endswith("a tile of 256 px forward in 0.25 s and back in 0.50 s")
    assert bad == "bad  UNETR: architecture UNETR gives logits that are not finite"


@pytest.mark.usefixtures("two")
def test_a_check_of_one_says_its_own_error():
    assert len(carried_out("check", "Unet")["architectures"]) == 1
    with pytest.raises(ModelError, match="logits that are not finite"):
        carried_out("check", "UNETR")


@pytest.mark.parametrize("argv", [["check"], ["check", "Unet", "--all"]])
def test_a_check_is_of_one_or_of_all(argv):
    with pytest.raises(OptionsError, match="one architecture's NAME, or --all"):
        carried_out(*argv)


def test_an_unknown_name_is_told_what_is_known():
    with pytest.raises(ModelError, match=r"architecture 'Ynet' is not known; this geounet builds .*Unet"):
        carried_out("check", "Ynet")


def test_the_page_is_of_todays_family():
    """By name, and of one that is quickly measured, by figure."""
    text = PAGE.read_text(encoding="utf-8")
    tables = text.split("\n\n")
    rows = [re.findall(r"^\| (\w+) \|", table, re.MULTILINE)[1:] for table in tables if table.startswith("|")]
    assert rows == [list(registry.MODULES)] * 3
    lines = page([measuring.figures("LadderNet")]).splitlines()
    assert next(line for line in lines if line.startswith("| LadderNet | ")) in text
