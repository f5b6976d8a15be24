"""Label strips → a layer of areas, or of lines: trace, finish, write."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from geounet.georeference import GroundScale
from geounet.options import VectorizeOptions
from geounet.outputs import atomic_target
from geounet.strip import LabelStrip
from geounet.vector.area_records import AREAS, REGULARIZED_AREAS, AreaRecords
from geounet.vector.features import FeatureBatch
from geounet.vector.finish import Finishing, finish
from geounet.vector.halo import with_halo
from geounet.vector.layers import LayerResult, required_crs, write_layer
from geounet.vector.placement import Placement
from geounet.vector.records import LayerSpec, Records
from geounet.vector.regularize import RegularizeOptions
from geounet.vector.review import Reviewable
from geounet.vector.separate import separate, with_labels
from geounet.vector.separation import SeparateOptions
from geounet.vector.trace import TraceOptions, trace


def vectorize_strips(
    strips: Iterable[LabelStrip], out: Path, spec: LayerSpec, *, options: VectorizeOptions
) -> LayerResult:
    """Write what labels show, which come in strips from top to bottom, as a layer: areas, or the centrelines of roads.

    Of areas nothing is held but the strip, the objects that are still open, and a batch of features on its way out;
    of roads, all lines. `options` are whole: see `finishing_choices`. What the strips' iterator raises comes out as it
    is, and no layer is left.

    Raises:
        OutputError: the layer, or the graph, cannot be written.
        MissingCRSError: the grid has no CRS.
    """
    ground = spec.grid.ground()
    if options.centerlines:
        return _write_lines(strips, out, spec, options=options, ground=ground)
    with _features(strips, spec, options=options, ground=ground, folder=out.parent) as features:
        records = AreaRecords(
            features=features,
            spec=spec,
            ground=ground,
            placement=Placement.of(spec.grid, crs=required_crs(out)),
            schema=REGULARIZED_AREAS if options.regularize else AREAS,
        )
        return _write(out, records, spec, options=options)


@contextmanager
def _features(
    strips: Iterable[LabelStrip],
    spec: LayerSpec,
    *,
    options: VectorizeOptions,
    ground: GroundScale,
    folder: Path,
) -> Iterator[Iterator[FeatureBatch]]:
    """Finished features, as they are taken."""
    gsd = spec.grid.gsd()
    finishing = _finishing(options)
    with ExitStack() as stack:
        separated = None
        if options.separate:
            separated = stack.enter_context(
                separate(strips, ground, options=SeparateOptions(), folder=folder)
            )
            strips = separated.strips
        if finishing.regularize is not None:
            strips = with_halo(strips, finishing.regularize.reach(gsd))
        rules = TraceOptions(connectivity=options.connectivity, clusters=finishing.in_clusters)
        traced = trace(strips, ground, options=rules)
        finished = finish(traced, finishing, ground=ground, gsd=gsd)
        if separated is not None:
            finished = (with_labels(batch, separated.labels) for batch in finished)
        yield finished


def _finishing(options: VectorizeOptions) -> Finishing:
    return Finishing(
        min_confidence=options.min_confidence,
        min_area=options.min_area or 0.0,
        fill_holes=options.fill_holes or 0.0,
        simplify=options.simplify or 0.0,
        regularize=RegularizeOptions(min_iou=options.regularize_iou) if options.regularize else None,
    )


def _write_lines(
    strips: Iterable[LabelStrip],
    out: Path,
    spec: LayerSpec,
    *,
    options: VectorizeOptions,
    ground: GroundScale,
) -> LayerResult:
    """Write the centrelines of roads as a layer, and as a graph where that was asked for."""
    # Here, as areas need none of it: what lines need of scipy alone takes a fifth of a second to load.
    from geounet.vector.centrelines import RoadOptions, centrelines, in_order, write_graphml
    from geounet.vector.line_records import LineRecords

    chosen = replace(RoadOptions(), **_of_roads(options))
    network = centrelines(strips, ground, options=chosen, gsd=spec.grid.gsd())
    unsure = network.confidence < options.min_confidence
    if unsure.any():
        network = in_order(network.select(np.flatnonzero(~unsure)))
    records = LineRecords(
        network=network, spec=spec, placement=Placement.of(spec.grid, crs=required_crs(out))
    )
    if options.graph is None:
        return _write(out, records, spec, options=options)
    own = Placement.of(spec.grid)
    with atomic_target(Path(options.graph), overwrite=options.overwrite) as target:
        write_graphml(network, target, spec=spec, placement=own)
        return _write(out, records, spec, options=options)


def _write(out: Path, records: Records, spec: LayerSpec, *, options: VectorizeOptions) -> LayerResult:
    """Write the layer, with room for a person's verdicts where that was asked for."""
    return write_layer(
        out, Reviewable(records) if options.review else records, spec, overwrite=options.overwrite
    )


def _of_roads(options: VectorizeOptions) -> dict[str, Any]:
    """What was chosen of how centrelines are drawn."""
    chosen: dict[str, Any] = {
        "max_gap": options.max_gap,
        "min_length": options.min_length,
        "smooth": options.simplify,
        "fill_holes": options.fill_holes,
    }
    return {name: value for name, value in chosen.items() if value is not None}
