"""The parameters of training."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingParameterBand,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMapLayer,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
)

from geounet_qgis.algs.parameters import advanced, decimal, helped, one_of, text, tick, whole
from geounet_qgis.algs.parameters_network import model_parameters
from geounet_qgis.compat import LINES, OPTIONAL, POLYGONS, RASTERS
from geounet_qgis.translation import tr

TASKS = ("", "buildings", "roads", "areas")
"""What the model's features are; the first is as the model has it that one starts from."""


def training_parameters() -> list[QgsProcessingParameterDefinition]:
    """Return all, in the dialog's order."""
    return [
        *_places(),
        *_model(),
        *_output(),
        *(advanced(each) for each in (*_labels(), *_bands(), *_schedule(), *_rest())),
    ]


def names(listed: str) -> tuple[str, ...]:
    """Return names that are separated by commas."""
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def _places() -> list[QgsProcessingParameterDefinition]:
    labels = [POLYGONS, LINES, RASTERS]
    return [
        helped(
            QgsProcessingParameterRasterLayer("INPUT", tr("Scene")),
            tr("The image that is trained on. Several tiles are one scene as a virtual raster (Raster ▸ Miscellaneous)."),
        ),
        helped(
            QgsProcessingParameterMapLayer("LABELS", tr("Labels"), types=labels),
            tr(
                "Polygons or lines of what is looked for, or a raster of class numbers (0 background, 255 not known). In a "
                "layer with the field “review”, features that were accepted are labels, rejected ones are background, and "
                "what nobody has reviewed yet is left out."
            ),
        ),
        helped(
            # Of QGIS's own list of a layer's fields, 3.22 crashes where the layer can be a raster, and is.
            text("CLASS_FIELD", tr("Field of the class")),
            tr(
                "Where there are several classes, the labels' field that names each feature's; “class” where none is set."
            ),
        ),
        helped(
            decimal("WIDTH", tr("Width of lines (metres)"), minimum=0.01),
            tr("How wide labels that are lines are drawn: some 7 m for roads."),
        ),
        helped(
            QgsProcessingParameterExtent("EXTENT", tr("Labelled extent"), optional=True),
            tr("Only this part of the scene is trained on: where everything is labelled. The whole scene otherwise."),
        ),
        helped(
            QgsProcessingParameterRasterLayer("VALIDATION", tr("Validation: scene"), optional=True),
            tr(
                "Another place, which the model is judged by. Without one, a fifth of the scene is kept for that: squares "
                "here and there, which are not trained on."
            ),
        ),
        helped(
            QgsProcessingParameterMapLayer(
                "VALIDATION_LABELS", tr("Validation: labels"), types=labels, optional=True
            ),
            tr("What is right there; the labels above where none are given."),
        ),
    ]  # fmt: skip


def _model() -> list[QgsProcessingParameterDefinition]:
    tasks = [tr("As the model has it"), tr("Buildings"), tr("Roads"), tr("Other areas")]
    model, file, _ = model_parameters()
    model.setDescription(tr("Start from"))
    return [
        model,
        file,
        helped(
            tick("START", tr("Begin with the model's weights"), default=True),
            tr(
                "Goes on from what that model has learnt: some twenty labelled tiles and a few hundred steps are enough "
                "then. What other classes or bands change begins anew. Otherwise only its settings are taken, and all but "
                "the encoder is learnt from nothing."
            ),
        ),
        helped(
            QgsProcessingParameterString("NAME", tr("Name of the new model"), defaultValue="my-model"),
            tr("What it is called in lists and results."),
        ),
        helped(
            QgsProcessingParameterEnum("TASK", tr("What it finds"), options=tasks, defaultValue=0),
            tr(
                "This chooses how its results are finished: right angles for buildings, centrelines for roads."
            ),
        ),
        helped(
            text("CLASSES", tr("Classes")),
            tr(
                "Names separated by commas, the background first, such as background,roof,pool; the model's otherwise."
            ),
        ),
        helped(
            decimal("GSD", tr("Metres per pixel"), minimum=0.001),
            tr("The resolution that it will work at; the model's own where none is set."),
        ),
        helped(
            _set(whole("STEPS", tr("Steps"), minimum=1), 500),
            tr(
                "How long it is trained: a few hundred with the weights of a model, a few thousand without, a few for a try."
            ),
        ),
    ]


