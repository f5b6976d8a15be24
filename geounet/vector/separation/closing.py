"""Which objects are whole: fragments are gathered from the top down until no row below can add to their object."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geounet.vector.separation.graph import Contacts, Fragments, Int64, Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """Objects (pixels of one label, joined by shared edges) as the fragments that they consist of."""

    fragments: Fragments
    contacts: Contacts
    whole: Int64
    """A number for the object of each fragment, the same for all of it, and less than those of fragments to come."""

    def positions(self, numbers: Int64) -> Int64:
        """Where the fragments with some numbers are."""
        return np.searchsorted(self.fragments.number, numbers)

    def select(self, chosen: Mask) -> "Objects":
        """The objects that the chosen fragments make up."""
        contacts = self.contacts.select(chosen[self.positions(self.contacts.one)])
        return Objects(fragments=self.fragments.select(chosen), contacts=contacts, whole=self.whole[chosen])


NONE = Objects(
    fragments=Fragments(
        number=np.zeros(0, np.int64),
        label=np.zeros(0, np.uint8),
        pixels=np.zeros(0, np.int64),
        peak=np.zeros(0, np.int16),
        summit=np.zeros(0, np.int64),
    ),
    contacts=Contacts(one=np.zeros(0, np.int64), other=np.zeros(0, np.int64), saddle=np.zeros(0, np.int16)),
    whole=np.zeros(0, np.int64),
)
"""No object."""


def grown(objects: Objects, fragments: Fragments, contacts: Contacts) -> Objects:
    """Objects with more fragments, of greater numbers, and the contacts that these bring."""
    every = Fragments.joined([objects.fragments, fragments])
    whole = np.concatenate([objects.whole, fragments.number])
    # What was joined before stays so: only the new contacts can join more.
    names, node = np.unique(whole, return_inverse=True)
    ends = [node[np.searchsorted(every.number, numbers)] for numbers in (contacts.one, contacts.other)]
    links = coo_array((np.ones(len(contacts), np.bool_), tuple(ends)), shape=(len(names), len(names)))
    _, component = connected_components(links, directed=False)
    both = Contacts.joined([objects.contacts, contacts])
    return Objects(fragments=every, contacts=both, whole=component[node].astype(np.int64))


def parted(objects: Objects, last_row: Int64) -> tuple[Objects, Objects]:
    """The objects that are whole, and those that go on below: they have fragments in the last row, whose numbers come."""
    reached = np.unique(objects.whole[objects.positions(last_row)])
    is_open = np.isin(objects.whole, reached)
    return objects.select(~is_open), objects.select(is_open)
