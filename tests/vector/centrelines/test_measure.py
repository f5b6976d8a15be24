import numpy as np
import pyproj
import pytest

from geounet.strip import LabelStrip
from geounet.vector.centrelines import RoadOptions, centrelines
from geounet.vector.centrelines.measure import line_lengths


@pytest.mark.parametrize(
    "kind", ["utm", "rotated", "south-up", "oblong", "mercator", "geographic", "rotated-geographic"]
)
def test_lengths_are_geodesic_on_any_grid(georeference, kind):
    grid = georeference(kind, 400, 500)
    rng = np.random.default_rng(0)
    vertices, stops = rng.uniform(0, 400, (60, 2)), np.array([2, 10, 11 + 20, 60])
    to_degrees = pyproj.Transformer.from_crs(grid.crs.to_epsg(), 4326, always_xy=True)
    geod = pyproj.CRS.from_user_input(grid.crs.to_epsg()).get_geod()
    expected = []
    for part in np.split(vertices, stops[:-1]):
        col, row = part.T
        a, b, c, d, e, f = grid.transform[:6]
        expected.append(geod.line_length(*to_degrees.transform(a * col + b * row + c, d * col + e * row + f)))
    assert line_lengths(vertices, stops, grid.ground()) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("kind", ["mercator", "geographic", "oblong"])
def test_widths_are_metres_on_the_ground(georeference, drawn, kind):
    grid = georeference(kind, 200, 300)
    down, along = grid.gsd()
    labels = drawn([([(20, 100), (280, 100)], 12)], (200, 300))
    network = centrelines(
        [LabelStrip(0, labels[None])], grid.ground(), options=RoadOptions(max_width=400.0), gsd=(down, along)
    )
    assert len(network) == 1
    assert network.width_m[0] == pytest.approx(12 * down, rel=0.01)
    assert network.length_m[0] == pytest.approx(260 * along, rel=0.02)
