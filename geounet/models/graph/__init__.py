"""A network as a graph beside its weights: what runs a bundle without torch."""

from geounet.models.graph.reading import SessionModel, load_session_model

__all__ = ["SessionModel", "load_session_model"]