def _output() -> list[QgsProcessingParameterDefinition]:
    return [
        helped(
            QgsProcessingParameterFolderDestination("OUTPUT", tr("Model")),
            tr(
                "The folder of the new model. One within your own folder of models (Plugins ▸ geounet ▸ Settings and "
                "environment…) is offered in all dialogs."
            ),
        )
    ]


def _labels() -> list[QgsProcessingParameterDefinition]:
    return [
        helped(
            text("CLASS_VALUES", tr("What values of the field mean")),
            tr(
                "Where the labels' values are not the names of the classes: value=class, separated by commas, such as "
                "house=building,shed=building,ruin= (nothing behind the sign: not trained on). A raster's class numbers too."
            ),
        )
    ]


def _bands() -> list[QgsProcessingParameterDefinition]:
    return [
        helped(
            QgsProcessingParameterBand(
                "BANDS", tr("Bands, in the model's order"), parentLayerParameterName="INPUT", optional=True,
                allowMultiple=True,
            ),
            tr("Where none are chosen they are found by their names, else as the layer shows them."),
        ),
        helped(
            text("BAND_NAMES", tr("Names of the bands")),
            tr("Separated by commas, such as nir,red,green, where they are others than those of the model."),
        ),
    ]  # fmt: skip


def _schedule() -> list[QgsProcessingParameterDefinition]:
    return [
        helped(
            text("INIT", tr("First weights of the encoder"), default="imagenet"),
            tr(
                "Where the model's own weights are not taken: “imagenet” fetches some from the internet once; “none” starts "
                "from nothing; or a .safetensors file."
            ),
        ),
        helped(
            _set(whole("BATCH_SIZE", tr("Batch size"), minimum=1), 8),
            tr("Crops that are trained on at once."),
        ),
        helped(
            _set(whole("CROP", tr("Crop (pixels)"), minimum=32), 256),
            tr("The side of a crop: a multiple of 32."),
        ),
        helped(
            decimal("RATE", tr("Learning rate"), minimum=1e-7),
            tr("At its highest; 0.0003 with the weights of a model and 0.001 without where none is set."),
        ),
        helped(
            decimal("MAX_MINUTES", tr("Longest time (minutes)"), minimum=0.1),
            tr("Ends the run early, with the best weights so far."),
        ),
        helped(
            one_of("DEVICE", tr("Device"), ("auto", "cpu", "gpu", "mps"), default="auto"),
            tr("Where it is trained."),
        ),
        helped(
            whole("SEED", tr("Seed"), minimum=0),
            tr("The same seed gives the same model on the same machine."),
        ),
    ]


def _rest() -> list[QgsProcessingParameterDefinition]:
    return [
        helped(
            text("LICENSE", tr("Licence")),
            tr("Under which you give the model to others; it is kept in its card."),
        ),
        helped(
            tick("OVERWRITE", tr("Replace a model that is in the folder")),
            tr("Else the run stops where there is one already."),
        ),
        helped(
            tick("RESUME", tr("Go on with an interrupted run")),
            tr(
                "With all else as it was then, the model's folder too, a run that was cancelled goes on from its last "
                "validation, to the same model. It begins anew where there is none."
            ),
        ),
    ]


def _set(parameter: Any, value: float) -> Any:  # noqa: ANN401 (the number's parameter, with a default)
    """A number that always has a value."""
    parameter.setDefaultValue(value)
    parameter.setFlags(parameter.flags() & ~OPTIONAL)
    return parameter
