"""Tables as HTML."""

from collections.abc import Iterable, Mapping

from geounet.html.markup import Markup, tag


def table(head: Markup, rows: Iterable[Markup], *, class_: str | None = None) -> Markup:
    """A table that scrolls where the page is too narrow for it."""
    whole = tag("table", tag("thead", head), tag("tbody", *rows), class_=class_)
    return tag("div", whole, class_="scroll")


def facts_table(facts: Mapping[str, object]) -> Markup:
    """Names and what they are."""
    rows = [tag("tr", tag("th", name, scope="row"), tag("td", str(value))) for name, value in facts.items()]
    return tag("table", tag("tbody", *rows), class_="facts")
