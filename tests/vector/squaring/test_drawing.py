import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geounet.vector.features import concatenate
from geounet.vector.halo import HALO, with_halo
from geounet.vector.squaring import EXACT, PLAIN, SQUARE, Scale, draw
from geounet.vector.trace import TraceOptions, trace

LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SCALE = Scale(pixel=np.ones(2), tolerance=1.75, agree=np.radians(3))


@pytest.fixture
def haloed(strips, plane):
    def run(labels):
        traces = trace(
            with_halo(strips(labels, 50), 3), plane(*labels.shape), options=TraceOptions(clusters=True)
        )
        return concatenate(list(traces))

    return run


def test_what_is_to_stay_exact_does(haloed, texture, shapes):
    batch = haloed(texture(4))
    drawing = draw(batch, np.full(len(batch), EXACT), SCALE)
    assert shapely.equals(drawing.shapes, shapes(batch)).all()
    assert not drawing.moved.any()
    assert not drawing.swept.any()
    assert np.isnan(drawing.directions).all()


@pytest.mark.parametrize("manner", [PLAIN, SQUARE])
@given(seed=st.integers(0, 2**32 - 1))
@LAW
def test_moves_are_no_less_than_they_were(manner, seed, haloed, texture, shapes):
    """Against shapely: no point went further, and no more ground changed hands, than the drawing says."""
    labels = texture(seed, most=40)
    if not (labels % 255).any():
        return
    batch = haloed(labels)
    drawing = draw(batch, np.where(batch.label == HALO, EXACT, manner), SCALE)
    sound = (batch.label != HALO) & ~drawing.collapsed & shapely.is_valid(drawing.shapes)
    exact, drawn = shapes(batch)[sound], drawing.shapes[sound]
    changed = shapely.area(shapely.symmetric_difference(exact, drawn))
    assert (changed <= drawing.swept[sound] + 1e-9).all()
    # By the diagonal, where it went as far along rows as along columns.
    points, of = shapely.get_coordinates(shapely.segmentize(drawn, 0.2), return_index=True)
    away = shapely.distance(shapely.points(points), shapely.boundary(exact)[of])
    assert (away <= np.sqrt(2) * drawing.moved[sound][of] + 1e-9).all()


def test_an_exact_neighbour_keeps_the_wall_that_is_shared(haloed, shapes):
    rows, cols = np.indices((60, 60))
    slanted = cols + rows // 5
    labels = np.where((slanted > 12) & (slanted < 50) & (rows > 9) & (rows < 50), 1 + (slanted > 30), 0)
    batch = haloed(labels.astype(np.uint8))
    real = batch.label != HALO
    manners = np.where(batch.label == 1, EXACT, np.where(real, SQUARE, EXACT))
    drawn = draw(batch, manners, SCALE).shapes[real]
    assert shapely.coverage_is_valid(drawn)
    assert drawn[0].equals(shapes(batch)[real][0])
    assert len(shapely.get_coordinates(drawn[1])) < len(shapely.get_coordinates(shapes(batch)[real][1]))
