"""All but the model: a null model through the whole pipeline, against GDAL copying one band of the same scene."""

import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import geounet
from benchmarks.null_model import NullModel
from benchmarks.scenes import textured
from benchmarks.table import Row, Target, interleaved

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
        predict, extract, cog, plain = interleaved(
            partial(_predict, scene, folder),
            partial(_extract, scene, folder),
            partial(_translate, scene, folder, *COG),
            partial(_translate, scene, folder, *PLAIN),
            rounds=rounds,
        )
        from_scene = f"{size}² RGB {compress}"
        speeds = [size * size / 1e6 / seconds for seconds in (predict, extract, cog, plain)]
        yield _row(f"null model → class COG, {from_scene}", speeds[0], ("-of COG", speeds[2]), RASTER)
        yield _row(
            f"null model → class COG, {from_scene}", speeds[0], ("to a plain GeoTIFF", speeds[3]), RASTER
        )
        yield _row(
            f"null model → class COG and layer, {from_scene}", speeds[1], ("-of COG", speeds[2]), LAYER
        )


def _row(figure: str, ours: float, other: tuple[str, float], target: Target) -> Row:
    how, theirs = other
    return Row(
        f"{figure} ÷ gdal_translate {how}", f"{ours:.0f} Mpx/s, ratio {ours / theirs:.2f}",
        f"gdal_translate {how} -b 1: {theirs:.0f} Mpx/s", ratio=ours / theirs, target=target,
    )  # fmt: skip


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
