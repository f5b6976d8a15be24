"""Facts as the tables of a config: the run's own values and the model's card, each with its reason."""

from collections.abc import Sequence
from pathlib import Path

from geounet.training.config.run import UNSAID
from geounet.training.proposal.classes import NAMELESS
from geounet.training.proposal.document import Entry, Table
from geounet.training.proposal.facts import Facts, gsd_spread, is_near
from geounet.training.proposal.labelling import labels_table, scene_tables
from geounet.training.proposal.learning import learning_tables
from geounet.training.proposal.places import Places

SAYS_NOTHING = ("config", "train", "training", "init", "run", "model")
"""Names of a config's file that are none for a model."""


def tables(facts: Facts, places: Places) -> list[Table]:
    """The whole config, table by table."""
    network = [Entry(key, value) for key, value in (facts.card.architecture or {}).items()]
    finishing = "What is done to what the model finds, unless whoever uses it says otherwise."
    return [
        _top(facts, places),
        _card(facts),
        Table("card.architecture", network, _network(facts)),
        _normalization(facts),
        Table("card.finishing", _finishing(facts), finishing),
        labels_table(facts),
        *scene_tables(facts, places),
        *learning_tables(facts, config=places.config.name),
    ]


def model_name(config: Path, classes: Sequence[str]) -> str:
    """What the model is called: as the config's file, unless that says nothing, then as its first class."""
    return classes[1] if config.stem.casefold() in SAYS_NOTHING else config.stem


def _top(facts: Facts, places: Places) -> Table:
    together = zip(facts.card.classes, facts.class_shares, strict=True)
    found = ", ".join(f"{name} {share:.1%}" for name, share in together if share)
    entries = [
        Entry("root", ".", places.why),
        Entry("out", f"runs/{facts.card.name}", "The model's folder, seen from where geounet is run."),
        *_beginning(facts),
        Entry("seed", 0, "Another number is another run of the same; the same number gives the same run."),
        Entry(
            "validate_every", facts.sizes.validate_every, "Steps between two looks at the validation places."
        ),
        Entry(
            "about",
            "",
            "What whoever gets the model should know: where it was trained, what it does not know.",
        ),
    ]
    count = len(facts.images)
    why = (
        f"A training run, proposed from {count} scene{'s' * (count > 1)}. Read it, change what you know better, then run:\n"
        f"    geounet train {places.config.name}\n"
        f"In the labelled scenes, at {facts.card.gsd_m:g} m, there is: {found} (of the pixels)."
    )
    return Table("", entries, why)


def _beginning(facts: Facts) -> list[Entry]:
    start = facts.start
    if start is None:
        why = (
            "The encoder's first weights: none is chance, since no shipped model takes these bands. imagenet fetches "
            "weights from the network, once, that know photographs: worth a try where labels are few."
        )
        return [Entry("init", "none", why)]
    if start.fits:
        why = (
            f"The run goes on from this model, which finds {', '.join(start.card.classes[1:])} at {start.card.gsd_m:g} m "
            "already: it learns what is different here."
        )
    else:
        why = (
            f"The run goes on from this model, which was made for {', '.join(start.card.classes[1:])} at "
            f"{start.card.gsd_m:g} m: what it knows of edges and textures seen from above is a better beginning than "
            "chance. Layers of another shape begin anew."
        )
    if facts.card.bands != start.card.bands:
        why += " Bands that it does not know begin without weights: at first it finds what it found."
    return [Entry("start", start.name, why)]


def _card(facts: Facts) -> Table:
    card = facts.card
    names = ", ".join(name for name in card.classes[1:] if name not in card.auxiliary)
    tile = (
        "Side in pixels of what the network sees at once; of the margin round it, only what it sees is used."
    )
    sources = [*card.sources, UNSAID]
    entries = [
        Entry("name", card.name),
        Entry("version", card.version),
        Entry(
            "description",
            f"Finds {names} in imagery of about {card.gsd_m:g} m.",
            "In one line, what it finds.",
        ),
        Entry("task", card.task, _task(facts)),
        Entry("bands", card.bands, _bands(facts)),
        Entry("classes", card.classes, _names(facts)),
        *_auxiliary(facts),
        Entry("activation", card.activation),
        Entry("gsd_m", card.gsd_m, _gsd(facts)),
        Entry("tile", card.tile, tile),
        Entry("margin", card.margin),
        Entry("stride", card.stride),
        Entry("license", card.license, _license(facts)),
        Entry("sources", sources),
        *([Entry("attribution", card.attribution)] if card.attribution else []),
    ]
    return Table("card", entries, "The card of the model that will be: what it expects, and what it gives.")


def _names(facts: Facts) -> str:
    said = "What there is to find, the background first."
    unnamed = any(name == NAMELESS or name.startswith("class_") for name in facts.card.classes)
    return (
        f"{said} Nothing says what it is called: give it a name (in data.classes too, if it is there)."
        if unnamed
        else said
    )


def _auxiliary(facts: Facts) -> list[Entry]:
    why = "A class that helps to keep objects apart; it is never written out."
    return [Entry("auxiliary", facts.card.auxiliary, why)] if facts.card.auxiliary else []


