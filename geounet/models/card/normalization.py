"""How counts become what a network was trained on, as a card says it."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from geounet.errors import InvalidCardError

BandRange = Literal["scene", "dtype"] | tuple[float, float]
"""The counts that become 0 and 1: the scene's own percentiles, the type's range, or fixed counts."""


@dataclass(frozen=True, slots=True)
class Normalization:
    """How counts become what the network was trained on."""

    range: BandRange | tuple[BandRange, ...]
    """Low and high of all bands, or of each: a height in metres has another range than a colour."""
    percentiles: tuple[float, float]
    """Percentiles of the valid pixels that are low and high, for `scene`; of a band of all dates or slices together."""
    mean: tuple[float, ...]
    """Subtracted after scaling to 0 … 1, one value a band."""
    std: tuple[float, ...]
    """Divided by after that, one value a band, above 0."""

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """The value from its JSON object; raises InvalidCardError on other keys than these four."""
        names = {f.name for f in dataclasses.fields(cls)}
        if not isinstance(data, Mapping) or data.keys() != names:
            raise InvalidCardError(f"card's normalization must be an object of {', '.join(sorted(names))}")
        return cls(**{name: _tupled(value) for name, value in data.items()})

    @property
    def band_ranges(self) -> tuple[BandRange, ...]:
        """The range of each band."""
        return tuple(self._each_range())

    @property
    def takes_statistics(self) -> bool:
        """Whether a scene's own percentiles are needed, of one band at least."""
        return "scene" in self.band_ranges

    def over(self, steps: int) -> Self:
        """The same for every date or slice of a volume, one after the other: what each channel is normalised by."""
        return dataclasses.replace(
            self, range=self.band_ranges * steps, mean=self.mean * steps, std=self.std * steps
        )

    def _each_range(self) -> Iterator[BandRange]:
        match self.range:
            case str():
                yield from [self.range] * len(self.mean)
            case (int() | float() as low, int() | float() as high):
                yield from [(low, high)] * len(self.mean)
            case by_band:
                yield from by_band


def _tupled(value: Any) -> Any:  # noqa: ANN401 (JSON)
    """JSON's lists, and lists in them, as tuples."""
    return tuple(_tupled(v) for v in value) if isinstance(value, list | tuple) else value
