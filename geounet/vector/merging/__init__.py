"""Many finished layers → one, sorted where the format gains by it; its figures; its vector tiles."""

from geounet.vector.merging.merge import MergeResult, merge_layers
from geounet.vector.merging.tiles import write_pmtiles
from geounet.vector.merging.totals import LayerTotals, layer_totals

__all__ = ["LayerTotals", "MergeResult", "layer_totals", "merge_layers", "write_pmtiles"]
