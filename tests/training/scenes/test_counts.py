import numpy as np

from geounet.training.scenes.counts import class_counts
from geounet.training.scenes.labels import IGNORED


def test_classes_are_counted_over_all_scenes(make_scene):
    random = np.random.default_rng(8)
    labels = [random.choice(np.array([0, 1, 3, IGNORED]), shape) for shape in ((2500, 3), (40, 50))]
    found = class_counts([make_scene(each) for each in labels], 5)
    assert found.dtype == np.int64
    assert found.tolist() == [sum(int((each == c).sum()) for each in labels) for c in range(5)]
