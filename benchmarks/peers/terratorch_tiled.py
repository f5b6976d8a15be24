"""terratorch's `tiled_inference`, on the scene in memory as terratorch reads it."""

import numpy as np
import rasterio
import torch

from benchmarks.peers.serving import Run, Setup, serve
from benchmarks.peers.torch_network import network


def _load(setup: Setup) -> Run:
    module = network(setup)
    from terratorch.tasks.tiled_inference import tiled_inference  # type: ignore[import-not-found]  # in an environment of its own

    def run(scene: str, out: str) -> None:
        with rasterio.open(scene) as source:
            profile, pixels = source.profile, torch.from_numpy(source.read().astype(np.float32) / 255)
        scores = tiled_inference(
            module, pixels[None], crop=setup.tile, stride=setup.tile - setup.overlap, batch_size=setup.batch
        )
        profile |= {"count": 1, "nodata": 255, "compress": "lzw"}
        profile.pop("photometric", None)
        with rasterio.open(out, "w", **profile) as target:
            target.write(scores[0].argmax(0).byte().numpy(), 1)

    return run


if __name__ == "__main__":
    serve(_load, package="terratorch")
