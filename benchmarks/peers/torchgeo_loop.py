"""The loop that torchgeo's tutorials write: GridGeoSampler, a DataLoader, argmax, each patch over the last."""

from pathlib import Path

import numpy as np
import rasterio
import torch
from rasterio.windows import from_bounds
from torch.utils.data import DataLoader

from benchmarks.peers.serving import Run, Setup, serve
from benchmarks.peers.torch_network import network


def _load(setup: Setup) -> Run:
    module = network(setup)
    from torchgeo.datasets import RasterDataset, stack_samples
    from torchgeo.samplers import GridGeoSampler

    def run(scene: str, out: str) -> None:
        dataset = RasterDataset(Path(scene))
        sampler = GridGeoSampler(dataset, size=setup.tile, stride=setup.tile - setup.overlap)
        loader = DataLoader(dataset, batch_size=setup.batch, sampler=sampler, collate_fn=stack_samples)
        with rasterio.open(scene) as source:
            profile, labels = source.profile, np.full(source.shape, 255, np.uint8)
        with torch.inference_mode():
            for batch in loader:
                found = module(batch["image"] / 255).argmax(1).byte().numpy()
                for (x, y, _), patch in zip(batch["bounds"], found, strict=True):
                    window = from_bounds(x.start, y.start, x.stop, y.stop, profile["transform"])
                    row, col = round(window.row_off), round(window.col_off)
                    # The sampler starts at the lower edge: a patch reaches over the upper one.
                    inside = patch[max(0, -row) :, : labels.shape[1] - col]
                    labels[max(0, row) : row + len(patch), col : col + inside.shape[1]] = inside
        profile |= {"count": 1, "nodata": 255, "compress": "lzw"}
        profile.pop("photometric", None)
        with rasterio.open(out, "w", **profile) as target:
            target.write(labels, 1)

    return run


if __name__ == "__main__":
    serve(_load, package="torchgeo")
