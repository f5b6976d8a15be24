"""`geounet:models`: which models there are, what one expects, and bringing in another's weights."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFolder,
    QgsProcessingOutputNumber,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)

from geounet_qgis.algs.base import GeounetAlgorithm
from geounet_qgis.algs.bundle_folder import folder_problem, may_replace
from geounet_qgis.algs.given import Given
from geounet_qgis.algs.page import page
from geounet_qgis.algs.parameters import helped, text, tick
from geounet_qgis.algs.parameters_network import model_parameters, model_word
from geounet_qgis.commands.models import Import, listing, showing
from geounet_qgis.layers.export_raster import file_stem
from geounet_qgis.models import BrokenBundle, Model, bundles, save
from geounet_qgis.settings import Settings, models_cache, own_models_folder
from geounet_qgis.translation import tr

LIST, SHOW, IMPORT = range(3)


class ModelsAlgorithm(GeounetAlgorithm):
    """Lists the models, shows a card, or makes a model of weights from elsewhere."""

    NAME = "models"

    def title(self) -> str:
        """Return its name."""
        return tr("Manage models")

    def help_text(self) -> str:
        """Return what it does."""
        return tr(
            "Lists the models that came with geounet and those in your own folder, shows what one expects, or makes a "
            "model of weights from elsewhere and a card (card.json) that says what they expect. What is imported goes into "
            "your own folder of models, where “Extract features” finds it."
        )

    def keywords(self) -> list[str]:
        """Return further words by which a person may look for it."""
        return tr("weights,bundle,card,import,install,list").split(",")

    def section(self) -> tuple[str, str]:
        """Return the identifier and the name of its group."""
        return "models", tr("Models and quality")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        """Add the parameters."""
        actions = [tr("List all"), tr("Show one"), tr("Import weights")]
        model, file, _ = model_parameters()
        for parameter in (
            helped(
                QgsProcessingParameterEnum("ACTION", tr("What to do"), options=actions, defaultValue=LIST),
                tr("A list also brings up to date which models the other dialogs offer."),
            ),
            model,
            file,
            *_import_parameters(),
            helped(
                QgsProcessingParameterFileDestination(
                    "OUTPUT_HTML",
                    tr("Page"),
                    tr("HTML files (*.html)"),
                    optional=True,
                    defaultValue=QgsProcessing.TEMPORARY_OUTPUT,
                ),
                tr("What was found, to look at."),
            ),
        ):
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputNumber("MODELS", tr("Number of models")))
        self.addOutput(QgsProcessingOutputFolder("FOLDER", tr("Folder of the imported model")))

    def problem(self, given: Given) -> str | None:
        """Return what of the values cannot work."""
        if given.index("ACTION") != IMPORT:
            return None
        if not given.path("WEIGHTS") or not (given.path("CARD") or _is_onnx(given)):
            return tr(
                "An import needs the file of the weights and the card; an ONNX file may do without a card."
            )
        try:
            folder = _folder(given)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return tr("{file} is no model's card: expected JSON with a name").format(file=given.path("CARD"))
        title = self.parameterDefinition("OVERWRITE").description()
        return folder_problem(folder, overwrite=given.flag("OVERWRITE"), title=title)

    def words(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> list[str]:
        """Return the words of `geounet models`."""
        given = self.given(parameters, context)
        action = given.index("ACTION")
        if action == LIST:
            return listing()
        if action == SHOW:
            return showing(model_word(given))
        folder = _folder(given)
        return Import(
            weights=given.path("WEIGHTS"),
            card=given.path("CARD"),
            out=str(folder),
            overwrite=may_replace(folder, overwrite=given.flag("OVERWRITE")),
        ).words()

    def found(
        self,
        finished: Any,  # noqa: ANN401
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Keep the list for the dialogs, and return the page."""
        given = self.given(parameters, context)
        action, result = given.index("ACTION"), finished.result
        outputs: dict[str, Any] = {}
        if action == LIST:
            shipped = save(models_cache(), result)
            own, broken = bundles(str(own_models_folder(Settings.load())))
            body, outputs["MODELS"] = _table([*shipped, *own], broken), len(shipped) + len(own)
        elif action == SHOW:
            body = f"<pre>{html.escape(json.dumps(result['card'], indent=2, ensure_ascii=False))}</pre>"
        else:
            outputs["FOLDER"] = result["out"]
            body = f"<p>{html.escape(result['out'])}</p>"
        written = given.output("OUTPUT_HTML", stem="models")
        if written:
            Path(written).write_text(page(tr("geounet: models"), body), encoding="utf-8")
        return {**self.files.paths, **outputs}


def _import_parameters() -> list[QgsProcessingParameterDefinition]:
    weights = tr("Weights and networks (*.pth *.pt *.ckpt *.safetensors *.onnx)")
    return [
        helped(
            QgsProcessingParameterFile("WEIGHTS", tr("Import: weights"), optional=True, fileFilter=weights),
            tr(
                "A file of weights: .pth, .pt, .ckpt or .safetensors; or a whole network: .onnx, with the keys of the "
                "plugin Deepness or with a card."
            ),
        ),
        helped(
            QgsProcessingParameterFile("CARD", tr("Import: card"), extension="json", optional=True),
            tr(
                "The card.json that says what the weights expect: bands, classes, metres per pixel, architecture."
            ),
        ),
        helped(
            text("NAME", tr("Import: name of the model's folder")),
            tr("Within your own folder of models; the card's name where none is given."),
        ),
        helped(
            tick("OVERWRITE", tr("Import: replace a model of that name")),
            tr("Else an import stops where there is one already."),
        ),
    ]


def _is_onnx(given: Given) -> bool:
    """Whether what is imported brings its network, and may say itself what it expects."""
    return given.path("WEIGHTS").lower().endswith(".onnx")


def _folder(given: Given) -> Path:
    """Where an import goes: into the person's folder, by the name given, else the card's, else the file's.

    Raises OSError, ValueError, KeyError, TypeError or AttributeError where there is no such name.
    """
    name = given.text("NAME")
    if not name and not given.path("CARD"):
        name = Path(given.path("WEIGHTS")).stem
    elif not name:
        name = json.loads(Path(given.path("CARD")).read_text(encoding="utf-8"))["name"]
    stem = file_stem(name, otherwise="")
    if not stem:
        raise ValueError("the name is empty")
    return own_models_folder(Settings.load()) / stem


def _table(models: Sequence[Model], broken: Sequence[BrokenBundle]) -> str:
    titles = (
        tr("Name"),
        tr("Version"),
        tr("Task"),
        tr("Metres per pixel"),
        tr("Bands"),
        tr("Classes"),
        tr("Description"),
    )
    head = "".join(f"<th>{html.escape(title)}</th>" for title in titles)
    rows = "".join(
        f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in _cells(m))}</tr>" for m in models
    )
    list_ = "".join(f"<li>{html.escape(each.folder)}: {html.escape(each.reason)}</li>" for each in broken)
    rest = f"<h2>{html.escape(tr('Cannot be used'))}</h2><ul>{list_}</ul>" if broken else ""
    return f"<table><tr>{head}</tr>{rows}</table>{rest}"


def _cells(model: Model) -> tuple[str, ...]:
    gsd = tr("any") if model.gsd_m is None else f"{model.gsd_m:g}"
    bands, classes = ", ".join(model.bands), ", ".join(model.classes)
    return model.name, model.version, model.task, gsd, bands, classes, model.description
