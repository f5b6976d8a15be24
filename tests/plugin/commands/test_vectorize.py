from geounet.cli.arguments import options_from
from geounet.cli.dispatch import build_parser
from geounet.options import VectorizeOptions
from geounet_qgis.commands.finishing import Finishing
from geounet_qgis.commands.vectorize import Vectorize
from geounet_qgis.layers.source import Source


def understood(words):
    args = build_parser().parse_args(words)
    return args, options_from(args, VectorizeOptions)


def test_with_nothing_chosen_all_is_the_librarys_choice():
    args, options = understood(Vectorize(Source("labels.tif"), "out.gpkg").words())
    assert (args.command, args.labels, args.out) == ("vectorize", "labels.tif", "out.gpkg")
    assert options == VectorizeOptions(review=True, overwrite=True)


def test_choices_and_the_rasters_crs_arrive():
    finishing = Finishing(kind="roads", centerlines=True, max_gap=25.0, graph="g.graphml")
    source = Source("labels.tif", "EPSG:32737", (("GDAL_NUM_THREADS", "2"),))
    args, options = understood(Vectorize(source, "out.shp", finishing).words())
    assert args.config == [("GDAL_NUM_THREADS", "2")]
    assert (options.kind, options.centerlines, options.max_gap, str(options.graph), options.assume_crs) == (
        "roads", True, 25.0, "g.graphml", "EPSG:32737",
    )  # fmt: skip
