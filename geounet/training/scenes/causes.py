"""Why no label lies in a scene: what a person is told who expected some."""

from collections.abc import Iterable

import geopandas

from geounet.georeference import Georeference
from geounet.options import PredictOptions
from geounet.raster.scene import Scene
from geounet.training.config.data import SceneConfig
from geounet.training.scenes.label_rasters import is_raster
from geounet.training.scenes.layers import PARQUET, Layer, find_layer, read_part
from geounet.training.scenes.reviews import REJECTED, verdicts_of

_NAMED = 3
"""Causes that one message names."""
_LOOKED_AT = 20
"""Scenes that are looked at for that."""
_PLACED = "are the labels of this place, and is their CRS right?"


def causes(sources: Iterable[SceneConfig], *, bands: tuple[str, ...] = ()) -> str:
    """Why none of these scenes has a label, each cause once; a few where there are many. Empty without scenes."""
    looked_at = [source for source, _ in zip(sources, range(_LOOKED_AT), strict=False)]
    return "; ".join(list(dict.fromkeys(cause(source, bands=bands) for source in looked_at))[:_NAMED])


def cause(source: SceneConfig, *, bands: tuple[str, ...] = ()) -> str:
    """Why no label lies in a scene, of which these bands are used (none names all): the surest reason first.

    Raises what reading the scene or its labels raises.
    """
    name, labels = source.scene.name, source.labels.name
    options = PredictOptions(gsd="native")
    with Scene.open(source.files, bands=bands, options=options, gsd_m=None, model="") as scene:
        grid = scene.grid
        if scene.height * scene.width == 1:
            return f"{name} is a single pixel"
        if not _has_valid(scene):
            return f"no pixel of {name} is valid, all are nodata"
    if is_raster(source.labels):
        return f"{labels} holds nothing but background or nodata in {name}: {_PLACED}"
    return _in_layer(find_layer(source.labels, source.layer), grid, name=name)


def _in_layer(layer: Layer, grid: Georeference, *, name: str) -> str:
    frame = read_part(layer, grid, reach_m=0)
    if frame.empty:
        nowhere = f"no feature of {layer.source} lies in {name}: {_PLACED}"
        return f"{layer.source} has no feature at all" if _is_empty(layer) else nowhere
    verdicts = verdicts_of(frame)
    rejected = 0 if verdicts is None else int((verdicts == REJECTED).sum())
    features = f"of {layer.source} in {name}"
    if rejected == len(frame):
        return f"all features {features} are rejected in its field review, so there is background alone"
    if rejected:
        return f"no feature {features} is accepted in its field review"
    return f"the features {features} cover no pixel that counts: are they ignored, or too small?"


def _has_valid(scene: Scene) -> bool:
    step = max(1, (1 << 24) // scene.width)
    return any(
        scene.rows(row, min(row + step, scene.height)).valid.any() for row in range(0, scene.height, step)
    )


def _is_empty(layer: Layer) -> bool:
    """Whether a layer has no feature anywhere."""
    if layer.path.suffix.lower() in PARQUET:
        return len(geopandas.read_parquet(layer.path)) == 0
    return len(geopandas.read_file(layer.path, layer=layer.name, rows=1)) == 0
