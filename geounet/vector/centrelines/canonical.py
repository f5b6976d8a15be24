"""Networks in the one order that depends on what they are, not on how they were made."""

from dataclasses import replace

import numpy as np

from geounet.vector.centrelines.network import RECORD, Int64, RoadNetwork
from geounet.vector.ragged import lengths, reversed_items, starts


def in_order(network: RoadNetwork) -> RoadNetwork:
    """The network in the order that `RoadNetwork` names, without lines of no length and nodes of no line."""
    lines = network.select(np.flatnonzero(network.length_m > 0))
    return _sorted(_directed(_with_nodes_in_order(lines)))


def empty() -> RoadNetwork:
    """The network without roads."""
    nothing, nowhere = np.zeros(0), np.zeros((0, 2))
    return RoadNetwork(
        nodes=nowhere,
        ends=np.zeros((0, 2), np.int64),
        vertices=nowhere,
        stops=np.zeros(0, np.int64),
        label=np.zeros(0, np.uint8),
        band=np.zeros(0, np.uint8),
        length_m=nothing,
        width_m=nothing,
        confidence=nothing,
        confidence_p10=nothing,
        touches_edge=np.zeros(0, np.bool_),
    )


def concatenated(networks: list[RoadNetwork]) -> RoadNetwork:
    """Networks, of which there is one at least, side by side."""
    values = {
        name: np.concatenate([getattr(one, name) for one in networks])
        for name in (*RECORD, "nodes", "vertices")
    }
    nodes = np.cumsum([0, *(len(one.nodes) for one in networks[:-1])])
    vertices = np.cumsum([0, *(len(one.vertices) for one in networks[:-1])])
    return RoadNetwork(
        ends=np.concatenate([one.ends + before for one, before in zip(networks, nodes, strict=True)]),
        stops=np.concatenate([one.stops + before for one, before in zip(networks, vertices, strict=True)]),
        **values,
    )


def _with_nodes_in_order(network: RoadNetwork) -> RoadNetwork:
    used, ends = np.unique(network.ends, return_inverse=True)
    nodes = network.nodes[used]
    order = np.lexsort((nodes[:, 0], nodes[:, 1]))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return replace(network, nodes=nodes[order], ends=place[ends.reshape(-1, 2)])


def _directed(network: RoadNetwork) -> RoadNetwork:
    """Each line from its earlier node to its later one; a loop so that its second vertex is the earlier one."""
    first = starts(network.stops)
    second, last_but_one = network.vertices[first + 1], network.vertices[network.stops - 2]
    later = (second[:, 1] > last_but_one[:, 1]) | (
        (second[:, 1] == last_but_one[:, 1]) & (second[:, 0] > last_but_one[:, 0])
    )
    loop = network.ends[:, 0] == network.ends[:, 1]
    turned = (network.ends[:, 0] > network.ends[:, 1]) | (loop & later)
    items = np.where(
        np.repeat(turned, lengths(network.stops)),
        reversed_items(network.stops),
        np.arange(len(network.vertices)),
    )
    return replace(network, ends=np.sort(network.ends, axis=1), vertices=network.vertices[items])


def _sorted(network: RoadNetwork) -> RoadNetwork:
    second = network.vertices[starts(network.stops) + 1]
    order: Int64 = np.lexsort(
        (network.band, network.label, second[:, 0], second[:, 1], network.ends[:, 1], network.ends[:, 0])
    )
    return network.select(order)
