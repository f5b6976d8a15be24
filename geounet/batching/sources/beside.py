"""Several files of one ground as one item, found by rules about their names: in the rules' order, after its own."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from geounet.batching.item import Item
from geounet.raster.beside import BesideRule

Finder = Callable[[Sequence[str]], Sequence[Item]]
"""Finds the item of each address, in their order."""


def with_files_beside(items: Iterable[Item], rules: Sequence[BesideRule], find: Finder) -> Iterator[Item]:
    """The scenes among items, each with the files that lie beside it; such a file is no scene by itself.

    A file that a scene has already, from a row of a table, is not read twice. One that was not found yet is looked for;
    where it is missing, or a rule does not hold for a scene's path, the scene is refused when its turn comes.
    """
    every = list(items)
    known = {item.raster.address: item for item in every}
    wanted = {address: [rule.other(address) for rule in rules] for address in known}
    beside = {address for addresses in wanted.values() for address in addresses if address}
    scenes = [item for item in every if item.raster.address not in beside]
    needed = chain.from_iterable(wanted[scene.raster.address] for scene in scenes)
    unknown = [address for address in dict.fromkeys(needed) if address and address not in known]
    known |= zip(unknown, find(unknown), strict=True)
    for scene in scenes:
        addresses = wanted[scene.raster.address]
        unmet = [rule for rule, address in zip(rules, addresses, strict=True) if not address]
        if unmet:
            line = (
                f"{unmet[0].unmet(scene.shown or scene.name)}, or give a table (.csv) of each scene's files"
            )
            yield replace(scene, identity={**scene.identity, "refused": line})
        else:
            own = {file.raster.address for file in scene.files}
            files = tuple(known[address] for address in addresses if address and address not in own)
            yield replace(scene, beside=(*scene.beside, *files))
