"""Map features from satellite and aerial imagery with U-Nets.

The public names are resolved when they are first used: `import geounet` alone loads neither torch nor rasterio.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geounet.batching.options import BatchOptions
    from geounet.batching.run import batch
    from geounet.errors import GeounetError
    from geounet.evaluation import CompareOptions, Comparison, Report, compare, evaluate
    from geounet.models import load_model
    from geounet.models.ensembles import Ensemble
    from geounet.options import BBox, EvaluateOptions, ExtractOptions, PredictOptions, VectorizeOptions
    from geounet.pipeline import extract, predict, vectorize
    from geounet.results import BatchReport, Extraction, Prediction
    from geounet.training import TrainConfig, TrainReport, cross_validate, repeat, train

__version__ = "0.1.0"

__all__ = [
    "BBox",
    "BatchOptions",
    "BatchReport",
    "CompareOptions",
    "Comparison",
    "Ensemble",
    "EvaluateOptions",
    "ExtractOptions",
    "Extraction",
    "GeounetError",
    "PredictOptions",
    "Prediction",
    "Report",
    "TrainConfig",
    "TrainReport",
    "VectorizeOptions",
    "batch",
    "compare",
    "cross_validate",
    "evaluate",
    "extract",
    "load_model",
    "predict",
    "repeat",
    "train",
    "vectorize",
]

_MODULES = {
    "geounet.batching.options": ("BatchOptions",),
    "geounet.batching.run": ("batch",),
    "geounet.errors": ("GeounetError",),
    "geounet.evaluation": ("CompareOptions", "Comparison", "Report", "compare", "evaluate"),
    "geounet.models": ("load_model",),
    "geounet.models.ensembles": ("Ensemble",),
    "geounet.options": ("BBox", "EvaluateOptions", "ExtractOptions", "PredictOptions", "VectorizeOptions"),
    "geounet.pipeline": ("extract", "predict", "vectorize"),
    "geounet.results": ("BatchReport", "Extraction", "Prediction"),
    "geounet.training": ("TrainConfig", "TrainReport", "cross_validate", "repeat", "train"),
}
"""Where each public name lives."""

_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """A public name, from the module that it lives in; later uses find it here."""
    if name not in _HOMES:
        raise AttributeError(f"module 'geounet' has no attribute {name!r}")
    try:
        value: object = getattr(importlib.import_module(_HOMES[name]), name)
    except ModuleNotFoundError as error:
        from geounet.dependencies import lacking

        raise lacking(error, what=f"geounet.{name}") or error from error
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Public names first met or not."""
    return sorted({*globals(), *__all__})
