"""`geounet demo`: buildings of a drawn town, or of a person's own scene, with a picture of them."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geounet.cli.arguments import add_common
from geounet.cli.memory import peak_memory
from geounet.cli.report import Reporter
from geounet.cli.results import as_json, extraction_in_words, tell_outputs
from geounet.errors import LabelsError, OptionsError, OutputError
from geounet.options import EvaluateOptions, ExtractOptions
from geounet.outputs import check_target

if TYPE_CHECKING:
    from rasterio.crs import CRS
    from shapely.geometry.base import BaseGeometry

    from geounet.results import Extraction

HELP = "try it: buildings of a drawn town, or of a scene of your own"
USAGE = "[--scene PATH [--truth PATH]] [-o FOLDER] [options]"

TOWN_SIZE = (2048, 2048)
TOWN_GSD = 0.3
TOWN_SEED = 14

LABELS = "labels.tif"

REPORT = "report.html"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "--scene", type=Path, metavar="PATH", help="a scene of your own; a town is drawn otherwise"
    )
    parser.add_argument("--truth", type=Path, metavar="PATH", help="its true buildings, as a vector file")
    parser.add_argument(
        "--model", default="buildings", metavar="MODEL", help="a name, a folder or a URL (buildings)"
    )
    parser.add_argument(
        "-o", "--out", type=Path, default=Path("demo"), metavar="FOLDER", help="where to (demo)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace outputs that exist")
    add_common(parser)


def run(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Draw a town unless a scene was given, extract its buildings, compare and picture them."""
    if args.truth is not None and args.scene is None:
        raise OptionsError(
            "--truth without --scene; the drawn town brings its own truth, so pass --scene too"
        )
    folder = _folder(args.out)
    layer = folder / "buildings.gpkg"
    _check_places(folder, args)
    from geounet.pipeline import extract

    scene, truth = (args.scene, args.truth) if args.scene else _town(folder, report, overwrite=args.overwrite)
    options = ExtractOptions(
        class_raster=folder / LABELS, probability=folder / "probability.tif", overwrite=args.overwrite
    )
    extraction = extract(scene, args.model, layer, options=options, progress=report.progress)
    tell_outputs(
        report, layer=layer, class_raster=extraction.class_raster, probability=extraction.probability
    )
    report.log(extraction_in_words(extraction))
    _picture(scene, truth, extraction, report, overwrite=args.overwrite)
    scores = _score(scene, truth, layer, report, overwrite=args.overwrite) if truth else {}
    peak = peak_memory()
    if peak is not None:
        report.log(f"peak memory {peak / 1e6:,.0f} MB")
    return as_json(extraction) | scores | {"peak_memory": peak}


def _check_places(folder: Path, args: argparse.Namespace) -> None:
    """Refuse, before anything is drawn, what would replace a file without leave, or the truth at all."""
    names = ["buildings.gpkg", LABELS, "probability.tif", "preview.png", REPORT]
    for name in names if args.scene else ["scene.tif", "truth.gpkg", *names]:
        check_target(folder / name, overwrite=args.overwrite)
        if args.truth is not None and args.truth.resolve() == (folder / name).resolve():
            raise OptionsError(
                f"--truth {args.truth} would be written over; choose another folder with --out"
            )


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot make the folder {path} ({error.strerror}); choose another with --out"
        ) from error
    return path


def _town(folder: Path, report: Reporter, *, overwrite: bool) -> tuple[Path, Path]:
    """Draw the town and its truth into the folder."""
    from geounet.synthetic import TownOptions, draw_town

    scene, truth = folder / "scene.tif", folder / "truth.gpkg"
    rows, cols = TOWN_SIZE
    report.log(f"drawing a town of {rows} × {cols} pixels at {TOWN_GSD} m")
    town = draw_town(TownOptions(size=TOWN_SIZE, gsd_m=TOWN_GSD, seed=TOWN_SEED))
    town.write(scene, overwrite=overwrite)
    town.write_truth(truth, layer="buildings", overwrite=overwrite)
    report.output(scene, "scene")
    report.output(truth, "truth")
    return scene, truth


def _picture(
    scene: Path, truth: Path | None, extraction: "Extraction", report: Reporter, *, overwrite: bool
) -> None:
    """Draw the preview, with the truth where it is known."""
    import rasterio

    from geounet.cli.preview import write_preview
    from geounet.outputs import atomic_target

    with rasterio.open(scene) as dataset:
        crs = dataset.crs
    found = _areas(extraction.out, crs)
    real = _areas(truth, crs) if truth else []
    path = extraction.out.with_name("preview.png")
    with atomic_target(path, overwrite=overwrite) as target:
        write_preview(target, scene, found=found, truth=real)
    report.output(path, "preview")
    report.log(f"{path}: extracted in magenta{', the truth outlined in cyan' if real else ''}")


def _score(
    scene: Path, truth: Path, layer: Path, report: Reporter, *, overwrite: bool
) -> dict[str, float | None]:
    """Compare the layer with the truth where the scene is valid, and write the report."""
    from geounet.evaluation import evaluate
    from geounet.evaluation.words import in_words

    page = layer.with_name(REPORT)
    options = EvaluateOptions(valid=scene, report=page, overwrite=overwrite)
    found = evaluate(layer, truth, options=options)
    report.output(page, "report")
    report.log(in_words(found))
    return {name: (found.objects or {})[name] for name in ("f1", "precision", "recall", "tp", "fp", "fn")}


def _areas(path: Path, crs: "CRS") -> list["BaseGeometry"]:
    """The areas of a vector file, in `crs`."""
    import geopandas
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        frame = geopandas.read_file(path)
    except (DataLayerError, DataSourceError) as error:
        raise LabelsError(f"{path} cannot be read ({error}); expected a vector file of polygons") from error
    shapes = frame.geometry.dropna()
    if crs is not None and frame.crs is not None:
        shapes = shapes.to_crs(crs.to_wkt())
    return [shape for shape in shapes if shape.geom_type in ("Polygon", "MultiPolygon")]
