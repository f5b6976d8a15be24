"""The frame of a page: one file, with its style sheet inside."""

from geounet.html.markup import Markup, joined, tag


def page(title: str, *content: Markup, style: str, version: str) -> str:
    """An HTML document of `content` in the style sheet `style`; `version` of geounet is in its head and at its foot."""
    head, tail = page_ends(title, style=style, version=version)
    return f"{head}{joined(*content)}{tail}"


def page_ends(title: str, *, style: str, version: str) -> tuple[str, str]:
    """What stands before and after a page's content, for pages that are written piece by piece."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="generator", content=f"geounet {version}"),
        tag("title", title),
        tag("style", Markup(style)),
    )
    foot = tag("footer", f"geounet {version}")
    return f'<!DOCTYPE html>\n<html lang="en">{head}<body><main>', f"{foot}</main></body></html>\n"
