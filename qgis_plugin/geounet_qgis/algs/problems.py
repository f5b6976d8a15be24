"""What cannot work, said before anything runs."""

from __future__ import annotations

from geounet_qgis.algs.given import Given
from geounet_qgis.algs.parameters_network import bands_problem, chosen_model, network_problem
from geounet_qgis.algs.parameters_scene import gsd_problem, working_gsd
from geounet_qgis.translation import tr


def scene_problem(given: Given) -> str | None:
    """Return why a scene and a network cannot be used so, in a line; None where nothing is seen."""
    from geounet_qgis.layers.sources import refusal

    problem = network_problem(given) or gsd_problem(given.text("GSD"))
    if problem:
        return problem
    model = chosen_model(given)
    extent, crs = given.place() or (None, None)
    gsd_m = working_gsd(given.text("GSD"), model)
    layer = given.raster("INPUT")
    return refusal(layer, extent=extent, extent_crs=crs, gsd_m=gsd_m) or bands_problem(given, model)


def labels_problem(given: Given) -> str | None:
    """Return why a raster cannot be one of labels, in a line; None where nothing is seen."""
    from geounet_qgis.layers.sources import is_picture, refusal

    layer = given.raster("INPUT")
    problem = refusal(layer)
    if problem is None and is_picture(layer):
        return tr("Layer {name} is a picture drawn by a service; expected a raster of class numbers").format(
            name=layer.name()
        )
    return problem
