"""The frame of the small pages that QGIS shows as results."""

from __future__ import annotations

import html

STYLE = (
    "body{font-family:sans-serif;margin:1.5em;max-width:60em}"
    "table{border-collapse:collapse}td,th{padding:.3em .8em .3em 0;text-align:left;vertical-align:top}"
    "th{border-bottom:1px solid #999}pre{white-space:pre-wrap}"
)


def page(title: str, body: str) -> str:
    """Return a page with a heading; `body` is HTML already."""
    text = html.escape(title)
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{text}</title><style>{STYLE}</style></head>'
        f"<body><h1>{text}</h1>{body}</body></html>\n"
    )
