"""Cards, tables, switches, the scale bar and the frame of a page."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geounet.html.cards import Card, cards_view
from geounet.html.markup import Markup, tag
from geounet.html.page import page, page_ends
from geounet.html.scale import round_length, scale_bar
from geounet.html.switches import layer_class, switch, switch_rules
from geounet.html.tables import facts_table, table


@given(st.floats(1e-3, 1e7))
def test_a_scale_bar_is_of_a_round_length_and_not_too_short(longest):
    length = round_length(longest)
    assert f"{length:e}"[0] in "125"
    assert longest / 2.6 < length <= longest * (1 + 1e-6)


@pytest.mark.parametrize("across", [3.0, 870.0, 45_000.0, 2e7])
def test_a_scale_bar_is_as_long_as_it_says(across):
    share, length, unit = re.search(r"width:([\d.]+)%\"><span>([\d.,]+) (k?m)<", scale_bar(across)).groups()
    metres = float(length.replace(",", "")) * (1000 if unit == "km" else 1)
    assert float(share) / 100 * across == pytest.approx(metres, rel=1e-2)


def test_the_first_card_stands_out_and_many_make_two_rows():
    row = cards_view([Card("a", "1", "<")] * 5)
    assert row.count('class="card first"') == 1
    assert "--columns:5" in row
    assert "&lt;" in row
    assert "--columns:4" in cards_view([Card("a", "1", "")] * 7)


def test_a_switch_hides_the_layer_of_its_name():
    name = "done twice"
    key = re.search(r'id="(show-[\w-]+)"', switch(name, Markup("x"))).group(1)
    assert f'for="{key}"' in switch(name, Markup("x"))
    assert (
        switch_rules([name]) == f".{key}:not(:checked) ~ .stage .{layer_class(name)} {{ display: none; }}\n"
    )


def test_tables_escape_what_they_hold():
    assert "<td>&lt;b&gt;</td>" in facts_table({"a": "<b>"})
    assert table(tag("tr"), [tag("tr")], class_="c").startswith(
        '<div class="scroll"><table class="c"><thead>'
    )


def test_a_page_is_its_ends_round_its_content():
    head, tail = page_ends("a<b", style="p { }", version="1.2")
    assert page("a<b", tag("p"), style="p { }", version="1.2") == f"{head}<p></p>{tail}"
    assert "<title>a&lt;b</title><style>p { }</style>" in head
    assert tail.startswith("<footer>geounet 1.2</footer>")
