"""The words of `geounet models`."""

from __future__ import annotations

from dataclasses import dataclass


def listing() -> list[str]:
    """Return the words that list the models that came with geounet."""
    return ["models", "list"]


def showing(model: str) -> list[str]:
    """Return the words that give a model's card; `model` is a name, a bundle's folder or an address."""
    return ["models", "show", model]


@dataclass(frozen=True)
class Import:
    """Weights from elsewhere become a bundle."""

    weights: str
    card: str
    """The file of the model's card; empty where an ONNX file says itself what it expects."""
    out: str
    """The bundle's folder."""
    overwrite: bool = False

    def words(self) -> list[str]:
        """Return the verb and its arguments."""
        return [
            "models",
            "import",
            self.weights,
            *(["--card", self.card] if self.card else []),
            "--out",
            self.out,
            *(["--overwrite"] if self.overwrite else []),
        ]
