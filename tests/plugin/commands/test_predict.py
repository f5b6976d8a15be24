import pytest

from geounet.cli.arguments import options_from
from geounet.cli.dispatch import build_parser
from geounet.options import PredictOptions
from geounet_qgis.commands.network import Network
from geounet_qgis.commands.predict import Predict
from geounet_qgis.commands.scene import Scene
from geounet_qgis.layers.source import Source


@pytest.mark.parametrize(
    ("output", "dtype", "words"),
    [
        ("probability", "uint8", []),
        ("class", "uint8", ["--output", "class"]),
        ("both", "float32", ["--output", "both", "--dtype", "float32"]),
    ],
)
def test_the_library_understands_what_is_written(output, dtype, words):
    line = Predict(Scene(Source("s.tif")), Network("buildings"), "p.tif", output, dtype).words()
    assert line == ["predict", "s.tif", "--model", "buildings", *words, "--out", "p.tif", "--overwrite"]
    args = build_parser().parse_args(line)
    assert (args.command, args.scene, args.model, args.out) == ("predict", "s.tif", "buildings", "p.tif")
    assert options_from(args, PredictOptions) == PredictOptions(output=output, dtype=dtype, overwrite=True)
