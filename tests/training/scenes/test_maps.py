from multiprocessing.reduction import ForkingPickler

import numpy as np
import pytest

from geounet.training.scenes.maps import array_file, mapped, packed, unpacked


@pytest.mark.parametrize("step", [1, 3, 8, 50])
def test_strips_make_the_array_that_numpy_would_have_saved(tmp_path, step):
    values = np.random.default_rng(1).integers(0, 65536, (3, 17, 11)).astype(np.uint16)
    with array_file(tmp_path / "strips.npy", shape=values.shape, dtype=np.uint16) as put:
        for row in reversed(range(0, 17, step)):
            put(row, values[:, row : row + step])
    np.save(tmp_path / "whole.npy", values)
    assert (tmp_path / "strips.npy").read_bytes() == (tmp_path / "whole.npy").read_bytes()


def test_a_plane_needs_no_bands(tmp_path):
    valid = np.random.default_rng(2).random((9, 4)) > 0.5
    with array_file(tmp_path / "valid.npy", shape=valid.shape, dtype=np.bool_) as put:
        for row in range(9):
            put(row, valid[row : row + 1])
    np.testing.assert_array_equal(mapped(tmp_path / "valid.npy"), valid)


def test_a_map_travels_by_its_path_and_all_else_by_its_values(tmp_path):
    values = np.arange(400_000, dtype=np.uint16).reshape(4, 100_000)
    np.save(tmp_path / "a.npy", values)
    whole = mapped(tmp_path / "a.npy")
    message = ForkingPickler.dumps(packed(whole))
    assert len(message) < 1000
    again = unpacked(ForkingPickler.loads(message))
    assert isinstance(again, np.memmap)
    np.testing.assert_array_equal(again, values)
    for other in (values, whole[1:]):
        np.testing.assert_array_equal(
            unpacked(ForkingPickler.loads(ForkingPickler.dumps(packed(other)))), other
        )


def test_maps_cannot_be_written_to(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros(3))
    with pytest.raises(ValueError, match="read-only"):
        mapped(tmp_path / "a.npy")[0] = 1
