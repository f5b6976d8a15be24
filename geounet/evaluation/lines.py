"""How well predicted lines, such as road centrelines, agree with true ones: by length and by routes."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from geounet.evaluation.apls import path_similarity
from geounet.evaluation.coverage import covered_lengths
from geounet.evaluation.network import line_strings, make_network


@dataclass(frozen=True, slots=True)
class LineScores:
    """Scores of predicted lines, each from 0 to 1; None where nothing can be scored (0 / 0)."""

    apls: float | None
    """Average Path Length Similarity: the harmonic mean of the two below."""
    apls_to_truth: float | None
    """APLS of the prediction's paths, looked for in the truth."""
    apls_to_prediction: float | None
    """APLS of the truth's paths, looked for in the prediction."""
    completeness: float | None
    """What share of the true length lies within the buffer of the prediction."""
    correctness: float | None
    """What share of the predicted length lies within the buffer of the truth."""
    quality: float | None
    """Matched predicted length / (predicted length + unmatched true length)."""
    length_predicted_m: float
    length_true_m: float
    buffer_m: float
    """How far apart lines may lie and still match."""
    snap_m: float
    """How far a control point of APLS may lie from the other network."""

    def to_dict(self) -> dict[str, Any]:
        """The scores as the JSON report has them."""
        return asdict(self)


def line_scores(
    predicted: Iterable[object],
    true: Iterable[object],
    *,
    buffer_m: float = 4.0,
    snap_m: float = 4.0,
    noding: Literal["ends", "crossings"] = "ends",
) -> LineScores:
    """APLS, completeness, correctness and quality of lines (LineStrings and MultiLineStrings in metres).

    Completeness, correctness and quality are those of Heipke, Mayer, Wiedemann and Jamet (1997), "Evaluation of
    automatic road extraction", by their simple buffer method: a piece of a line matches when it lies within the buffer
    of the other lines, whatever its direction, so a wrong road that crosses a true one is right for twice the buffer.
    Quality is matched predicted length / (predicted length + unmatched true length), that is TP / (TP + FP + FN). A
    line that is given twice counts twice. `noding` is that of `make_network`, for APLS.

    Raises:
        LabelsError: there is something else than lines.
    """
    ours, theirs = line_strings(predicted), line_strings(true)
    matched, length = covered_lengths(ours, theirs, within_m=buffer_m)
    matched_true, length_true = covered_lengths(theirs, ours, within_m=buffer_m)
    paths = path_similarity(
        make_network(ours, noding=noding), make_network(theirs, noding=noding), snap_m=snap_m
    )
    return LineScores(
        apls=paths.apls,
        apls_to_truth=paths.to_truth,
        apls_to_prediction=paths.to_prediction,
        completeness=_ratio(matched_true, length_true),
        correctness=_ratio(matched, length),
        quality=_ratio(matched, length + (length_true - matched_true)),
        length_predicted_m=length,
        length_true_m=length_true,
        buffer_m=buffer_m,
        snap_m=snap_m,
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
