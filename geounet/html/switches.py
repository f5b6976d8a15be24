"""Switches that hide and show parts of a picture, by the style sheet alone."""

from collections.abc import Iterable

from geounet.html.markup import Markup, joined, tag


def switch(name: str, label: Markup) -> Markup:
    """A switch that stands before the stage (class `stage`) whose parts of class `layer_class(name)` it hides."""
    key = _key(name)
    box = tag("input", type="checkbox", id=f"show-{key}", class_=f"show-{key}", checked="checked")
    return joined(box, tag("label", label, for_=f"show-{key}"))


def layer_class(name: str) -> str:
    """The class of what the switch called `name` hides."""
    return f"layer-{_key(name)}"


def switch_rules(names: Iterable[str]) -> str:
    """The style sheet's rules for switches."""
    return "".join(
        f".show-{_key(name)}:not(:checked) ~ .stage .{layer_class(name)} {{ display: none; }}\n"
        for name in names
    )


def _key(name: str) -> str:
    return name.replace(" ", "-")
