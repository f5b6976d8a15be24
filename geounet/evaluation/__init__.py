"""How good an answer is, and what is new in it: rasters and layers against the truth, or against what is mapped."""

from geounet.evaluation.conflation import CompareOptions, Comparison, compare
from geounet.evaluation.report import Report
from geounet.evaluation.run import evaluate

__all__ = ["CompareOptions", "Comparison", "Report", "compare", "evaluate"]
