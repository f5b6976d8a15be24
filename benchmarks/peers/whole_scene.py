"""The reference: the network once over the whole scene, mirrored round its edges; no tile, no seam."""

import numpy as np
import rasterio
import torch
from torch.nn.functional import pad

from benchmarks.peers.serving import Run, Setup, serve
from benchmarks.peers.torch_network import network

AROUND = 256
"""Pixels of mirrored context: a multiple of the network's stride, beyond what a pixel of its scores feels."""


def _load(setup: Setup) -> Run:
    module = network(setup)

    def run(scene: str, out: str) -> None:
        with rasterio.open(scene) as source:
            profile, pixels = source.profile, source.read().astype(np.float32) / 255
        around = AROUND if setup.weights else 0
        with torch.inference_mode():
            whole = pad(torch.from_numpy(pixels)[None], (around,) * 4, mode="reflect")
            labels = module(whole)[0].argmax(0).byte().numpy()
        profile |= {"count": 1, "nodata": 255, "compress": "lzw"}
        profile.pop("photometric", None)
        rows, cols = pixels.shape[1:]
        with rasterio.open(out, "w", **profile) as target:
            target.write(labels[around : around + rows, around : around + cols], 1)

    return run


if __name__ == "__main__":
    serve(_load, package="torch")
