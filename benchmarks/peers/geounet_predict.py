"""geounet itself, asked as its peers are."""

from dataclasses import replace

import geounet
from benchmarks.null_model import NullModel
from benchmarks.peers.serving import Run, Setup, serve
from geounet.models.card import Normalization
from geounet.models.segmenter import Segmenter


def _model(setup: Setup) -> Segmenter:
    if setup.bundle:
        return geounet.load_model(setup.bundle, precision=setup.precision)
    model = NullModel()
    counts = Normalization((0.0, 255.0), (2.0, 98.0), (0.0,) * 3, (1.0,) * 3)
    model.card = replace(model.card, normalization=counts)
    return model


def _load(setup: Setup) -> Run:
    model = _model(setup)

    def run(scene: str, out: str) -> None:
        options = geounet.PredictOptions(
            output="class", tile=setup.tile, overlap=setup.overlap, overwrite=True
        )
        geounet.predict(scene, model, out, options=options)

    return run


if __name__ == "__main__":
    serve(_load, package="geounet")