def _task(facts: Facts) -> str:
    said = {
        "buildings": "Buildings: what is found is kept apart, and straightened. (roads gives centrelines, areas outlines.)",
        "roads": "Roads: what is found becomes centrelines. (buildings straightens outlines, areas leaves them.)",
        "areas": "Areas: what is found is outlined as it is. (buildings straightens that, roads gives centrelines.)",
    }[facts.classes.task]
    lines = facts.survey.kinds["lines"] > facts.survey.features / 2
    return f"{said} Chosen because the labels are lines." if lines else said


def _bands(facts: Facts) -> str:
    if not facts.bands.named:
        if len(facts.bands.names) == 1:
            return "The one band, which has no name in the files."
        return (
            "The files do not name their bands, so they are taken in order. Bands with names (gdal_edit.py -colorinterp_1 "
            "red …) are found wherever they stand."
        )
    said = (
        "By their names in the files."
        if not facts.bands.parts
        else "Of all files; unnamed ones are called after theirs."
    )
    used = {name.casefold() for name in facts.card.bands}
    unused = [name for name in facts.bands.names if name.casefold() not in used]
    if unused and facts.start is not None:
        said += (
            f" {', '.join(unused)} could be used too, by a model that does not go on from {facts.start.name}."
        )
    if facts.bands.left_out:
        said += f" Not in all scenes, and so left out: {', '.join(facts.bands.left_out)}."
    return said


def _gsd(facts: Facts) -> str:
    fine, coarse = gsd_spread(facts.images)
    gsd_m, object_m = facts.card.gsd_m or 1.0, facts.object_m
    spread = f"{fine:.3g}" if is_near(fine, coarse, factor=1.02) else f"{fine:.3g} to {coarse:.3g}"
    said = f"Metres per pixel on the ground that it works at. The scenes have {spread} m"
    if not all(is_near(gsd_m, one, factor=1.05) for one in (fine, coarse)):
        said += ", and are brought to this"
    said += (
        ": as the model that it goes on from has it." if facts.start is not None and facts.start.fits else "."
    )
    if object_m is not None:
        said += f" The typical object is {object_m:.3g} m wide, {object_m / gsd_m:.0f} pixels."
    if not is_near(fine, coarse):
        said += " CAUTION: the scenes differ much; coarse ones blur what the model is to see."
    return said


def _license(facts: Facts) -> str:
    said = "Under which licence the model may be passed on, and whose data made it."
    return f"{said} These are those of the model that it goes on from." if facts.start is not None else said


def _network(facts: Facts) -> str:
    if facts.start is not None:
        return f"The network of {facts.start.name}; its weights fit no other."
    return "A small encoder, quick on a CPU too; with many labels and a GPU a larger one, as resnet34, may find more."


def _normalization(facts: Facts) -> Table:
    normalization, measured = facts.card.normalization, facts.stretch is not None
    then = "measured on the valid pixels" if measured else "as the model has it"
    entries = [
        Entry("range", normalization.range, _range(facts)),
        Entry("percentiles", normalization.percentiles),
        Entry("mean", normalization.mean, f"Mean and deviation of each band after that, {then}."),
        Entry("std", normalization.std),
    ]
    return Table("card.normalization", entries, "How counts become what the network sees.")


def _range(facts: Facts) -> str:
    if facts.stretch is None:
        return "What becomes 0 and 1: as the model has it that the run goes on from."
    low, high = facts.stretch.counts
    if facts.bands.parts and len(set(facts.card.normalization.band_ranges)) > 1:
        return (
            "What becomes 0 and 1, band by band: all that a byte holds (dtype), each scene's own percentiles (scene), or "
            "counts that fit all scenes. Heights mean the same everywhere: give theirs as metres, such as [0, 30]."
        )
    match facts.card.normalization.range:
        case "dtype":
            return 'What becomes 0 and 1: all that a byte holds. Where light differs, "scene" takes each one\'s own range.'
        case "scene":
            why = "there is one to go by" if len(facts.images) == 1 else "they differ"
            return (
                f"What becomes 0 and 1: each scene's own percentiles, band by band, since {why}. Where counts mean the same "
                f"everywhere, as reflectances do, give them: [{low:.4g}, {high:.4g}] is what was found."
            )
    return 'What becomes 0 and 1: counts that fit all scenes. "scene" takes each one\'s own percentiles.'


def _finishing(facts: Facts) -> list[Entry]:
    card, start = facts.card, facts.start
    if start is not None and start.fits and start.card.finishing:
        return [Entry(key, value) for key, value in start.card.finishing.items()]
    pixels = 30 if card.task == "roads" else 9
    least = float(f"{pixels * (card.gsd_m or 1.0) ** 2:.2g}")
    entries = [
        Entry("min_area", least, "m²: what is smaller is left out, and smaller holes are filled."),
        Entry("fill_holes", least),
    ]
    if card.task == "buildings":
        entries += [
            Entry("separate", value=True, why="What runs together is cut apart."),
            Entry("regularize", value=True, why="Outlines get straight sides and right angles."),
        ]
    return entries
