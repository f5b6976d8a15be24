import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geounet_qgis.child.lines import lines


def through_a_pipe(pieces, **kwargs):
    there, here = os.pipe()

    def write():
        for piece in pieces:
            os.write(here, piece)
        os.close(here)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        return list(lines(there, **kwargs))
    finally:
        writer.join()
        os.close(there)


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=20), max_size=20
    )
)
def test_lines_come_whole_however_they_were_written(texts):
    content = "".join(f"{text}\n" for text in texts).encode()
    assert through_a_pipe([content]) == texts
    assert through_a_pipe([content[i : i + 1] for i in range(len(content))]) == texts


def test_half_a_line_is_the_last():
    assert through_a_pipe([b"one\r\n\ntw", b"o"]) == ["one", "", "two"]


def test_no_utf8_is_replaced():
    assert through_a_pipe([b"a\xff\xc3\nb\n"]) == ["a��", "b"]


@pytest.mark.parametrize("size", [100_001, 1_000_000])
def test_a_line_without_an_end_is_cut(size):
    assert through_a_pipe([b"x" * size, b"\nnext\n"], longest=100_000) == ["x" * 100_000, "next"]
