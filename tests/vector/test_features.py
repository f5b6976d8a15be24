import dataclasses

import numpy as np
import shapely

from geounet.vector.features import concatenate


def test_choosing_features_chooses_their_shapes(traced, texture, shapes):
    batch = traced(texture(2), connectivity=8)
    order = np.random.default_rng(0).permutation(len(batch))
    chosen = batch.select(order)
    np.testing.assert_array_equal(shapely.to_wkb(shapes(chosen)), shapely.to_wkb(shapes(batch))[order])
    np.testing.assert_array_equal(chosen.area, batch.area[order])


def test_none_can_be_chosen(traced, texture):
    batch = traced(texture(2))
    assert len(batch.select(np.zeros(len(batch), np.bool_))) == 0


def test_batches_cut_and_joined_are_the_same(traced, texture, shapes):
    batch = traced(texture(3), connectivity=8)
    third = len(batch) // 3
    pieces = [batch.select(np.arange(a, b)) for a, b in ((0, third), (third, third), (third, len(batch)))]
    joined = concatenate(pieces)
    for field in dataclasses.fields(batch):
        np.testing.assert_array_equal(getattr(joined, field.name), getattr(batch, field.name))


def test_rings_can_be_left_out(traced, shapes):
    labels = np.ones((9, 9), np.uint8)
    labels[1, 1], labels[4, 4], labels[7, 2:5] = 0, 0, 0
    batch = traced(labels)
    outlines = shapes(batch)
    holes = [len(ring.coords) for ring in outlines[0].geoms[0].interiors]
    assert len(holes) == 3
    without = batch.without_rings(np.array([False, False, True, False]))
    assert shapely.is_valid(shapes(without)).all()
    assert len(shapes(without)[0].geoms[0].interiors) == 2


def test_vertices_are_counted_by_feature(traced, texture, shapes):
    batch = traced(texture(8), connectivity=8)
    np.testing.assert_array_equal(batch.vertex_counts(), shapely.get_num_coordinates(shapes(batch)))
