"""The parameters of a network: which model, and how it is run."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProcessingParameterDefinition, QgsProcessingParameterFile

from geounet_qgis.algs.given import Given
from geounet_qgis.algs.parameters import advanced, decimal, helped, one_of, text, tick, whole
from geounet_qgis.commands.network import Network
from geounet_qgis.models import CARD, Model, available, read_bundle
from geounet_qgis.settings import Settings, models_cache, own_models_folder
from geounet_qgis.translation import tr

DEFAULT = "buildings"

ADDRESSES = ("http://", "https://", "hf:", "hf://")


def known_models() -> dict[str, Model]:
    """Return the models that a person can choose, by name; of two with one name the second has its folder's too."""
    models: dict[str, Model] = {}
    for model in available(models_cache(), str(own_models_folder(Settings.load()))):
        name = model.name if model.name not in models else f"{model.name} ({Path(model.word).name})"
        models[name] = model
    return models


def model_parameters() -> list[QgsProcessingParameterDefinition]:
    """Return what a person chooses of a model."""
    return [
        helped(
            one_of("MODEL", tr("Model"), list(known_models()), default=DEFAULT),
            tr(
                "What is looked for. These are the models that came with geounet and those in your own folder of "
                "models (Plugins ▸ geounet ▸ Settings and environment…). In a script or qgis_process it is given by its "
                "name, MODEL=roads, one of your own by the name in its card."
            ),
        ),
        helped(
            QgsProcessingParameterFile(
                "MODEL_FILE",
                tr("Model from a file, in place of the above"),
                optional=True,
                # With the second kind, "(*)", QGIS takes folders too.
                fileFilter=f"{tr('Model card')} (card.json);;{tr('All files')} (*)",
            ),
            tr(
                "The card.json of a model, or the folder it is in. Where it is set, the model above is not used."
            ),
        ),
        helped(
            decimal("THRESHOLD", tr("Threshold"), minimum=0, maximum=1),
            tr(
                "The probability from which a pixel counts, 0 to 1: lower finds more, higher is surer. The model's "
                "own where none is set."
            ),
        ),
    ]


def network_details() -> list[QgsProcessingParameterDefinition]:
    """Return what is seldom chosen of how a model is run."""
    return [
        advanced(each)
        for each in (
            helped(
                whole("TILE", tr("Tile (pixels)"), minimum=1),
                tr("The side of the square that the network sees at once. Smaller takes less memory."),
            ),
            helped(
                whole("OVERLAP", tr("Overlap (pixels)"), minimum=0),
                tr("How many pixels neighbouring tiles share: even, and less than the tile."),
            ),
            helped(
                whole("BATCH_SIZE", tr("Batch size"), minimum=1),
                tr("How many tiles are run at once; one that fits is found where none is set."),
            ),
            helped(
                one_of("WINDOW", tr("Joining of tiles"), ("taper", "core"), default="taper"),
                tr("Overlapping tiles are blended (taper) or cut in the middle of the overlap (core)."),
            ),
            helped(
                one_of(
                    "ENGINE",
                    tr("Engine"),
                    ("auto", "torch", "compile", "onnx", "openvino"),
                    default="auto",
                ),
                tr(
                    "What runs the network; auto is torch on a GPU, and on a processor what is fastest on this machine. "
                    "An engine that is chosen must be installed."
                ),
            ),
            helped(
                text("DEVICE", tr("Device"), default="auto"),
                tr("Where the network runs: auto, cpu, cuda, cuda:1, mps …"),
            ),
            helped(
                one_of(
                    "PRECISION",
                    tr("Precision"),
                    ("auto", "float32", "bfloat16", "float16", "int8"),
                    default="auto",
                ),
                tr("The network's arithmetic; auto takes half precision where the device has it."),
            ),
            *_more_than_one_look(),
        )
    ]


