"""The graph that a run's bundle carries, so that its model runs without torch."""

import warnings
from pathlib import Path

from geounet.errors import GeounetWarning, MissingDependencyError, ModelError
from geounet.models.bundle import read
from geounet.models.graph import load_session_model
from geounet.models.graph.writing import write_graph


def carry_graph(folder: Path) -> None:
    """Write a bundle's graph into its folder, unless it is there; where it cannot be, a GeounetWarning says why.

    It takes torch some seconds. Raises OutputError where it cannot be written.
    """
    try:
        if load_session_model(read(folder)) is None:
            write_graph(folder)
    except (MissingDependencyError, ModelError) as error:
        warnings.warn(
            f"{error}; the model runs where torch is, and nowhere else", GeounetWarning, stacklevel=2
        )
