"""How labels become pixels, and which scenes are trained on and judged by: the config's `[data]` with its reasons."""

from collections.abc import Sequence
from pathlib import Path

from geounet.raster.scene import SAME_GSD
from geounet.training.proposal.document import Entry, Table, note
from geounet.training.proposal.facts import Facts
from geounet.training.proposal.measure import Share
from geounet.training.proposal.pairing import Pair
from geounet.training.proposal.places import Places
from geounet.training.proposal.sizes import round_figure
from geounet.training.proposal.survey import REVIEW
from geounet.training.scenes.reviews import UNDERSTOOD

WHOLE = 5
"""Scenes with labels from which on whole ones are kept for validation: every fifth."""
TOUCHING = 0.1
"""Share of objects with near neighbours from which on gaps are drawn between them."""


def labels_table(facts: Facts) -> Table:
    """How labels become pixels."""
    entries = [
        Entry("crop", facts.sizes.crop, _crop(facts)),
        Entry(
            "labelled",
            0.7,
            f"Seven of ten crops are centred on a label, the others lie anywhere: {_labelled(facts)} of the ground has one.",
        ),
        Entry(
            "cache",
            "cache",
            "A folder to keep scenes in as they were read, so that the next run begins at once.",
            off=True,
        ),
        *_classes(facts),
        *_review(facts),
        *_widths(facts),
        *_gaps(facts),
    ]
    return Table("data", entries, "What is trained on.")


def scene_tables(facts: Facts, places: Places) -> list[Table]:
    """The scenes: all to train on and blocks kept of each, or whole ones kept, or none where they hold no label."""
    labelled = facts.labelled
    kept = _kept(labelled, facts.overlapping)
    tables = []
    if not kept:
        share = 0.2
        few = "scenes" if len(labelled) < WHOLE else "scenes apart from one another"
        why = (
            f"Too few {few} to keep whole ones for validation: a fifth of the labelled ground is kept, in square blocks "
            "that are blank to the training: a crop may reach into one, and sees nothing of it. A better test is another "
            f"place: list it as [[data.validation]].{_shared(facts)}"
        )
        entries = [
            Entry("share", share),
            Entry("block_m", facts.sizes.block_m, "Side of a block in metres."),
            Entry("seed", 0, "Another number keeps other blocks."),
        ]
        tables.append(Table("data.split", entries, why))

    def listed(use: str, pairs: Sequence[Pair], why: str, *, off: bool = False) -> list[Table]:
        every = [_scene(one, facts, places) for one in pairs]
        name = f"data.{use}"
        return [Table(name, one, "" if k else why, several=True, off=off) for k, one in enumerate(every)]

    tables += listed("train", [one for one, _ in labelled if one not in kept], _training(facts))
    why = "Other places, to judge by: every fifth scene by its share of labels. Ones that adjoin the others are too easy."
    tables += listed("validation", kept, why)
    empty = [p for p, share in zip(facts.pairing.pairs, facts.shares, strict=True) if not share.has_labels]
    tables += listed(
        "train", empty, "No label lies in these: take them in if there is truly nothing to find.", off=True
    )
    if facts.pairing.bare:
        names = ", ".join(path.name for path in facts.pairing.bare[:20])
        tables.append(Table("", [note(f"Left out, since there are no labels of their names: {names}.")]))
    return tables


def _kept(labelled: Sequence[tuple[Pair, Share]], overlapping: Sequence[tuple[Path, Path]]) -> list[Pair]:
    """Whole scenes for validation, of many and of few labels alike, those that overlap together.

    None where there are too few such groups, or those that were chosen hold most scenes.
    """
    groups = _groups(labelled, overlapping)
    if len(groups) < WHOLE:
        return []
    ranked = sorted(groups, key=lambda group: (_density(group), group[0][0].scene.name))
    chosen = {one.scene for group in ranked[2::WHOLE] for one, _ in group}
    return [one for one, _ in labelled if one.scene in chosen] if len(chosen) <= len(labelled) / 2 else []


def _density(group: Sequence[tuple[Pair, Share]]) -> float:
    """The part of the scenes' pixels that has labels."""
    return float(sum(share.classes[1:].sum() for _, share in group) / sum(share.pixels for _, share in group))


def _groups(
    labelled: Sequence[tuple[Pair, Share]], overlapping: Sequence[tuple[Path, Path]]
) -> list[list[tuple[Pair, Share]]]:
    """Scenes that overlap, one another or by way of others, together."""
    first = {one.scene: one.scene for one, _ in labelled}

    def of(path: Path) -> Path:
        while first[path] != path:
            path = first[path]
        return path

    for a, b in overlapping:
        if a in first and b in first:
            first[of(b)] = of(a)
    groups: dict[Path, list[tuple[Pair, Share]]] = {}
    for one in labelled:
        groups.setdefault(of(one[0].scene), []).append(one)
    return list(groups.values())


def _scene(one: Pair, facts: Facts, places: Places) -> list[Entry]:
    layer = facts.survey.layer
    named = [Entry("layer", layer)] if layer is not None else []
    files = [places.written(path) for path in one.files]
    return [
        Entry("scene", files if one.beside else files[0]),
        Entry("labels", places.written(one.labels)),
        *named,
    ]


