"""Models that travel: in from other programs' files and hubs, and out to theirs."""

from geounet.models.exchange.export_model import Exported, export_model
from geounet.models.exchange.export_onnx import network_to_onnx
from geounet.models.exchange.import_model import import_model
from geounet.models.exchange.import_weights import import_weights

__all__ = ["Exported", "export_model", "import_model", "import_weights", "network_to_onnx"]
