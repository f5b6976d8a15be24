"""A Segmenter round another one: what it asks the other for, and what it says of itself is the other's."""

from geounet.models.card import ModelCard
from geounet.models.segmenter import Segmenter


class Around:
    """What every Segmenter round another one has of it; how it is called is its own."""

    def __init__(self, segmenter: Segmenter) -> None:
        self.segmenter = segmenter

    @property
    def card(self) -> ModelCard:
        """The card of the Segmenter that is asked."""
        return self.segmenter.card

    @property
    def digest(self) -> str:
        """The digest of the Segmenter that is asked, where it has one."""
        return str(getattr(self.segmenter, "digest", ""))

    def describe(self) -> dict[str, str | int]:
        """What the Segmenter that is asked says of itself."""
        described: dict[str, str | int] = getattr(self.segmenter, "describe", dict)()
        return described
