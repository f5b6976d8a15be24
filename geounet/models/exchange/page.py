"""MODEL.md of a model that came from elsewhere."""

from geounet.models.card import ModelCard


def page_of(card: ModelCard, *, origin: str) -> str:
    """The page: what it is, where it came from, its sources and licence."""
    sources = "".join(f"- {source}\n" for source in card.sources)
    return (
        f"# {card.name} {card.version}\n\n{card.description}\n\nImported from `{origin}`.\n\n"
        f"## Sources and licence\n\n{sources}\nLicence: {card.license}.\n"
    )
