"""Areas that overlap a little → areas that do not: what two claim goes to one of them."""

import numpy as np
import shapely
from numpy.typing import NDArray

Objects = NDArray[np.object_]

SLIVER = 1e-9
"""Square pixels below which a face is rounding."""


def overlapping(shapes: Objects) -> NDArray[np.bool_]:
    """Which of valid areas overlap another, or share a part of an edge without sharing its vertices."""
    return ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))


def without_overlaps(shapes: Objects, ranks: NDArray[np.float64]) -> Objects:
    """Valid areas that overlap nowhere: each piece that several claim is its of the highest rank (the first of equals).

    All outlines are cut where they cross, so that neighbours still have the vertices of shared edges in common. Of
    an area that falls apart the largest piece stays, and those that share an edge with it.
    """
    lines = shapely.unary_union(shapely.boundary(shapes))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    faces = faces[shapely.area(faces) > SLIVER]
    tree = shapely.STRtree(shapes)
    face, area = tree.query(shapely.point_on_surface(faces), predicate="within")
    order = np.lexsort((area, -ranks[area], face))
    face, first = np.unique(face[order], return_index=True)
    owner = area[order][first]
    result = np.full(len(shapes), shapely.MultiPolygon(), object)
    for index in np.unique(owner):
        result[index] = _in_one(faces[face[owner == index]], shapes[index])
    return result


def _in_one(faces: Objects, whole: shapely.MultiPolygon) -> shapely.MultiPolygon:
    """The faces as one area, without the crumbs that a cut left."""
    parts = shapely.get_parts(shapely.coverage_union_all(faces))
    areas = shapely.area(parts)
    # As many parts as there were, the largest of them.
    kept = np.sort(np.argsort(-areas, kind="stable")[: shapely.get_num_geometries(whole)])
    return shapely.MultiPolygon(list(parts[kept]))
