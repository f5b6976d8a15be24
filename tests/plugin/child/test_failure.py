import pytest

from geounet_qgis.child.failure import why_it_ended

TRACEBACK = [
    "Traceback (most recent call last):",
    '  File "x.py", line 1',
    "    a b",
    "      ^",
    "SyntaxError: no",
]


@pytest.mark.parametrize(
    ("code", "said", "line"),
    [
        (1, TRACEBACK, "SyntaxError: no"),
        (1, ["geounet: no such scene"], "no such scene"),
        (1, ["reason", "", "   ", "~~~^^", "geounet: warning: coarse"], "reason"),
        (1, ["reason", "\r 10%|█  | 1/9\r 90%|█████ | 8/9"], "reason"),
        (1, ["old\rnew\r"], "new"),
        (3, [], "geounet ended with code 3"),
        (0, [], "geounet ended without a result"),
        (0, ["odd"], "geounet ended without a result; it last said: odd"),
        (-9, [], "geounet was ended by signal 9 (SIGKILL)"),
        (-11, ["Fatal Python error: Segmentation fault"],
         "geounet was ended by signal 11 (SIGSEGV); it last said: Fatal Python error: Segmentation fault"),
        (-200, [], "geounet was ended by signal 200"),
        (0xC0000005, [], "geounet ended with code 0xC0000005"),
        (None, [], "geounet ended without a result"),
        (1, ["x" * 5000], "x" * 1000),
    ],
)  # fmt: skip
def test_one_line_says_why(code, said, line):
    assert why_it_ended(code, said) == line
