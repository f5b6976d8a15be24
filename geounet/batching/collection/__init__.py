"""A batch's outputs as a static STAC collection."""

from geounet.batching.collection.made import CollectionFacts
from geounet.batching.collection.writing import write_collection

__all__ = ["CollectionFacts", "write_collection"]
