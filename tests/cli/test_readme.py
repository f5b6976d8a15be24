import re
import shlex
from pathlib import Path

import pytest

from geounet.cli import build_parser
from geounet.cli.arguments import joined_negatives
from geounet.cli.dispatch import VERBS

README = Path(__file__).parents[2] / "README.md"
COMMANDS = re.findall(
    r"^    (?:[\w./]*/)?geounet (.*)$", README.read_text(encoding="utf-8"), flags=re.MULTILINE
)


def test_the_readme_shows_every_verb():
    assert {name for name, verb in VERBS.items() if verb.HELP} <= {c.split()[0] for c in COMMANDS}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_in_the_readme_is_understood(command):
    build_parser().parse_args(joined_negatives(shlex.split(command, comments=True)))
