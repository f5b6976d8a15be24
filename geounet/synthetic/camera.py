"""From a painted town to the picture of it: haze, tone, blur, grain and compression."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.synthetic.noise import Field, fractal
from geounet.synthetic.planar import Rng

_BLOCK = 8
_BASE_QUANT = 16.0


@dataclass(frozen=True, slots=True)
class Camera:
    """How a flight sees: drawn once a town."""

    haze: float
    """Share of a thick patch's light that is haze, 0 to 1."""
    gamma: float
    contrast: float
    saturation: float
    balance: NDArray[np.float32]
    """(3,) gain of each band."""
    softness: float
    """Weight of a pixel's neighbours, 0 to 0.3."""
    grain: float
    """Standard deviation of the sensor's noise, 0 to 1."""
    compression: float
    """Step of the picture's coarsest JPEG-like quantisation, 0 for none."""

    @classmethod
    def draw(cls, rng: Rng) -> "Camera":
        """A camera, an hour and a sky."""
        return cls(
            haze=float(rng.choice((0.06, 0.15, 0.35)) * rng.uniform(0.4, 1.0)),
            gamma=float(rng.uniform(0.5, 1.1)),
            contrast=float(rng.uniform(0.85, 1.2)),
            saturation=float(rng.uniform(0.6, 1.05)),
            balance=(1 + rng.normal(0, 0.025, 3)).astype(np.float32),
            softness=float(rng.uniform(0.03, 0.24)),
            grain=float(rng.uniform(0.004, 0.018)),
            compression=float(rng.choice((0.0, 1.0)) * rng.uniform(0.15, 0.6)),
        )


def photograph(colour: Field, gsd: float, camera: Camera, rng: Rng) -> NDArray[np.uint8]:
    """(3, rows, cols) uint8 of a (rows, cols, 3) painting of 0 to 1."""
    rows, cols = colour.shape[:2]
    picture = _toned(np.clip(colour, 0.01, 1.2), camera)
    veil = np.clip(0.35 + 0.9 * fractal((rows, cols), 160 / gsd, rng, octaves=3), 0, 1) * np.float32(
        camera.haze
    )
    picture += (np.array((0.80, 0.83, 0.85), np.float32) - picture) * veil[..., None]
    slope = rng.uniform(-0.07, 0.07, 2)
    down, right = np.linspace(-1, 1, rows)[:, None], np.linspace(-1, 1, cols)[None, :]
    picture *= (1 + slope[0] * down + slope[1] * right).astype(np.float32)[..., None]
    bands = np.ascontiguousarray(np.moveaxis(picture, -1, 0))
    for band in bands:
        band[:] = _soft(_soft(band, camera.softness).T, camera.softness).T
    bands += _grain((rows, cols), camera.grain, rng)
    if camera.compression:
        bands = _compressed(bands, camera.compression)
    return np.clip(np.rint(bands * 255), 0, 255).astype(np.uint8)


def _toned(colour: Field, camera: Camera) -> Field:
    # Gamma as a blend of x and x², which unlike a power is the same to the last bit everywhere.
    bend = np.float32(camera.gamma - 1)
    toned = colour + bend * (colour * colour - colour)
    toned = (toned - np.float32(0.45)) * np.float32(camera.contrast) + np.float32(0.45)
    grey = (toned[..., :1] + toned[..., 1:2] + toned[..., 2:]) / np.float32(3)
    result: Field = (grey + (toned - grey) * np.float32(camera.saturation)) * camera.balance
    return result


def _soft(band: Field, weight: float) -> Field:
    """Mix each row with its neighbours."""
    padded = np.concatenate((band[:1], band, band[-1:]))
    side = np.float32(weight)
    return padded[1:-1] * (1 - 2 * side) + (padded[:-2] + padded[2:]) * side


def _grain(shape: tuple[int, int], spread: float, rng: Rng) -> Field:
    """(3, rows, cols) noise, most of it common to the bands; the sum of uniforms stands for a Gaussian."""
    common = rng.random((2, *shape), np.float32).sum(axis=0) - np.float32(1)
    own = rng.random((3, *shape), np.float32) - np.float32(0.5)
    return np.asarray((common + own) * np.float32(2.0 * spread), np.float32)


def _compressed(bands: Field, strength: float) -> Field:
    """What JPEG leaves: luma and halved chroma, 8 × 8 cosine blocks rounded to coarse steps."""
    luma = bands[0] * np.float32(0.299) + bands[1] * np.float32(0.587) + bands[2] * np.float32(0.114)
    red, blue = bands[0] - luma, bands[2] - luma
    luma = _rounded(luma, strength)
    red, blue = (_doubled(_rounded(_halved(chroma), 2 * strength), luma.shape) for chroma in (red, blue))
    green = (luma - np.float32(0.299) * (red + luma) - np.float32(0.114) * (blue + luma)) / np.float32(0.587)
    return np.stack((red + luma, green, blue + luma))


def _halved(chroma: Field) -> Field:
    even = np.pad(chroma, [(0, n % 2) for n in chroma.shape], mode="edge")
    return (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / np.float32(4)


def _doubled(chroma: Field, shape: tuple[int, int]) -> Field:
    return chroma.repeat(2, axis=0).repeat(2, axis=1)[: shape[0], : shape[1]]


def _rounded(band: Field, strength: float) -> Field:
    rows, cols = band.shape
    padded = np.pad(band, [(0, -rows % _BLOCK), (0, -cols % _BLOCK)], mode="edge")
    blocks = padded.reshape(padded.shape[0] // _BLOCK, _BLOCK, padded.shape[1] // _BLOCK, _BLOCK)
    waves = _cosines()
    k = np.arange(_BLOCK)
    step = (strength * (_BASE_QUANT + 5.0 * (k[:, None] + k[None, :])) / 255).astype(np.float32)[:, None, :]
    spectrum = _along(_along(blocks, waves, 1), waves, 3)
    spectrum = np.rint(spectrum / step) * step
    smooth = _along(_along(spectrum, waves.T, 1), waves.T, 3)
    return smooth.reshape(padded.shape)[:rows, :cols]


def _along(blocks: Field, waves: Field, axis: int) -> Field:
    """Transform `axis`, adding products in a fixed order: a matrix product would differ between machines."""
    moved = np.moveaxis(blocks, axis, 0)
    out = np.zeros_like(moved)
    for k in range(_BLOCK):
        for i in range(_BLOCK):
            out[k] += waves[k, i] * moved[i]
    return np.moveaxis(out, 0, axis)


def _cosines() -> Field:
    k = np.arange(_BLOCK)
    waves = np.cos(np.pi / _BLOCK * (k[None, :] + 0.5) * k[:, None]) * np.sqrt(2 / _BLOCK)
    waves[0] /= np.sqrt(2)
    return np.asarray(waves, np.float32)
