"""(a) The pipeline without a model's cost, against GDAL copying one band of the same scene."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import geounet
from benchmarks.null_model import NullModel
from benchmarks.scenes import textured
from benchmarks.table import Row, interleaved


def rows(folder: Path, *, size: int, rounds: int) -> Iterator[Row]:
    """One row for each compression of the scene: Mpx/s of ours ÷ gdal_translate's."""
    if shutil.which("gdal_translate") is None:
        raise SystemExit(
            "row (a) runs gdal_translate, which is not here; install GDAL's commands, or pass --only b,c"
        )
    for compress in ("none", "deflate"):
        scene = textured(folder / f"textured_{size}_{compress}.tif", size=size, compress=compress)
        ours, theirs = folder / "ours.tif", folder / "theirs.tif"

        def predict(scene: Path = scene, out: Path = ours) -> None:
            options = geounet.PredictOptions(
                output="class", overwrite=True, creation=(("COMPRESS", "DEFLATE"),)
            )
            geounet.predict(scene, NullModel(), out, options=options)

        def translate(scene: Path = scene, out: Path = theirs) -> None:
            out.unlink(missing_ok=True)
            command = [
                "gdal_translate",
                "-q",
                "-of",
                "COG",
                "-b",
                "1",
                "-co",
                "COMPRESS=DEFLATE",
                "-co",
                "NUM_THREADS=ALL_CPUS",
            ]
            subprocess.run([*command, str(scene), str(out)], check=True)

        predict()  # compiles what numba compiles
        mine, gdal = interleaved(predict, translate, rounds=rounds)
        speed, reference = size * size / 1e6 / mine, size * size / 1e6 / gdal
        yield Row(
            f"null model → class COG, {size}² RGB {compress}",
            f"{speed:.0f} Mpx/s, ratio {gdal / mine:.2f}",
            f"gdal_translate -of COG -b 1: {reference:.0f} Mpx/s",
            "1.0 / 1.4",
        )
