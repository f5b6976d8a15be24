"""A batch as one HTML page that needs nothing else: no network, no scripts."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from geounet.batching.job import RunRecord
from geounet.batching.ledgers.ledger import JobRecord
from geounet.batching.reporting.lists import link, outputs_section, problems_section, slowest_section
from geounet.batching.reporting.made import made_section
from geounet.batching.reporting.map import map_view
from geounet.batching.reporting.style import STYLE
from geounet.batching.reporting.tally import Session, Tally
from geounet.figures import UNDEFINED, count, duration, megapixels, percent, square_metres
from geounet.html.cards import Card, cards_view
from geounet.html.markup import Markup, section, tag
from geounet.html.page import page_ends
from geounet.outputs import atomic_target

_NAMED_CLASSES = 3
"""Classes that a card names; the page's last part has all."""


def write_report(
    out: Path,
    run: RunRecord,
    records: Iterable[JobRecord],
    *,
    session: Session | None = None,
    extras: Mapping[str, str] | None = None,
) -> None:
    """Write the page of a run; what was there is replaced.

    `session` is what this run alone did, `extras` other outputs by what they are called: paths below the folder of
    `out`. Jobs are gone through once; those that wait or still run are counted too.

    Raises OutputError where the page cannot be written.
    """
    tally = Tally.of(records)
    head, tail = page_ends(f"Batch with {run.model}", style=STYLE, version=run.version)
    with (
        atomic_target(out, overwrite=True) as target,
        target.open("w", encoding="utf-8", newline="\n") as file,
    ):
        file.write(head)
        for part in _parts(run, tally, session, extras or {}):
            file.write(part or "")
        file.write(tail)


def _parts(
    run: RunRecord, tally: Tally, session: Session | None, extras: Mapping[str, str]
) -> Iterable[Markup | None]:
    yield _header(run, tally)
    yield cards_view(_cards(tally, session))
    yield _map_section(tally)
    yield problems_section("Failures", tally.failures, words="Scenes without outputs, and why.")
    yield problems_section(
        "Left out of mosaics",
        tally.left_out,
        words="Items that could not be read; the rest was done without.",
    )
    yield _whole_section(extras)
    yield outputs_section(tally)
    yield slowest_section(tally.slow)
    yield made_section(run, tally)


def _header(run: RunRecord, tally: Tally) -> Markup:
    left = tally.states["pending"] + tally.states["running"]
    if left:
        words = f"{count(left)} of {count(tally.scenes)} scenes are not done yet; run the same command again to go on."
    elif tally.failures or tally.left_out:
        words = "All scenes were tried. Run again with --retry failed when the cause of failures is gone."
    else:
        words = "All scenes are done."
    title = tag("h1", f"{count(tally.scenes)} scenes", tag("span", " through "), run.model)
    return tag("header", tag("p", "Batch", class_="over"), title, tag("p", words))


def _cards(tally: Tally, session: Session | None) -> tuple[Card, ...]:
    states = tally.states
    left = states["pending"] + states["running"]
    lost = (
        f"and {count(len(tally.left_out))} items of mosaics"
        if tally.left_out
        else "see below" * bool(tally.failures)
    )
    valid = tally.valid_pixels / tally.pixels if tally.pixels else None
    return (
        Card("done", count(states["done"]), f"of {count(tally.scenes)} scenes"),
        Card("failed", count(states["failed"]), lost or "nothing went wrong"),
        Card("skipped", count(states["skipped"]), "had nothing to do"),
        Card("to do", count(left), f"{count(states['running'])} of them running" if left else "nothing is left"),
        Card("features", count(tally.features), _classes(tally)),
        Card("ground", square_metres(tally.area_m2), f"{percent(valid)} of pixels valid"),
        _speed(session),
        _time(session),
    )  # fmt: skip


def _classes(tally: Tally) -> str:
    """Features of the commonest classes."""
    named = tally.by_class.most_common(_NAMED_CLASSES)
    left = len(tally.by_class) - len(named)
    words = [f"{name} {count(number)}" for name, number in named] + [f"{left} more classes"] * (left > 0)
    return " · ".join(words) or "none found"


def _speed(session: Session | None) -> Card:
    if session is None or not session.seconds:
        return Card("speed", UNDEFINED, "was not kept")
    rate = megapixels(session.pixels / session.seconds)
    return Card("speed", f"{rate} Mpx/s", f"{megapixels(session.pixels)} megapixels in the last run")


def _time(session: Session | None) -> Card:
    if session is None:
        return Card("time", UNDEFINED, "was not kept")
    workers = session.workers
    words = "of the last run" if workers is None else f"with {count(workers)} worker{'s' * (workers != 1)}"
    return Card("time", duration(session.seconds), words)


def _map_section(tally: Tally) -> Markup:
    """The map, and how many scenes it cannot show."""
    hidden = tally.scenes - len(tally.places)
    note = tag("p", f"{count(hidden)} scenes have no place on the map: they were not opened.", class_="note")
    if not tally.places:
        words = "No scene has a place on a map: none was opened, or none has a CRS."
        return section("Scenes by state", tag("p", words, class_="note"))
    drawn = map_view(tally.places, {state: number for state, number in tally.states.items() if number})
    return section("Scenes by state", drawn, note if hidden else None)


def _whole_section(extras: Mapping[str, str]) -> Markup | None:
    """Outputs of the whole run."""
    if not extras:
        return None
    rows = [
        tag("tr", tag("th", name, scope="row"), tag("td", link(path, words=path)))
        for name, path in extras.items()
    ]
    return section("All scenes together", tag("table", tag("tbody", *rows), class_="facts"))
