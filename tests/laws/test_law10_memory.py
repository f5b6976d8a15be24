"""Law 10: peak memory does not grow with the height of the scene."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHILD = """
import json, sys
from pathlib import Path
import numpy as np, rasterio
from rasterio.windows import Window
import geounet
from geounet.models.card import ModelCard, Normalization

height, folder = int(sys.argv[1]), Path(sys.argv[2])
width = 2048
block = np.zeros((256, width), np.uint8)
for row in range(8, 248, 24):
    for col in range(8, width - 12, 24):
        block[row : row + 9, col : col + 11] = 200
profile = dict(driver="GTiff", count=1, height=height, width=width, dtype="uint8", crs="EPSG:32737",
               transform=rasterio.Affine(0.3, 0, 500000, 0, -0.3, 9300000), tiled=True, compress="deflate")
with rasterio.open(folder / "scene.tif", "w", **profile) as scene:
    for row in range(0, height, 256):
        scene.write(block, 1, window=Window(0, row, width, 256))
card = ModelCard("null", "1", "", "areas", None, ("grey",), ("background", "thing"), "softmax", None,
                 Normalization((0.0, 255.0), (2, 98), (0.0,), (1.0,)), 512, 32, "x", ())
class Null:
    def __init__(self): self.card = card
    def __call__(self, p): return np.concatenate([1 - p, p], axis=1)
options = geounet.ExtractOptions(class_raster=folder / "c.tif", overwrite=True)
done = geounet.extract(folder / "scene.tif", Null(), folder / "o.fgb", options=options)
status = Path("/proc/self/status").read_text()
peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
print(json.dumps({"features": done.features, "peak_mb": peak}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_law10_memory_does_not_grow_with_height(tmp_path: Path) -> None:
    peaks = {}
    for height in (2048, 16384):
        folder = tmp_path / str(height)
        folder.mkdir()
        command = [sys.executable, "-c", CHILD, str(height), str(folder)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        result = json.loads(run.stdout.splitlines()[-1])
        assert result["features"] == height // 256 * 10 * 85
        peaks[height] = result["peak_mb"]
    # 8 times the pixels (33 MB of them) and of the features; what grows is GDAL's block cache, bounded elsewhere
    assert peaks[16384] < peaks[2048] + 60
