"""HTML and SVG as values: text is escaped wherever it enters, so that no file's name can become a tag."""

from html import escape
from typing import TypeAlias


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


Content: TypeAlias = "str | int | None"
"""What a tag may hold: markup as it is, text and numbers escaped; nothing for None."""

_VOID = {"meta", "img", "input", "br", "line", "circle"}
"""Tags that hold nothing."""


def tag(name: str, /, *content: Content, **attributes: Content) -> Markup:
    """An element; an attribute `class_` is written `class`, `stroke_width` is written `stroke-width`, None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{joined(*content)}</{name}>")


def joined(*content: Content) -> Markup:
    """Pieces one after the other."""
    return Markup("".join(_safe(piece) for piece in content if piece is not None))


def section(title: str, *content: Content, words: str | None = None) -> Markup:
    """A part of a page under a title; `words` say what it shows."""
    return tag("section", tag("h2", title), None if words is None else tag("p", words), *content)


def _safe(piece: str | int) -> str:
    return piece if isinstance(piece, Markup) else escape(str(piece))
