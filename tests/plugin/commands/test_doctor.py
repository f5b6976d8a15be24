import json

import pytest

from geounet.cli import main
from geounet.cli.doctor import LOOKS
from geounet_qgis.commands.doctor import Check, check_of, words


@pytest.mark.parametrize(
    ("level", "message", "expected"),
    [
        ("info", "GDAL 3.10.3 (rasterio): has GTiff, COG", Check("GDAL 3.10.3 (rasterio)", "ok", "has GTiff, COG")),
        ("warning", "numba cache: cannot be written (x: y)", Check("numba cache", "warn", "cannot be written (x: y)")),
        ("error", "torch: OSError: gone", Check("torch", "bad", "OSError: gone")),
        ("info", "a line", Check("", "ok", "a line")),
        ("other", "a: b", Check("a", "ok", "b")),
    ],
)  # fmt: skip
def test_a_line_is_a_check(level, message, expected):
    assert check_of(level, message) == expected


def test_the_librarys_lines_are_its_checks(monkeypatch, capfd):
    quick = {name: LOOKS[name] for name in list(LOOKS)[:2]}
    monkeypatch.setattr("geounet.cli.doctor.LOOKS", quick)
    assert main([*words(), "--json-events"]) == 0
    events = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    checks = [check_of(e["level"], e["message"]) for e in events if e["event"] == "log"]
    assert [vars(check) for check in checks] == events[-1]["result"]["checks"]