def _training(facts: Facts) -> str:
    said = "The scenes to train on."
    if not facts.survey.is_raster and facts.card.task == "buildings":
        said += " Where outlines lie a metre or two beside the roofs, edge_m = 1.0 in a scene leaves their edges out."
    return said


def _crop(facts: Facts) -> str:
    gsd_m, crop = facts.card.gsd_m or 1.0, facts.sizes.crop
    said = f"Side of a training crop in pixels: {crop * gsd_m:.3g} m"
    if facts.object_m is not None:
        said += f", {crop * gsd_m / facts.object_m:.0f} objects side by side"
    small = "; smaller than usual, as there is little ground" if crop < 256 else ""
    sides = [min(image.grid.height, image.grid.width) * image.gsd_m / gsd_m for image in facts.images]
    less = sum(side < crop * (1 - SAME_GSD) for side in sides)
    if less:
        which = "The scenes are" if less == len(sides) else f"{less} of {len(sides)} scenes are"
        small += f". {which} smaller than a crop: the rest of it is their mirror image"
    return f"{said}{small}."


def _labelled(facts: Facts) -> str:
    """The share of the labelled scenes' pixels that are of a class to find."""
    share = 1 - facts.class_shares[0]
    return f"{100 * share:.3g}%"


def _shared(facts: Facts) -> str:
    """What is to be known of scenes that overlap."""
    if not facts.overlapping:
        return ""
    one, other = facts.overlapping[0]
    return (
        f" CAUTION: scenes overlap, such as {one.name} and {other.name}: ground that is kept of one is trained on in the "
        "other, and figures will be too good."
    )


def _classes(facts: Facts) -> list[Entry]:
    classes, data = facts.classes, facts.data
    counted = ", ".join(f"{value or '(nothing)'}: {n:,}" for value, n in list(classes.counts.items())[:12])
    entries = []
    if facts.survey.is_raster:
        entries.append(note(f"The label rasters' values, and how many pixels have them: {counted}."))
    elif classes.attribute is None:
        said = "Every feature is of the one class: no attribute says which class it is of."
        if classes.others:
            said += f" Attributes that might: {', '.join(classes.others)}; name one here, and its values in card.classes."
        entries.append(Entry("attribute", "", said))
    else:
        said = f"The attribute that names a feature's class. Its values, and how many features have them: {counted}."
        if classes.others:
            said += f" Others that might: {', '.join(classes.others)}."
        entries.append(Entry("attribute", classes.attribute, said))
    if data.classes:
        entries.append(
            Entry("classes", dict(data.classes), "What the labels' values are called in the model.")
        )
    if data.ignored:
        entries.append(
            Entry(
                "ignored",
                data.ignored,
                "Values that say that nothing is known: not trained on, nor judged by.",
            )
        )
    if not classes.is_single:
        entries.append(
            Entry(
                "balanced",
                value=True,
                why="Crops are centred on each class equally often, so that rare ones are seen.",
            )
        )
    return entries


def _review(facts: Facts) -> list[Entry]:
    counts = next((counts for name, counts in facts.survey.values.items() if name.lower() == REVIEW), None)
    if counts is None:
        return []
    found = ", ".join(f"{value or 'not looked at'}: {n:,}" for value, n in counts.most_common(5))
    others = [value for value in counts if value and value.strip().lower() not in UNDERSTOOD]
    more = f" CAUTION: only {' and '.join(UNDERSTOOD)} are understood." if others else ""
    return [
        note(
            f"The labels have a field {REVIEW} ({found}): what was accepted is trained on, what was rejected is background; "
            f"where nobody has looked, nothing is learnt, once a single feature was reviewed.{more}"
        )
    ]


def _widths(facts: Facts) -> list[Entry]:
    if not facts.data.width_m:
        return []
    kinds = " and ".join(kind for kind in ("lines", "points") if facts.survey.kinds[kind])
    gsd_m = facts.card.gsd_m or 1.0
    return [
        Entry(
            "width_m",
            facts.data.width_m,
            f"Metres that {kinds} are drawn wide ({facts.data.width_m / gsd_m:.0f} pixels): about what is seen of them "
            "in the image. Measure a few.",
        )
    ]


def _gaps(facts: Facts) -> list[Entry]:
    survey, data = facts.survey, facts.data
    gsd_m = facts.card.gsd_m or 1.0
    entries = []
    if data.boundary_m:
        entries.append(
            Entry(
                "boundary_m",
                data.boundary_m,
                "Width of the auxiliary class along the inner edge of each object.",
            )
        )
    areas = survey.kinds["areas"]
    if not areas or not facts.classes.is_single:
        return entries
    share = survey.near / areas
    if share < TOUCHING:
        return entries
    why = (
        f"{share:.0%} of the objects touch another, or nearly: so much background is kept between them, and errors there "
        "count three times, so that they come out one by one."
    )
    border = "Instead, or as well: U-Net's own weights of the pixels between two objects."
    return [
        *entries,
        Entry("gap_m", round_figure(2 * gsd_m), why),
        Entry("gap_weight", 3.0),
        Entry("border_weight", 10.0, border, off=True),
    ]
