"""All but the model: a null model through the whole pipeline, against GDAL copying one band of the same scene.

The goals are against a band of the scene, which is noise: GDAL deflates that, geounet labels that are nearly empty. So each
has a row without a goal beside it, where GDAL copies the labels themselves, and both deflate the same pixels.
"""

import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import rasterio

import geounet
from benchmarks.null_model import NullModel
from benchmarks.scenes import textured
from benchmarks.table import Row, Target, interleaved
from geounet.outputs import atomic_target

RASTER, LAYER = Target(must=1.0, excellent=1.4), Target(must=0.8, excellent=1.1)

COG = ("-of", "COG", "-co", "OVERVIEW_RESAMPLING=NEAREST")
"""Its fastest resampling; geounet's overviews are of the majority."""

PLAIN = ("-co", "TILED=YES", "-co", "BLOCKXSIZE=512", "-co", "BLOCKYSIZE=512")


def rows(folder: Path, *, size: int, rounds: int) -> Iterator[Row]:
    """Rows for each compression of the scene: Mpx/s of ours ÷ gdal_translate's."""
    if shutil.which("gdal_translate") is None:
        yield Row(
            "null model, against gdal_translate", "–", "gdal_translate is not here: install GDAL's commands"
        )
        return
    for compress in ("none", "deflate"):
        scene = textured(folder / f"textured_{size}_{compress}.tif", size=size, compress=compress)
        _extract(scene, folder)  # loads what numba compiled
        labels = _labels(scene, folder / "ours.tif", folder / f"labels_{size}_{compress}.tif")
        seconds = interleaved(
            partial(_predict, scene, folder),
            partial(_extract, scene, folder),
            *(
                partial(_translate, source, folder, *how)
                for how in (COG, PLAIN)
                for source in (scene, labels)
            ),
            rounds=rounds,
        )
        predict, extract, *copies = (size * size / 1e6 / taken for taken in seconds)
        cog, plain = ("-of COG", copies[0], copies[1]), ("to a plain GeoTIFF", copies[2], copies[3])
        from_scene = f"{size}² RGB {compress}"
        yield from _pair(f"null model → class COG, {from_scene}", predict, cog, RASTER)
        yield from _pair(f"null model → class COG, {from_scene}", predict, plain, RASTER)
        yield from _pair(f"null model → class COG and layer, {from_scene}", extract, cog, LAYER)


def _pair(figure: str, ours: float, other: tuple[str, float, float], target: Target) -> Iterator[Row]:
    """Against copying a band of the scene, which is the goal's, and against copying the labels."""
    how, band, labels = other
    yield Row(
        f"{figure} ÷ gdal_translate {how}", f"{ours:.0f} Mpx/s, ratio {ours / band:.2f}",
        f"gdal_translate {how} -b 1 of the scene: {band:.0f} Mpx/s; it deflates noise, geounet labels", ratio=ours / band,
        target=target,
    )  # fmt: skip
    yield Row(
        f"{figure} ÷ gdal_translate {how} of the labels themselves", f"{ours:.0f} Mpx/s, ratio {ours / labels:.2f}",
        f"gdal_translate {how} -b 1 of the labels as all bands of such a scene: {labels:.0f} Mpx/s; both deflate the same "
        "pixels",
        ratio=ours / labels,
    )  # fmt: skip


def _labels(scene: Path, labels: Path, path: Path) -> Path:
    """The labels as every band of a file that is stored as the scene is."""
    with rasterio.open(scene) as whole, rasterio.open(labels) as found:
        profile = whole.profile | {"nodata": found.nodata}
        with atomic_target(path, overwrite=True) as draft, rasterio.open(draft, "w", **profile) as target:
            for _, window in target.block_windows(1):
                band = found.read(1, window=window)
                target.write(np.stack([band] * target.count), window=window)
    return path


def _predict(scene: Path, folder: Path) -> None:
    options = geounet.PredictOptions(output="class", overwrite=True, creation=(("COMPRESS", "DEFLATE"),))
    geounet.predict(scene, NullModel(), folder / "ours.tif", options=options)


def _extract(scene: Path, folder: Path) -> None:
    options = geounet.ExtractOptions(
        overwrite=True, class_raster=folder / "ours.tif", creation=(("COMPRESS", "DEFLATE"),)
    )
    geounet.extract(scene, NullModel(), folder / "ours.fgb", options=options)


def _translate(scene: Path, folder: Path, *how: str) -> None:
    out = folder / "theirs.tif"
    out.unlink(missing_ok=True)
    command = [
        "gdal_translate",
        "-q",
        "-b",
        "1",
        *how,
        "-co",
        "COMPRESS=DEFLATE",
        "-co",
        "NUM_THREADS=ALL_CPUS",
    ]
    subprocess.run([*command, str(scene), str(out)], check=True)
