"""Models of other libraries' hubs, made bundles once and kept in the user's cache."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from geounet.errors import ModelError
from geounet.models.bundle import CARD, save
from geounet.models.cache import cache_folder
from geounet.models.card import ModelCard
from geounet.models.hub_model import HubModel
from geounet.models.smp_hub import read_smp
from geounet.models.torchgeo_hub import read_torchgeo

_KEY_LENGTH = 80


def fetch_from_hub(identifier: str) -> Path:
    """The folder of the bundle made of `torchgeo:ID` or `smp:ID`; the hub is asked the first time alone.

    Raises ModelError where the hub has no such model, cannot be reached, or holds a network that geounet does
    not build.
    """
    kind, _, name = identifier.partition(":")
    readers: dict[str, Callable[[str], HubModel]] = {"torchgeo": read_torchgeo, "smp": read_smp}
    if not name:
        raise ModelError(f"model {identifier!r} names nothing; expected {kind}:ID")
    folder = cache_folder() / kind / _key(name)
    if not (folder / CARD).is_file():
        model = readers[kind](name)
        save(folder, model.card, state=model.state, page=_page(identifier, model.card), overwrite=True)
    return folder


def _key(name: str) -> str:
    """A file name for a hub's identifier; that of a local folder (smp's save_pretrained) follows its content."""
    key = re.sub(r"[^\w.@-]+", "--", name, flags=re.ASCII)
    if not Path(name).is_dir():
        # A file's name has at most 255 bytes on most systems.
        return (
            key
            if len(key) <= _KEY_LENGTH
            else f"{key[-_KEY_LENGTH:]}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
        )
    digest = hashlib.sha256()
    for path in sorted(Path(name).glob("*.*")):
        digest.update(path.read_bytes())
    return f"{key[-_KEY_LENGTH:]}-{digest.hexdigest()[:16]}"


def _page(identifier: str, card: ModelCard) -> str:
    sources = "\n".join(f"- {source}" for source in card.sources)
    return (
        f"# {card.name}\n\nFetched as `{identifier}`; its card is made of the hub's metadata.\n\n"
        f"## Sources and licence\n\n{sources}\n\nLicence of the weights: {card.license}.\n"
    )
