"""The Processing algorithms: a parameter list and a command each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geounet_qgis.algs.base import GeounetAlgorithm


def algorithms() -> list[type[GeounetAlgorithm]]:
    """Return the classes of all algorithms, imported only now."""
    from geounet_qgis.algs.batch import BatchAlgorithm
    from geounet_qgis.algs.centerlines import CenterlinesAlgorithm
    from geounet_qgis.algs.doctor import DoctorAlgorithm
    from geounet_qgis.algs.evaluate import EvaluateAlgorithm
    from geounet_qgis.algs.extract import ExtractAlgorithm
    from geounet_qgis.algs.models import ModelsAlgorithm
    from geounet_qgis.algs.predict import PredictAlgorithm
    from geounet_qgis.algs.regularize import RegularizeAlgorithm
    from geounet_qgis.algs.train import TrainAlgorithm
    from geounet_qgis.algs.vectorize import VectorizeAlgorithm

    return [
        ExtractAlgorithm,
        BatchAlgorithm,
        PredictAlgorithm,
        VectorizeAlgorithm,
        RegularizeAlgorithm,
        CenterlinesAlgorithm,
        EvaluateAlgorithm,
        TrainAlgorithm,
        ModelsAlgorithm,
        DoctorAlgorithm,
    ]
