from geounet.html.markup import Markup, joined, section, tag


def test_tags_escape_text_and_keep_markup():
    inner = tag("i", "a<b", title='"x"')
    assert tag("p", inner, "&", 5, None, class_="one", stroke_width=None) == Markup(
        '<p class="one"><i title="&quot;x&quot;">a&lt;b</i>&amp;5</p>'
    )
    assert joined("<", Markup("<br/>")) == "&lt;<br/>"
    assert tag("line", x1="1", stroke_width="2") == '<line x1="1" stroke-width="2"/>'


def test_a_section_has_a_title_and_perhaps_words():
    assert section("A&B", tag("i")) == "<section><h2>A&amp;B</h2><i></i></section>"
    assert section("A", words="b") == "<section><h2>A</h2><p>b</p></section>"
