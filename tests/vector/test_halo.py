import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import ndimage

from geounet.errors import LabelsError
from geounet.strip import LabelStrip
from geounet.vector.features import concatenate
from geounet.vector.halo import HALO, with_halo
from geounet.vector.trace import TraceOptions, trace

LAW = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SEEDS = st.integers(0, 2**32 - 1)


def halo_of(labels, radius):
    """The labels with halos, by scipy over the whole raster."""
    objects = (labels != 0) & (labels != 255)
    near = ndimage.maximum_filter(objects, size=2 * radius + 1, mode="constant")
    return np.where(near & (labels == 0), HALO, labels)


@given(seed=SEEDS, radius=st.integers(0, 9), rows=st.integers(1, 30))
@LAW
def test_halos_are_a_dilation_however_rows_come(seed, radius, rows, texture, strips):
    labels = texture(seed)
    confidence = np.random.default_rng(seed).integers(0, 251, labels.shape).astype(np.uint8)
    found = list(with_halo(strips(labels, rows, confidence), radius))
    assert [strip.first_row for strip in found] == list(range(0, len(labels), rows))
    np.testing.assert_array_equal(np.concatenate([s.labels[0] for s in found]), halo_of(labels, radius))
    np.testing.assert_array_equal(np.concatenate([s.confidence[0] for s in found]), confidence)


@pytest.mark.parametrize("radius", [1, 2, 3, 4, 5, 8, 20])
@pytest.mark.parametrize("place", [(0, 0), (3, 1), (14, 14), (7, 0)])
def test_halos_are_whole_at_the_edge(radius, place, strips):
    labels = np.zeros((15, 15), np.uint8)
    labels[place] = 1
    (found,) = with_halo(strips(labels, 15), radius)
    np.testing.assert_array_equal(found.labels[0], halo_of(labels, radius))


def test_strips_come_as_soon_as_the_rows_below_are_known(strips):
    labels = np.zeros((40, 5), np.uint8)
    taken = []

    def counted():
        for strip in strips(labels, 4):
            taken.append(strip.first_row)
            yield strip

    for strip in with_halo(counted(), 6):
        assert max(taken) <= strip.first_row + 8


def test_bands_have_halos_of_their_own():
    labels = np.zeros((2, 9, 9), np.uint8)
    labels[0, 4, 4] = 1
    (found,) = with_halo([LabelStrip(0, labels)], 2)
    assert (found.labels[0] == HALO).sum() == 24
    assert not found.labels[1].any()


def test_an_object_cannot_be_labelled_as_a_halo(strips):
    labels = np.full((3, 3), HALO, np.uint8)
    with pytest.raises(LabelsError, match=str(HALO)):
        list(with_halo(strips(labels, 3), 1))


@given(seed=SEEDS, radius=st.integers(1, 4))
@LAW
def test_near_objects_come_together_and_are_the_same(seed, radius, traced, strips, plane, shapes, texture):
    labels = texture(seed, most=40)
    labels[np.random.default_rng(seed).random(labels.shape) < 0.7] = 0
    plain = traced(labels, clusters=True)
    if plain is None:
        return
    traces = trace(
        with_halo(strips(labels, 7), radius), plane(*labels.shape), options=TraceOptions(clusters=True)
    )
    batch = concatenate(list(traces))
    real = batch.select(batch.label != HALO)

    def known(features):
        outlines = [shape.normalize().simplify(0).wkb for shape in shapes(features)]
        return sorted(zip(outlines, features.pixels, features.touches_edge, features.label, strict=True))

    assert known(real) == known(plain)
    # Halos never join across nodata, so clusters are those of what is traced, corners included.
    groups, count = ndimage.label((halo_of(labels, radius) != 0) & (labels != 255), structure=np.ones((3, 3)))
    assert len(np.unique(batch.cluster)) == count
    first = np.array([shape.representative_point().coords[0] for shape in shapes(real)])
    of_real = groups[first[:, 1].astype(int), first[:, 0].astype(int)]
    assert len(set(zip(of_real.tolist(), real.cluster.tolist(), strict=True))) == len(set(of_real.tolist()))
