"""What tensors held, against numpy and against onnxruntime's own calibrator."""

import logging

import numpy as np
import onnx
import pytest
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod
from onnxruntime.quantization.calibrate import create_calibrator

from geounet.errors import ModelError
from geounet.models.quantization.observing import BINS, observe


class Reader(CalibrationDataReader):
    def __init__(self, tiles):
        self.tiles = iter(tiles)

    def get_next(self):
        tile = next(self.tiles, None)
        return None if tile is None else {"patches": tile[None]}


def test_what_comes_in_is_what_numpy_says(graph, tiles):
    held = observe(graph, ["patches"], lambda: iter(tiles))["patches"]
    assert (held.lowest, held.highest) == (tiles.min(), tiles.max())
    np.testing.assert_allclose(held.means, tiles.mean((0, 2, 3)), atol=1e-6)
    counts, _ = np.histogram(tiles, BINS, (tiles.min(), tiles.max()))
    np.testing.assert_array_equal(held.counts, counts)


def test_inner_tensors_are_those_of_one_run_over_all_tiles(graph, tiles, run):
    names = ["first", "deep", "both"]
    held = observe(graph, names, lambda: iter(tiles))
    for name, values in zip(names, run(graph.model, tiles, *names), strict=True):
        np.testing.assert_allclose(
            [held[name].lowest, held[name].highest], [values.min(), values.max()], rtol=1e-5
        )
        np.testing.assert_allclose(held[name].means, values.mean((0, 2, 3)), atol=1e-5)
        assert held[name].counts.sum() == values.size


def test_extremes_are_those_of_onnxruntimes_calibrator(graph, tiles, tmp_path):
    path = tmp_path / "folded.onnx"
    onnx.save(graph.model, path)
    logging.disable(logging.CRITICAL)
    calibrator = create_calibrator(
        path, ["Conv"], str(tmp_path / "more.onnx"), calibrate_method=CalibrationMethod.MinMax
    )
    calibrator.collect_data(Reader(tiles))
    logging.disable(logging.NOTSET)
    ranges = {name: data.range_value for name, data in calibrator.compute_data().items()}
    names = [name for name in ("patches", "first", "both", "up") if name in ranges]
    assert names
    held = observe(graph, names, lambda: iter(tiles))
    for name in names:
        np.testing.assert_allclose([held[name].lowest, held[name].highest], np.ravel(ranges[name]), rtol=1e-5)


def test_no_tile_is_refused(graph, tiles):
    with pytest.raises(ModelError, match="no tile"):
        observe(graph, ["patches"], lambda: iter(tiles[:0]))


def test_what_is_no_number_is_refused(graph, tiles):
    with pytest.raises(ModelError, match="no numbers"):
        observe(graph, ["first"], lambda: iter(np.full_like(tiles[:1], np.nan)))
