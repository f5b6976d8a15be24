"""What is a road, and how its centreline is drawn."""

from dataclasses import dataclass

from geounet.errors import OptionsError


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadOptions:
    """How the skeleton of a mask becomes a network; lengths are metres on the ground."""

    spur: float = 1.5
    """Dead ends that reach less far from their junction than so many widths of the road there are pruned; 0 keeps all."""
    max_gap: float = 30.0
    """Longest gap that is bridged; without scores 0.8 of it between two ends, and half of it to the side of a road."""
    consent: float = 0.2
    """Least mean probability of a road along a gap that is bridged."""
    smooth: float | None = None
    """How far a line may leave the skeleton to be smooth; None is 1 m, and 1.5 pixels at least; 0 keeps to it."""
    min_length: float = 20.0
    """Shortest road that is kept where it is joined to no other."""
    max_width: float = 40.0
    """Width beyond which a place is no road: a crossing where roads lead to it, else nothing."""
    fill_holes: float = 40.0
    """Largest hole in a road, in m², that is taken for noise."""
    block_rows: int = 1024
    """Rows that are thinned at once; changes nothing in the result."""

    def __post_init__(self) -> None:
        for name in ("spur", "max_gap", "consent", "min_length", "fill_holes"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise OptionsError(f"{name} is {getattr(self, name)}; it must be at least 0")
        if self.block_rows < 1:
            raise OptionsError(f"block_rows is {self.block_rows}; it must be at least 1")
        if self.consent > 1:
            raise OptionsError(f"consent is {self.consent}; a probability is 1 at most")
        if self.smooth is not None and not 0 <= self.smooth < float("inf"):
            raise OptionsError(f"smooth is {self.smooth}; it must be at least 0, or None")
        if not 0 < self.max_width < float("inf"):
            raise OptionsError(f"max_width is {self.max_width}; it must be more than 0")