def _more_than_one_look() -> list[QgsProcessingParameterDefinition]:
    """Return what may better the probabilities: further looks, the scene's edges, further models."""
    return [
        helped(
            tick("TTA", tr("Test-time augmentation")),
            tr("The mean over eight flips and turns: somewhat better, at eight times the work."),
        ),
        helped(
            one_of("REFINE", tr("Refinement at edges"), ("none", "crf", "guided"), default="none"),
            tr(
                "Probabilities are drawn to the edges in the scene, by a dense conditional random field (crf) or a "
                "guided filter: for buildings more than for narrow roads."
            ),
        ),
        helped(
            text("MORE_MODELS", tr("Further models, averaged with it")),
            tr(
                "Names or folders of models, separated by semicolons: the mean of the probabilities of all of them is "
                "taken. They must look for the same, in the same bands and at the same resolution."
            ),
        ),
    ]


def dtype_parameter() -> QgsProcessingParameterDefinition:
    """Return the choice of how probabilities are stored."""
    return advanced(
        helped(
            one_of("DTYPE", tr("Storage of probabilities"), ("uint8", "float32"), default="uint8"),
            tr("uint8 keeps them in steps of 1/250, in a quarter of the space."),
        )
    )


def chosen_model(given: Given) -> Model | None:
    """Return the model that was chosen; None for an address, and for a file that is no model."""
    file = given.text("MODEL_FILE")
    if not file:
        return known_models().get(given.word("MODEL"))
    if file.startswith(ADDRESSES):
        return None
    try:
        return read_bundle(file)
    except (OSError, ValueError):
        return None  # `network_problem` says so to the person


def model_word(given: Given) -> str:
    """Return what `--model` is told."""
    file = given.text("MODEL_FILE")
    return _folder(file) if file else _known(given.word("MODEL"))


def more_words(given: Given) -> tuple[str, ...]:
    """Return what further `--model` are told."""
    names = (name.strip() for name in given.text("MORE_MODELS").split(";"))
    return tuple(_known(name) for name in names if name)


def network_of(given: Given) -> Network:
    """Return the words' network."""
    return Network(
        model=model_word(given),
        threshold=given.number("THRESHOLD"),
        tile=given.whole("TILE"),
        overlap=given.whole("OVERLAP"),
        batch_size=given.whole("BATCH_SIZE"),
        window=given.word("WINDOW"),
        engine=given.word("ENGINE"),
        device=given.text("DEVICE"),
        precision=given.word("PRECISION"),
        tta=given.flag("TTA"),
        refine=given.word("REFINE"),
        more=more_words(given),
    )


def network_problem(given: Given) -> str | None:
    """Return what cannot work, in a line, or None."""
    return _file_problem(given.text("MODEL_FILE")) or _overlap_problem(
        given.whole("OVERLAP"), given.whole("TILE")
    )


def bands_problem(given: Given, model: Model | None) -> str | None:
    """Return what is wrong with the number of bands that were chosen, or None."""
    count = len(given.bands())
    if not count or model is None or count == len(model.bands):
        return None
    return tr("Bands chosen: {count}; model “{model}” expects {wanted}: {bands}").format(
        count=count, model=model.name, wanted=len(model.bands), bands=", ".join(model.bands)
    )


def _known(name: str) -> str:
    """Return what `--model` is told of a model by its name; of a folder, or a card, as of a file."""
    model = known_models().get(name)
    return model.word if model else _folder(name)


def _folder(file: str) -> str:
    """Return the folder that a card is in; anything else as it is."""
    return str(Path(file).parent) if Path(file).name == CARD else file


def _file_problem(file: str) -> str | None:
    if not file or file.startswith(ADDRESSES):
        return None
    try:
        read_bundle(file)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return tr("{file} is no model: expected a card.json or the folder it is in ({reason})").format(
            file=file, reason=reason
        )
    return None


def _overlap_problem(overlap: int | None, tile: int | None) -> str | None:
    if overlap is None:
        return None
    if overlap % 2:
        return tr("Overlap is {overlap} pixels; expected an even number").format(overlap=overlap)
    if tile is not None and overlap >= tile:
        return tr("Overlap is {overlap} pixels; expected less than the tile, {tile}").format(
            overlap=overlap, tile=tile
        )
    return None
