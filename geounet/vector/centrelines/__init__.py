"""Roads: label strips → skeleton → graph → centrelines."""

from geounet.vector.centrelines.canonical import in_order
from geounet.vector.centrelines.graphml import write_graphml
from geounet.vector.centrelines.network import RoadNetwork
from geounet.vector.centrelines.options import RoadOptions
from geounet.vector.centrelines.trace import centrelines

__all__ = ["RoadNetwork", "RoadOptions", "centrelines", "in_order", "write_graphml"]
