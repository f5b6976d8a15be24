"""int8 after training: a float graph and what its tensors hold on a person's scenes → a graph of 8-bit integers."""

from geounet.models.quantization.calibration import CALIBRATION, Calibration
from geounet.models.quantization.float_graph import FloatGraph, float_graph
from geounet.models.quantization.int8 import int8_graph

__all__ = ["CALIBRATION", "Calibration", "FloatGraph", "float_graph", "int8_graph"]
