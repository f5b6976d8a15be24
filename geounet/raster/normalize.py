"""Counts → what a network was trained on: 0 … 1 between two counts, then less a mean and by a deviation."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numba
import numpy as np
from numpy.typing import NDArray

from geounet.errors import OptionsError
from geounet.models.card import BandRange, Normalization

if TYPE_CHECKING:
    from geounet.raster.scene import Scene

Number = Any
"""A scalar of whatever type numba compiles for."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """The counts that become 0 and 1, band by band; raises OptionsError when they are not numbers, or uneven."""

    low: tuple[float, ...]
    high: tuple[float, ...]

    def __post_init__(self) -> None:
        numbers = (*self.low, *self.high)
        if not all(isinstance(v, int | float) and np.isfinite(v) for v in numbers):
            raise OptionsError(f"statistics are low {self.low} and high {self.high}; expected finite numbers")
        if len(self.low) != len(self.high):
            raise OptionsError(
                f"statistics have {len(self.low)} low and {len(self.high)} high values; expected one of each a band"
            )

    @classmethod
    def from_json(cls, path: str | Path) -> Self:
        """Ranges from a file such as {"low": [0, 0, 0], "high": [255, 255, 255]}; raises OptionsError."""
        try:
            data = json.loads(Path(path).read_text(encoding="utf-8"))
            return cls(tuple(data["low"]), tuple(data["high"]))
        except OSError as error:
            raise OptionsError(
                f"statistics {path} cannot be read ({error.strerror}); check the path"
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise OptionsError(
                f'statistics {path} are not as expected ({error!r}); expected {{"low": [...], "high": [...]}}'
            ) from error

    def to_dict(self) -> dict[str, list[float]]:
        """The ranges as a JSON object."""
        return {"low": list(self.low), "high": list(self.high)}


def scene_ranges(scene: "Scene", normalization: Normalization, *, stats: str | Path | None = None) -> Ranges:
    """The range that a card's normalisation calls for in a scene.

    `scene` takes percentiles of the valid pixels of the whole scene (0 … 1 where there are none), of a band over all
    dates or slices of a volume; `dtype` 0 to the type's maximum, 0 … 1 for floats. Statistics from a file stand in for
    any of them; they raise OptionsError when they are not one value a band of the scene.
    """
    if stats is not None:
        return _from_elsewhere(stats, count=scene.count)
    steps = scene.count // len(normalization.mean)
    ranges = normalization.over(steps).band_ranges
    seen = (
        _percentiles(scene, normalization.percentiles, steps=steps)
        if "scene" in ranges
        else [(0.0, 1.0)] * scene.count
    )
    pairs = [_pair(one, own, dtype) for one, own, dtype in zip(ranges, seen, scene.dtypes, strict=True)]
    return Ranges(tuple(low for low, _ in pairs), tuple(high for _, high in pairs))


def _pair(wanted: BandRange, seen: tuple[float, float], dtype: np.dtype[Any]) -> tuple[float, float]:
    """Low and high of a band: what a card wants, where `seen` are the scene's own."""
    match wanted:
        case "scene":
            return seen
        case "dtype":
            return 0.0, 1.0 if dtype.kind == "f" else float(np.iinfo(dtype).max)
        case (low, high):
            return float(low), float(high)


def _from_elsewhere(stats: str | Path, *, count: int) -> Ranges:
    ranges = Ranges.from_json(stats)
    if len(ranges.low) != count:
        raise OptionsError(
            f"statistics {stats} are of {len(ranges.low)} bands; expected {count}, as the model takes"
        )
    return ranges


def _percentiles(
    scene: "Scene", percentiles: tuple[float, float], *, steps: int
) -> list[tuple[float, float]]:
    """Low and high of each band of a scene, its bands those of so many dates: the same for all of them."""
    from geounet.raster.sample import sample_valid  # models normalise without reading files

    sample = sample_valid(scene)
    if sample.shape[1] == 0:
        return [(0.0, 1.0)] * scene.count
    of_bands = sample.reshape(steps, -1, sample.shape[1]).swapaxes(0, 1)
    pairs = [np.percentile(band.astype(np.float64), percentiles) for band in of_bands]
    return [(float(low), float(high)) for low, high in pairs] * steps


