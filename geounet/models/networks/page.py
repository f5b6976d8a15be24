"""The family as a page: docs/architectures.md, written by `geounet models architectures --markdown`."""

from collections.abc import Sequence

from geounet.models.networks.figures import Figures
from geounet.models.networks.registry import find_architecture

_HEAD = """# Architectures

`geounet models architectures --markdown` wrote this page but for "Two minutes each"; `geounet models check NAME` builds
one and runs a tile through it, forward and back. An architecture is a word in a card,
`"architecture": {"name": "Unet", "encoder": "resnet34"}`: in the `card.json` of a model, or as `[card.architecture]` in
the config of a training.

"""

_COLUMNS = """
- **parameters** that training changes, and **GFLOP/Mpx**, 10⁹ floating-point operations (two a multiplication and addition)
  for 10⁶ pixels of tiles, are those of the default card: three bands, two classes, the options and tiles of the last table.
- **receptive field**: pixels along a side that an output pixel depends on, however little, measured by its gradient;
  "whole tile" where it has no end within 4,096 pixels, or within the one tile that the network takes.
- **smallest tile**: its side in pixels. Tiles' sides and origins are multiples of the **stride**.
- **needs**: the extra to install besides, as in `pip install "geounet[NAME]"`.

## Where they are from

"""

_DEFAULTS = """
## Default cards, and published sizes

A published size is that of the source which is named, for the configuration that it says; further sizes are of other
configurations. Each is compared with ours in `tests/models/networks/`.

"""


def page(family: Sequence[Figures]) -> str:
    """The page of the architectures whose figures are given, as Markdown."""
    parts = [_HEAD, _figures_table(family), _COLUMNS, _papers(family), _DEFAULTS, _defaults_table(family)]
    return "".join(parts)


def field_in_words(figures: Figures) -> str:
    """A receptive field for people."""
    return "whole tile" if figures.receptive_field is None else f"{figures.receptive_field:,} px"


def _figures_table(family: Sequence[Figures]) -> str:
    rows = [
        "| name | parameters | GFLOP/Mpx | receptive field | smallest tile | stride | needs |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    rows += [
        f"| {f.name} | {f.parameters / 1e6:.2f} M | {f.gflop_per_mpx:,.0f} | {field_in_words(f)} | {f.smallest_tile} | "
        f"{f.stride} | {f.extra or ''} |"
        for f in family
    ]
    return "\n".join(rows) + "\n"


def _papers(family: Sequence[Figures]) -> str:
    return "".join(f"- **{f.name}**: {f.paper}\n" for f in family)


def _defaults_table(family: Sequence[Figures]) -> str:
    rows = ["| name | options | tile | takes | published |", "|---|---|---:|---|---|"]
    for f in family:
        architecture = find_architecture(f.name)
        options = ", ".join(f"{key} = {value!r}" for key, value in architecture.options.items()) or "–"
        takes = "images" if f.axes is None else f"volumes, {f.steps} along {f.axes}"
        first, *others = architecture.published
        published = f"{first.parameters:,}: {first.source}" + "".join(f"; {p.parameters:,}" for p in others)
        rows.append(f"| {f.name} | {options} | {f.tile} | {takes} | {published} |")
    return "\n".join(rows) + "\n"
