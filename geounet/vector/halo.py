"""A halo of background round objects, by which a trace holds near ones together until all of them are there."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from geounet.errors import LabelsError
from geounet.strip import NODATA, LabelStrip

HALO = 254
"""The label of background near an object."""


def with_halo(strips: Iterable[LabelStrip], radius: int) -> Iterator[LabelStrip]:
    """Label the background within `radius` pixels (along rows, columns and diagonals) of an object HALO.

    Halos of objects with at most 2 × `radius` pixels of background between them touch, so that a trace with
    `clusters` gives such objects together; halos of different bands have nothing to do with one another. What
    is not background stays as it is. Strips come as they came, each as soon as the rows below it are known.

    Raises LabelsError where an object is labelled HALO already.
    """
    waiting: deque[LabelStrip] = deque()
    above: NDArray[np.bool_] | None = None
    rows = 0
    for strip in strips:
        waiting.append(strip)
        rows += strip.rows
        while waiting and rows - waiting[0].rows >= radius:
            done, above = _labelled(waiting, above, radius)
            rows -= done.rows
            yield done
    while waiting:
        done, above = _labelled(waiting, above, radius)
        yield done


def _labelled(
    waiting: deque[LabelStrip], above: NDArray[np.bool_] | None, radius: int
) -> tuple[LabelStrip, NDArray[np.bool_]]:
    """The first strip with its halos, and the objects of its last rows and those above it."""
    strip = waiting.popleft()
    objects = _objects(strip.labels)
    if above is None:
        above = objects[:, :0]
    below, missing = [], radius
    for later in waiting:
        if missing <= 0:
            break
        below.append(_objects(later.labels[:, :missing]))
        missing -= later.rows
    known = np.concatenate([above, objects, *below], axis=1)
    near = _dilated(_dilated(known, radius, axis=1), radius, axis=2)
    near = near[:, above.shape[1] : above.shape[1] + strip.rows]
    labels = np.where(near & (strip.labels == 0), np.uint8(HALO), strip.labels)
    seen = known[:, : above.shape[1] + strip.rows]
    return replace(strip, labels=labels), seen[:, max(0, seen.shape[1] - radius) :]


def _objects(labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    if (labels == HALO).any():
        raise LabelsError(
            f"an object is labelled {HALO}, which regularising needs for itself; use labels up to {HALO - 1}"
        )
    objects: NDArray[np.bool_] = (labels != 0) & (labels != NODATA)
    return objects


def _dilated(mask: NDArray[np.bool_], radius: int, *, axis: int) -> NDArray[np.bool_]:
    """Whether there is a true value within `radius` along an axis."""
    out = np.moveaxis(mask.copy(), axis, 0)
    reach = 0
    # Twice as far each time; what is cut off at the raster's edge is not missed.
    while reach < min(radius, len(out) - 1):
        step = min(reach + 1, radius - reach, len(out) - 1)
        near = out.copy()
        out[step:] |= near[:-step]
        out[:-step] |= near[step:]
        reach += step
    return np.moveaxis(out, 0, axis)