@dataclass(frozen=True, slots=True)
class Normalizer:
    """Turns counts into a network's input, `(clip((x − low) / (high − low), 0, 1) − mean) / std`, band by band.

    The fraction is 0 where high ≤ low; pixels that are not valid are 0 in the end. Raises OptionsError when the
    four do not have one value a band.
    """

    low: tuple[float, ...]
    high: tuple[float, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def __post_init__(self) -> None:
        if not len(self.low) == len(self.high) == len(self.mean) == len(self.std):
            raise OptionsError(
                f"normalisation has ranges of {len(self.low)} bands, and mean and deviation of {len(self.mean)}; "
                "expected as many"
            )

    @classmethod
    def of(cls, normalization: Normalization, ranges: Ranges) -> Self:
        """What a card's normalisation makes of counts with these ranges, of one date or of several after one another."""
        each = normalization.over(len(ranges.low) // len(normalization.mean))
        return cls(ranges.low, ranges.high, each.mean, each.std)

    def __call__(self, values: NDArray[Any], valid: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Normalised float32 (bands, rows, cols) of counts of that shape and their mask (rows, cols)."""
        out = np.empty(values.shape, np.float32)
        self.into(out, values, valid)
        return out

    def factors(self, dtype: np.dtype[Any]) -> NDArray[Any]:
        """(bands, 4): low, 1 / (high − low), mean and 1 / deviation, in the precision that counts of a type need."""
        # Only whole numbers of 32 bits and more, and float64, hold what float32 does not.
        kind = np.float64 if dtype.itemsize > 2 and dtype != np.float32 else np.float32
        low, high = np.array(self.low), np.array(self.high)
        mean, std = np.array(self.mean), np.array(self.std)
        span = np.where(high > low, high - low, 1)
        scale = np.where(high > low, 1 / span, 0)
        return np.stack([low, scale, mean, 1 / std], axis=1).astype(kind)

    def into(self, out: NDArray[np.float32], values: NDArray[Any], valid: NDArray[np.bool_]) -> None:
        """Write to `out` (bands, rows, cols) what the call returns."""
        self.into_tile(out, values, valid, np.arange(values.shape[1]), np.arange(values.shape[2]))

    def into_tile(
        self,
        out: NDArray[np.float32],
        values: NDArray[Any],
        valid: NDArray[np.bool_],
        rows: NDArray[np.int64],
        cols: NDArray[np.int64],
    ) -> None:
        """Write to `out` (bands, len(rows), len(cols)) the normalised pixels in those rows and columns of `values`.

        Rows and columns may repeat and run backwards, as a mirror needs.
        """
        pixels = values.astype(np.float32) if values.dtype == np.float16 else values
        factors = self.factors(values.dtype)
        _normalize(out, pixels, valid, rows, cols, factors, _ascending(cols))


def _ascending(cols: NDArray[np.int64]) -> tuple[int, int]:
    """Begin and end of the first longest run of positions whose columns go up one by one."""
    breaks = np.flatnonzero(np.diff(cols) != 1) + 1
    edges = np.concatenate([[0], breaks, [len(cols)]])
    longest = int(np.argmax(np.diff(edges)))
    return int(edges[longest]), int(edges[longest + 1])


@numba.njit(nogil=True, cache=True)
def _normalize(  # noqa: PLR0913, PLR0917 (a kernel takes plain arrays)
    out: NDArray[np.float32],
    values: NDArray[Any],
    valid: NDArray[np.bool_],
    rows: NDArray[np.int64],
    cols: NDArray[np.int64],
    factors: NDArray[Any],
    run: tuple[int, int],
) -> None:
    """Gather and normalise; the run of neighbouring columns is a plain loop, which becomes vector instructions."""
    begin, end = run
    straight = slice(cols[begin], cols[begin] + end - begin)
    for band in range(out.shape[0]):
        low, scale, mean, deviation = factors[band]
        for i in range(rows.shape[0]):
            row, mask, target = values[band, rows[i]], valid[rows[i]], out[band, i]
            for j in range(begin):
                target[j] = _normalized(row[cols[j]], mask[cols[j]], low, scale, mean, deviation)
            counts, marks, part = row[straight], mask[straight], target[begin:end]
            for j in range(part.shape[0]):
                part[j] = _normalized(counts[j], marks[j], low, scale, mean, deviation)
            for j in range(end, cols.shape[0]):
                target[j] = _normalized(row[cols[j]], mask[cols[j]], low, scale, mean, deviation)


@numba.njit(nogil=True, cache=True)
def _normalized(  # noqa: PLR0913, PLR0917 (inlined)
    value: Number, valid: np.bool_, low: Number, scale: Number, mean: Number, deviation: Number
) -> Number:
    """One count, normalised in the precision of `low`."""
    fraction = (type(low)(value) - low) * scale
    fraction = type(low)(0) if fraction < 0 else fraction
    fraction = type(low)(1) if fraction > 1 else fraction
    return np.float32((fraction - mean) * deviation) if valid else np.float32(0)
