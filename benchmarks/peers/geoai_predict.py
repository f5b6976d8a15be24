"""geoai's `predict_geotiff`, its blending as it comes."""

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.serving import Run, Setup, serve
from benchmarks.peers.torch_network import network


def _labels(scores: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Classes of scores (K, rows, cols); 255 where geoai left nodata."""
    labels: NDArray[np.uint8] = scores.argmax(0).astype(np.uint8)
    labels[scores[0] == NODATA] = NODATA
    return labels


NODATA = 255


def _load(setup: Setup) -> Run:
    module = network(setup)
    from geoai.inference import predict_geotiff  # type: ignore[import-not-found]  # in an environment of its own

    def run(scene: str, out: str) -> None:
        predict_geotiff(
            module, scene, out, tile_size=setup.tile, overlap=setup.overlap, batch_size=setup.batch, num_classes=2,
            output_dtype="uint8", output_nodata=NODATA, postprocess_fn=_labels, device="cpu", verbose=False,
        )  # fmt: skip

    return run


if __name__ == "__main__":
    serve(_load, package="geoai-py")
