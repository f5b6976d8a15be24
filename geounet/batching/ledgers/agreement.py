"""Whether a run may go on where another began: its model and options are the first run's."""

import json
from collections.abc import Iterator, Mapping

from geounet.batching.job import RunRecord
from geounet.batching.redaction import redact
from geounet.errors import OptionsError

LONGEST = 40
"""Characters of a value that a message shows."""


def agreed(first: RunRecord, run: RunRecord) -> RunRecord:
    """The first run's record, which counts.

    Raises OptionsError, and says what differs, where `run` has another model or other options. The engine, the
    version and the place that the model is loaded from are the first run's to choose, and no difference.
    """
    differences = list(_differences(first, run))
    if differences:
        raise OptionsError(
            f"the output folder belongs to a run with {'; '.join(differences)}; "
            "choose another folder, or begin this one anew with --overwrite"
        )
    return first


def _differences(first: RunRecord, run: RunRecord) -> Iterator[str]:
    if first.model != run.model:
        yield f"model {_shown(first.model)}, not {_shown(run.model)}"
    elif first.digest != run.digest:
        yield f"other weights of {_shown(run.model)}"
    before, now = _flat(first.options), _flat(run.options)
    for name in sorted(before.keys() | now.keys()):
        if before.get(name) != now.get(name):
            yield f"{name} {_shown(before.get(name))}, not {_shown(now.get(name))}"


def _flat(options: Mapping[str, object]) -> dict[str, object]:
    """Options by name, those within others as `extract.threshold`, and values as JSON gives them back."""
    flat: dict[str, object] = {}
    for name, value in json.loads(json.dumps(dict(options))).items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": kept for inner, kept in _flat(value).items()}
        else:
            flat[name] = value
    return flat


def _shown(value: object) -> str:
    """A value in a message: short, and without secrets."""
    text = redact(value if isinstance(value, str) else json.dumps(value))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
