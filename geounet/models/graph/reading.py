"""The graph of a bundle, checked and ready for a runtime: no torch, no onnx package."""

from dataclasses import dataclass, replace
from pathlib import Path

from geounet.digests import file_sha256
from geounet.errors import ModelError
from geounet.models.bundle import GRAPH, WEIGHTS, Bundle
from geounet.models.card import ModelCard
from geounet.models.graph.bearing import KEY, Bearing, network_of
from geounet.models.graph.wire import Said, said

INPUT, OUTPUT = "patches", "scores"
"""Names of what a graph takes and gives."""

REMEDY = "remove it, or write it anew: geounet models graph FOLDER"


@dataclass(frozen=True, slots=True)
class SessionModel:
    """A graph from normalised patches (N, C, h, w) to probabilities (N, K, h, w), float32 both."""

    path: Path
    """The graph. Its tensors lie in the weights beside it, so a runtime must be given the path, not the bytes."""
    card: ModelCard
    """The bundle's, with the network's own stride where it names none."""
    side: int | None
    """Side of its tiles in pixels; None where any multiple of the card's stride will do. N is always free."""
    input: str = INPUT
    output: str = OUTPUT


def load_session_model(bundle: Bundle) -> SessionModel | None:
    """The graph that a bundle carries beside its weights; None where it has none.

    Raises ModelError where the graph cannot be read, is not of these weights and this card, or names another file than
    the weights.
    """
    path = bundle.folder / GRAPH
    if bundle.is_onnx or not path.is_file():
        return None
    try:
        found = said(path.read_bytes())
        bearing = Bearing.from_json(found.metadata[KEY])
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{path} is not readable as a graph ({error}); {REMEDY}") from error
    _check(bundle, found, bearing)
    sides = found.sides[0][2:] if found.sides else ()
    card = bundle.card
    return SessionModel(
        path,
        card if card.stride != 1 else replace(card, stride=bearing.stride),
        side=sides[0] if sides else None,
    )


def _check(bundle: Bundle, found: Said, bearing: Bearing) -> None:
    """Raise ModelError unless the graph is of this bundle and reads nothing else."""
    elsewhere = sorted(found.locations - {WEIGHTS})
    if elsewhere:
        raise ModelError(
            f"{GRAPH} of model {bundle.card.name!r} keeps tensors in {elsewhere[0]}; expected {WEIGHTS} alone: {REMEDY}"
        )
    if bearing.weights != file_sha256(bundle.weights):
        raise ModelError(f"{GRAPH} of model {bundle.card.name!r} is of other weights; {REMEDY}")
    expected = network_of(bundle.card)
    other = [key for key in expected if bearing.network.get(key) != expected[key]]
    if other:
        raise ModelError(
            f"{GRAPH} of model {bundle.card.name!r} has another {other[0]} ({bearing.network.get(other[0])}) than its card "
            f"({expected[other[0]]}); {REMEDY}"
        )
