"""Labels → features: traced exactly, finished, written as a layer."""

from geounet.vector.choices import finishing_choices
from geounet.vector.layers import LayerResult, check_format
from geounet.vector.records import LayerSpec
from geounet.vector.vectorize import vectorize_strips

__all__ = ["LayerResult", "LayerSpec", "check_format", "finishing_choices", "vectorize_strips"]
