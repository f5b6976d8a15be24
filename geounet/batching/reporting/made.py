"""How a batch was made: model, version, engine and options, without folders and secrets."""

from collections.abc import Iterator, Mapping

from geounet.batching.job import RunRecord
from geounet.batching.redaction import redact
from geounet.batching.reporting.tally import Tally
from geounet.figures import count
from geounet.html.markup import Markup, section
from geounet.html.tables import facts_table
from geounet.raster.source import file_name


def made_section(run: RunRecord, tally: Tally) -> Markup:
    """What all outputs have in common."""
    facts: dict[str, object] = {
        "model": run.model,
        "from": shown_value(run.address),
        "digest of the model": run.digest or "none: it was made in code",
        "geounet": run.version,
    }
    facts |= {f"engine: {name}": value for name, value in _flat(run.engine)}
    facts |= dict(_flat(run.options))
    facts |= {f"features: {name}": count(number) for name, number in tally.by_class.most_common()}
    return section("How it was made", facts_table(facts))


def _flat(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Names and values of what was chosen, those of inner values under both names."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name} ")
        elif value not in (None, "", [], (), {}):
            yield f"{prefix}{name}".replace("_", " "), shown_value(value)


def shown_value(value: object) -> str:
    """A value in words: of a path or an address its last part alone."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(shown_value, value))
    text = redact(str(value))
    return file_name(text.replace("\\", "/")) if "/" in text or "\\" in text else text
