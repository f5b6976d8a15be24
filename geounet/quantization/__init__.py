"""int8 by a person's own scenes: calibrated on some of their tiles, judged on the others, and refused where it loses."""

from geounet.quantization.options import QuantizeOptions
from geounet.quantization.run import Quantized, quantize
from geounet.quantization.verdict import Verdict

__all__ = ["QuantizeOptions", "Quantized", "Verdict", "quantize"]
