from pathlib import Path

from geounet.cli.arguments import joined_negatives, options_from
from geounet.cli.dispatch import build_parser
from geounet.options import BBox, ExtractOptions
from geounet_qgis.commands.extract import Extract
from geounet_qgis.commands.finishing import Finishing
from geounet_qgis.commands.network import Network
from geounet_qgis.commands.scene import Scene
from geounet_qgis.layers.source import Source


def understood(words):
    """What the library's own parser makes of the words."""
    args = build_parser().parse_args(joined_negatives([*words, "--json-events", "--lease", "stdin"]))
    return args, options_from(args, ExtractOptions)


def test_with_nothing_chosen_all_is_the_librarys_choice():
    words = Extract(Scene(Source("/data/scene.tif")), Network("buildings"), "/out/b.gpkg").words()
    args, options = understood(words)
    assert (args.command, args.scene, args.model, args.out) == (
        "extract",
        "/data/scene.tif",
        "buildings",
        "/out/b.gpkg",
    )
    assert options == ExtractOptions(review=True, overwrite=True)


def test_the_shortest_line_has_no_word_too_many():
    assert Extract(Scene(Source("s.tif"), gsd="model"), Network("roads", device="auto"), "r.gpkg").words() == [
        "extract", "s.tif", "--model", "roads", "--review", "--out", "r.gpkg", "--overwrite",
    ]  # fmt: skip


def test_every_choice_arrives():
    scene = Scene(
        source=Source("/vsicurl/https://host/a b.tif", "EPSG:32637", (("AWS_REGION", "eu-west-1"),)),
        bands=(4, 3, 2), gsd="0.25", aoi=Source("/data/ü.gpkg", config=(("AWS_REGION", "eu-west-1"), ("A", "b=c"))),
        bbox=(-71.25, -42.5, 1e-3, 0.0), bbox_crs="EPSG:4326", stats="/data/stats.json",
    )  # fmt: skip
    network = Network(
        model="/models/my roofs", threshold=0.0, tile=256, overlap=0, batch_size=4, window="core",
        engine="onnx", device="cuda:1", precision="bfloat16", tta=True, refine="guided", more=("roofs", "/models/b"),
    )  # fmt: skip
    finishing = Finishing(
        kind="areas", min_area=0.0, fill_holes=2.5, simplify=0.3, min_confidence=0.25, connectivity="8",
        separate=False, regularize=True, regularize_iou=0.8, centerlines=False, max_gap=20.0, min_length=5.0,
        graph="/data/g.graphml",
    )  # fmt: skip
    args, options = understood(
        Extract(
            scene, network, "/data/o.fgb", finishing, class_raster="/data/c.tif", probability="/data/p.tif",
            dtype="float32",
        ).words()
    )  # fmt: skip
    assert (args.scene, args.model, args.out) == (
        scene.source.path,
        "/models/my roofs+roofs+/models/b",
        "/data/o.fgb",
    )
    assert args.config == [("AWS_REGION", "eu-west-1"), ("A", "b=c")]
    assert options == ExtractOptions(
        bands=(4, 3, 2), gsd=0.25, aoi="/data/ü.gpkg",
        bbox=BBox(xmin=-71.25, ymin=-42.5, xmax=1e-3, ymax=0.0, crs="EPSG:4326"),
        assume_crs="EPSG:32637", stats=Path("/data/stats.json"),
        overwrite=True, tile=256, overlap=0, batch_size=4, window="core", engine="onnx", device="cuda:1",
        precision="bfloat16",
        tta=True, refine="guided", threshold=0.0, kind="areas", connectivity=8, min_area=0.0, fill_holes=2.5, simplify=0.3,
        min_confidence=0.25, separate=False, regularize=True, regularize_iou=0.8, centerlines=False,
        max_gap=20.0, min_length=5.0, graph=Path("/data/g.graphml"), review=True, dtype="float32",
        class_raster=Path("/data/c.tif"), probability=Path("/data/p.tif"),
    )  # fmt: skip


def test_a_rectangle_is_not_rounded():
    edges = (352000.1234567891, 9245386.800000001, 352614.4, 9246001.2)
    _, options = understood(Extract(Scene(Source("s.tif"), bbox=edges), Network("m"), "o.gpkg").words())
    assert (options.bbox.xmin, options.bbox.ymin, options.bbox.xmax, options.bbox.ymax) == edges
    assert options.bbox.crs is None


def test_a_crs_that_only_its_wkt_says_stays_one_word():
    wkt = 'PROJCRS["my, own",BASEGEOGCRS["x y"]]'
    scene = Scene(Source("s.tif", assume_crs=wkt), bbox=(0, 0, 1, 1), bbox_crs=wkt)
    _, options = understood(Extract(scene, Network("m"), "o.gpkg").words())
    assert options.bbox.crs == options.assume_crs == wkt
