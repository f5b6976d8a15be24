from geounet.batching.options import FORMATS, BatchOptions, SourceOptions
from geounet.cli.arguments import joined_negatives
from geounet.cli.batch import _options
from geounet.cli.dispatch import build_parser
from geounet.cli.results import as_json
from geounet.options import BBox, ExtractOptions
from geounet.results import BatchReport
from geounet_qgis.commands import batch
from geounet_qgis.commands.batch import Batch, CameTo
from geounet_qgis.commands.finishing import Finishing
from geounet_qgis.commands.network import Network
from geounet_qgis.commands.scene import Scene
from geounet_qgis.layers.source import Source


def understood(words):
    """What the library's own parser makes of the words."""
    args = build_parser().parse_args(joined_negatives([*words, "--json-events", "--lease", "stdin"]))
    return args, _options(args)


def test_with_nothing_chosen_all_is_the_librarys_choice():
    args, options = understood(Batch(Scene(Source("/data/tiles")), Network("buildings"), "/out").words())
    assert (args.command, args.inputs, args.model, args.out) == (
        "batch",
        ["/data/tiles"],
        "buildings",
        "/out",
    )
    assert options == BatchOptions(extract=ExtractOptions(review=True))


def test_every_choice_arrives():
    scene = Scene(
        Source("/data/a b"), bands=(4, 3, 2), gsd="0.25", aoi=Source("/data/ü.gpkg"), bbox=(-71.25, -42.5, 1e-3, 0.0),
        bbox_crs="EPSG:4326",
    )  # fmt: skip
    finishing = Finishing(min_area=0.0, simplify=0.3, connectivity="8", regularize=False)
    args, options = understood(
        Batch(
            scene, Network("/models/m", threshold=0.4, tile=256, device="cpu"), "/out",
            others=(Source("c.tif", "EPSG:32637"), Source("http://h/d.tif")), finishing=finishing, format="fgb",
            mosaic=False, merge="/out/merged.gpkg", retry=True, anew=True, workers=2, by_content=True,
        ).words()
    )  # fmt: skip
    assert args.inputs == ["/data/a b", "c.tif", "http://h/d.tif"]
    assert (args.model, args.out) == ("/models/m", "/out")
    assert options == BatchOptions(
        extract=ExtractOptions(
            bands=(4, 3, 2), gsd=0.25, aoi="/data/ü.gpkg", assume_crs="EPSG:32637",
            bbox=BBox(xmin=-71.25, ymin=-42.5, xmax=1e-3, ymax=0.0, crs="EPSG:4326"), threshold=0.4, tile=256,
            device="cpu", min_area=0.0, simplify=0.3, connectivity=8, regularize=False, review=True, overwrite=True,
        ),
        sources=SourceOptions(digest="content"), format="fgb", mosaic="none", merge="/out/merged.gpkg", retry=True,
        workers=2,
    )  # fmt: skip


def test_the_formats_are_the_librarys():
    assert batch.FORMATS == FORMATS


def test_the_shortest_line_has_no_word_too_many():
    words = Batch(Scene(Source("/data/tiles"), gsd="model"), Network("roads", device="auto"), "/out").words()
    assert words == ["batch", "/data/tiles", "--model", "roads", "--review", "--out", "/out"]


def test_what_is_said_of_several_inputs_is_said_once():
    aws = ("AWS_REGION", "eu-west-1")
    scene = Scene(
        Source("/data/a b", config=(aws,)), bbox=(-1.5, 0, 1, 2), aoi=Source("a.gpkg", config=(aws,))
    )
    others = (Source("c.tif", "EPSG:32637", (("A", "b=c"), aws)), Source("d.tif", "EPSG:32637"))
    words = Batch(scene, Network("m"), "o", others=others).words()
    assert words[:4] == ["batch", "/data/a b", "c.tif", "d.tif"]
    assert words.count("--assume-crs") == 1
    assert [words[i + 1] for i, word in enumerate(words) if word == "--config"] == [
        "AWS_REGION=eu-west-1",
        "A=b=c",
    ]
    assert "--bbox=-1.5,0,1,2" in words


RESULT = {
    "out": "/out", "done": 2, "failed": 1, "skipped": 3, "pending": 4, "features": 5, "pixels": 6, "seconds": 0.5,
    "report": "/out/report.html", "merged": None, "failures": {"b": "b.tif is no raster"},
}  # fmt: skip


def test_what_a_run_came_to_is_read_from_its_result():
    came_to = CameTo.of(RESULT)
    assert came_to.figures == {"DONE": 2, "FAILED": 1, "SKIPPED": 3, "FEATURES": 5}
    assert (came_to.report, came_to.merged) == ("/out/report.html", "")
    assert (came_to.failures, came_to.pending) == ({"b": "b.tif is no raster"}, 4)


def test_the_librarys_own_report_is_understood():
    report = BatchReport(
        out="o", done=1, failed=0, skipped=0, pending=0, running=0, features=9, pixels=4, seconds=1.0,
        report="o/report.html", merged="o/merged.gpkg",
    )  # fmt: skip
    came_to = CameTo.of(as_json(report))
    assert came_to.figures == {"DONE": 1, "FAILED": 0, "SKIPPED": 0, "FEATURES": 9}
    assert (came_to.merged, dict(came_to.failures)) == ("o/merged.gpkg", {})
