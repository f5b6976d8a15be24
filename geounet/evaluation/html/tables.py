"""Tables of a report as HTML: figures by class, a confusion matrix as a heat map, recall by size."""

from collections.abc import Mapping, Sequence
from typing import Any

from geounet.figures import count, percent, ratio, size_range
from geounet.html.markup import Markup, joined, tag
from geounet.html.tables import table

_BY_CLASS = {
    "iou": "IoU", "f1": "F1", "precision": "precision", "recall": "recall", "boundary_iou": "boundary IoU",
    "relaxed_precision": "relaxed precision", "relaxed_recall": "relaxed recall",
}  # fmt: skip
"""The columns of the table of classes, by the key of their figures."""

_STRONG = 0.8
"""Share from which a cell is so dark that its text must be light."""


def classes_table(per_class: Mapping[str, Mapping[str, Any]]) -> Markup:
    """The figures of each class, the overlap as a bar."""
    head = tag("tr", tag("th", "class"), *(tag("th", name) for name in (*_BY_CLASS.values(), "true pixels")))
    rows = [
        tag(
            "tr",
            tag("th", name, scope="row"),
            _bar_cell(ratio(figures["iou"]), figures["iou"]),
            *(tag("td", ratio(figures[key])) for key in list(_BY_CLASS)[1:]),
            tag("td", count(figures["support"])),
        )
        for name, figures in per_class.items()
    ]
    return table(head, rows)


def confusion_table(confusion: Sequence[Sequence[int]], names: Sequence[str]) -> Markup:
    """Where the pixels of each true class (rows) went (columns): shares of the row, and pixels."""
    head = joined(
        tag("tr", tag("th"), tag("th", "predicted", colspan=len(names), class_="over")),
        tag("tr", tag("th", "true"), *(tag("th", name) for name in names), tag("th", "pixels")),
    )
    rows = []
    for number, (name, row) in enumerate(zip(names, confusion, strict=True)):
        total = sum(row)
        cells = [_heat_cell(pixels, total, right=column == number) for column, pixels in enumerate(row)]
        rows.append(tag("tr", tag("th", name, scope="row"), *cells, tag("td", count(total), class_="sum")))
    return table(head, rows, class_="heat")


def sizes_table(by_size: Sequence[Mapping[str, Any]]) -> Markup:
    """Recall by the size of true objects, as bars; sizes of which there are none are left out."""
    head = tag("tr", *(tag("th", name) for name in ("area", "recall", "found", "of true")))
    rows = [
        tag(
            "tr",
            tag("th", size_range(size["min_m2"], size["max_m2"]), scope="row"),
            _bar_cell(ratio(size["recall"]), size["recall"]),
            tag("td", count(size["found"])),
            tag("td", count(size["true"])),
        )
        for size in by_size
        if size["true"]
    ]
    return table(head, rows, class_="sizes")


def _bar_cell(text: str, share: float | None) -> Markup:
    width = 0.0 if share is None else 100 * share
    bar = tag("span", tag("span", style=f"width:{width:.1f}%"), class_="bar", aria_hidden="true")
    return tag("td", tag("div", bar, tag("span", text), class_="barred"))


def _heat_cell(pixels: int, total: int, *, right: bool) -> Markup:
    share = pixels / total if total else None
    strong = " strong" if share is not None and share >= _STRONG else ""
    return tag(
        "td", tag("b", percent(share)), tag("small", count(pixels)),
        class_=f"{'right' if right else 'wrong'}{strong}", style=f"--share:{share or 0:.3f}",
    )  # fmt: skip
