"""A report as a page for the browser."""

from geounet.evaluation.html.document import page

__all__ = ["page"]
