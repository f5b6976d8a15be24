"""Results in words and as JSON."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geounet.cli.report import Reporter

if TYPE_CHECKING:
    from geounet.results import Extraction


def as_json(result: Any) -> dict[str, Any]:  # noqa: ANN401 (any result: a dataclass)
    """A result as a JSON object: its fields, paths as text."""
    return {f.name: _plain(getattr(result, f.name)) for f in dataclasses.fields(result)}


def tell_outputs(report: Reporter, **outputs: Path | None) -> None:
    """Report what was written, each under what it is: a layer, a class raster, probabilities, a graph."""
    for kind, path in outputs.items():
        if path is not None:
            report.output(path, kind)


def extraction_in_words(extraction: "Extraction") -> str:
    """One line about a layer: how many features of what, and how fast."""
    classes = ", ".join(f"{count:,} {name}" for name, count in extraction.by_class.items())
    found = f"{extraction.features:,} feature{'' if extraction.features == 1 else 's'}"
    return (
        f"{extraction.out}: {found}{f' ({classes})' if classes else ''}, "
        f"{rate_in_words(extraction.pixels, extraction.seconds)}"
    )


def rate_in_words(pixels: int, seconds: float) -> str:
    """Pixels, seconds, and pixels a second."""
    return f"{pixels / 1e6:.1f} Mpx in {seconds:.1f} s ({pixels / 1e6 / max(seconds, 1e-9):.2f} Mpx/s)"


def _plain(value: Any) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    return value
