"""How a config learns: augmentation, loss and optimizer, each value with its reason."""

from geounet.training.proposal.document import Entry, Table, note
from geounet.training.proposal.facts import Facts

RARE = 0.02
"""A class with a smaller share of the pixels is rare."""
COLOURS = {"red", "green", "blue"}


def learning_tables(facts: Facts, *, config: str) -> list[Table]:
    """The tables `augment`, `loss` and `optimizer`; `config` is the file's name."""
    return [_augment(facts, config), _loss(facts), _optimizer(facts)]


def _augment(facts: Facts, config: str) -> Table:
    names = {name.casefold() for name in facts.card.bands}
    photo = len(facts.card.bands) == len(COLOURS) and names == COLOURS
    picture = photo or (not facts.bands.named and len(facts.card.bands) in (1, 3))
    entries = [
        Entry("scale", (0.75, 1.33), "Pixels a quarter finer to a third coarser."),
        Entry("rotate", 0.5, "Half of the crops are turned freely, all by right angles, and mirrored."),
        Entry("elastic", 2.0, "Pixels by which a coarse grid is bent."),
        *(_light() if picture else _counts()),
        *(_colour() if photo else []),
    ]
    why = (
        "How crops are changed, so that few scenes stand for many: the model should not learn this day's light and this "
        f"camera. A look at it: geounet train {config} --preview sheet.png"
    )
    return Table("augment", entries, why)


def _light() -> list[Entry]:
    return [
        Entry("brightness", 0.2, "Another light: the largest change of each, as a share of the whole range."),
        Entry("contrast", 0.3),
        Entry("gamma", 0.3),
        Entry("blur", 0.5),
        Entry("noise", 0.03),
    ]


def _counts() -> list[Entry]:
    return [
        note("Little is done to the counts: in these bands they mean something."),
        Entry("brightness", 0.05),
        Entry("contrast", 0.1),
        Entry("noise", 0.01),
    ]


def _colour() -> list[Entry]:
    return [
        Entry("saturation", 0.3, "Another camera, another air."),
        Entry("band", 0.1),
        Entry("haze", 0.2),
        Entry("shadow", 0.3),
    ]


def _loss(facts: Facts) -> Table:
    rare = min(share for share in facts.class_shares if share)
    if rare < RARE:
        said = f"The rarest class has {rare:.2%} of the pixels: what is rare counts more."
    else:
        said = f"The rarest class has {rare:.1%} of the pixels: common enough without weights (balanced gives them)."
    entries = [
        Entry(
            "cross_entropy",
            1.0,
            "What each pixel is, and how much of each object is found: a good pair in most cases.",
        ),
        Entry("dice", 1.0),
        Entry("smoothing", 0.03, "Labels are not perfect: so much doubt is allowed."),
        Entry("class_weights", "balanced" if rare < RARE else "none", said),
    ]
    return Table("loss", entries, "What the training makes small.")


def _optimizer(facts: Facts) -> Table:
    numbers = facts.sizes
    entries = [
        Entry("steps", numbers.steps, _steps(facts)),
        Entry("batch", numbers.batch, "Crops in a step; fewer if the memory does not suffice."),
        Entry("rate", numbers.rate, _rate(facts)),
        *_pretrained(facts),
        Entry("warmup", numbers.warmup, "Steps in which the rate rises."),
        Entry(
            "average",
            numbers.average,
            "The weights that are kept are an average over the last steps: steadier.",
        ),
        Entry("soup", 3, "The three best of the run are averaged too, where that is better."),
        Entry("patience", 6, "Ends the run after so many validations without gain; 0 for never."),
    ]
    return Table("optimizer", entries, "How long and how fast it learns.")


def _pretrained(facts: Facts) -> list[Entry]:
    numbers, entries = facts.sizes, []
    if numbers.encoder_rate != 1:
        why = "The encoder's rate, relative to that: it is pretrained, and moves more slowly."
        entries.append(Entry("encoder_rate", numbers.encoder_rate, why))
    if numbers.freeze:
        why = "First steps in which the encoder stays as it is, until the rest has found its way."
        entries.append(Entry("freeze", numbers.freeze, why))
    return entries


def _steps(facts: Facts) -> str:
    numbers = facts.sizes
    crops = max(1.0, sum(share.pixels for _, share in facts.labelled) / numbers.crop**2)
    return (
        f"There is ground for about {crops:,.0f} crop{'s' * (crops >= 1.5)}, so each is seen about "
        f"{numbers.steps * numbers.batch / crops:.0f} times, never twice alike. More steps, if the validation IoU still "
        "rises at the end."
    )


def _rate(facts: Facts) -> str:
    said = "The learning rate at its highest; --find-rate proposes one."
    return (
        said + " A third of the usual, so that what the model knows is kept." if facts.sizes.freeze else said
    )
