"""What a person can choose on the setup page: which environment, and how a private one is made."""

from __future__ import annotations

import sys

from qgis.gui import QgsCollapsibleGroupBox, QgsFileWidget
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from geounet_qgis.gui.order import Looked
from geounet_qgis.managed.builds import LIGHT
from geounet_qgis.settings import Settings, data_folder, own_models_folder
from geounet_qgis.translation import tr


class Choices(QWidget):
    """The form; `settings()` says what it shows."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._private = QRadioButton(tr("A &private environment, made here"))
        self._private.setObjectName("private")
        self._existing = QRadioButton(tr("An &existing environment"))
        self._existing.setObjectName("existing")
        self._kinds = QButtonGroup(self)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._private_page())
        self._pages.addWidget(self._existing_page())
        for number, button in enumerate((self._private, self._existing)):
            self._kinds.addButton(button, number)
            button.toggled.connect(self._turn)
        self._models = _folder_field("models_folder", tr("Folder of your own models"))
        self._models.lineEdit().setPlaceholderText(str(own_models_folder(Settings())))
        self._lay_out()
        self._found = Looked()
        self.show_settings(Settings())

    def show_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        (self._existing if settings.python else self._private).setChecked(True)
        self._python.setFilePath(settings.python)
        self._folder.setFilePath(settings.folder)
        self._models.setFilePath(settings.models_folder)
        self._build.setCurrentIndex(max(0, self._build.findData(settings.build)))
        self._source.setCurrentIndex(1 if settings.wheels else 0)
        self._wheels.setFilePath(settings.wheels)
        self._requirement.setText(settings.requirement)
        self._train.setChecked(settings.train)
        self._advanced.setCollapsed(not (settings.requirement or settings.train))
        self._choose_base(settings.base_python)

    def settings(self) -> Settings:
        """Give what is chosen."""
        existing = self._existing.isChecked()
        offline = self._source.currentIndex() == 1
        return Settings(
            python=self._python.filePath().strip() if existing else "",
            folder=self._folder.filePath().strip(),
            models_folder=self._models.filePath().strip(),
            build=self._build.currentData(),
            wheels=self._wheels.filePath().strip() if offline else "",
            requirement=self._requirement.text().strip(),
            train=self._train.isChecked(),
            base_python=self._base.currentData() or "",
        )

    def lacks(self) -> str:
        """Say what has to be filled in still; empty where nothing is missing."""
        if self._existing.isChecked() and not self._python.filePath().strip():
            return tr("Choose the Python of the existing environment first.")
        if (
            self._private.isChecked()
            and self._source.currentIndex() == 1
            and not self._wheels.filePath().strip()
        ):
            return tr("Choose the folder of wheels first.")
        return ""

    def is_private(self) -> bool:
        """Say whether the private environment is chosen."""
        return self._private.isChecked()

    def show_found(self, found: Looked) -> None:
        """Offer what was found on this machine."""
        self._found = found
        chosen = self._base.currentData() or ""
        self._base.clear()
        best = tr("Automatic: {}").format(found.pythons[0][1]) if found.pythons else tr("Automatic")
        self._base.addItem(best, "")
        for path, version in found.pythons:
            self._base.addItem(f"{version}  ·  {path}", path)
        self._choose_base(chosen)
        self._explain_build()

    def _private_page(self) -> QWidget:
        self._folder = _folder_field("folder", tr("Folder of the private environment"))
        self._folder.lineEdit().setPlaceholderText(str(data_folder()))
        self._build = QComboBox()
        self._build.setObjectName("build")
        for text, build in (
            (tr("Automatic"), "auto"),
            (tr("CPU (no graphics card)"), "cpu"),
            (tr("Small: CPU only, without training (about 900 MB)"), LIGHT),
            (tr("CUDA 12.6 (NVIDIA graphics card)"), "cu126"),
            (tr("CUDA 12.8 (newest NVIDIA graphics cards)"), "cu128"),
            (_index_build(), "index"),
        ):
            self._build.addItem(text, build)
        self._build.currentIndexChanged.connect(self._explain_build)
        self._why = QLabel()
        self._why.setObjectName("why")
        self._why.setWordWrap(True)
        page = QWidget()
        form = _form(page)
        form.addRow(tr("&Folder"), self._folder)
        base = self._base_row()
        form.addRow(_label(tr("P&ython"), self._base), base)
        form.addRow(tr("&Build"), self._build)
        form.addRow("", self._why)
        source = self._source_row()
        form.addRow(_label(tr("Packa&ges"), self._source), source)
        form.addRow(self._advanced_box())
        return page

    def _base_row(self) -> QHBoxLayout:
        self._base = QComboBox()
        self._base.setObjectName("base_python")
        self._base.addItem(tr("Automatic"), "")
        self._base.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        browse = QPushButton(tr("Bro&wse…"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse_base)
        row = _row(self._base, browse)
        row.setStretch(0, 1)
        return row

    def _source_row(self) -> QHBoxLayout:
        self._source = QComboBox()
        self._source.setObjectName("source")
        self._source.addItems([tr("Downloaded"), tr("From a folder of wheels")])
        self._wheels = _folder_field("wheels", tr("Folder of wheels"))
        self._wheels.setEnabled(False)
        self._source.currentIndexChanged.connect(lambda index: self._wheels.setEnabled(index == 1))
        row = _row(self._source, self._wheels)
        row.setStretch(1, 1)
        return row

    def _advanced_box(self) -> QWidget:
        self._advanced = QgsCollapsibleGroupBox(tr("Advanced"))
        self._advanced.setCollapsed(True)
        self._requirement = QLineEdit()
        self._requirement.setObjectName("requirement")
        self._requirement.setPlaceholderText(tr("the version that this plugin is made for"))
        self._requirement.setToolTip(
            tr("What is installed instead: a requirement as pip takes it, a wheel or a folder")
        )
        self._train = QCheckBox(tr("Install what &training needs too"))
        self._train.setObjectName("train")
        form = _form(self._advanced)
        form.addRow(self._train)
        form.addRow(tr("Re&quirement"), self._requirement)
        return self._advanced

    def _existing_page(self) -> QWidget:
        self._python = QgsFileWidget()
        self._python.setObjectName("python")
        self._python.setDialogTitle(tr("Python of the environment"))
        hint = QLabel(
            tr(
                "The environment must have geounet installed; nothing in it is changed. Check says whether it fits."
            )
        )
        hint.setWordWrap(True)
        page = QWidget()
        form = _form(page)
        form.addRow(tr("P&ython"), self._python)
        form.addRow("", hint)
        return page

    def _lay_out(self) -> None:
        kinds = _row(self._private, self._existing)
        kinds.addStretch(1)
        models = QWidget()
        _form(models).addRow(tr("Your &models"), self._models)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(kinds)
        column.addWidget(self._pages)
        column.addWidget(models)
        labels = [label for label in self.findChildren(QLabel) if label.buddy() is not None]
        widest = max(label.sizeHint().width() for label in labels)
        for label in labels:
            label.setMinimumWidth(widest)  # the pages' fields stand in one line

    def _turn(self) -> None:
        self._pages.setCurrentIndex(self._kinds.checkedId())
        self.changed.emit()

    def _choose_base(self, path: str) -> None:
        if path and self._base.findData(path) < 0:
            self._base.addItem(path, path)
        self._base.setCurrentIndex(max(0, self._base.findData(path)))

    def _browse_base(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(self, tr("Python to make the environment of"))
        if path:
            self._choose_base(path)

    def _explain_build(self) -> None:
        is_light = self._build.currentData() == LIGHT
        self._train.setEnabled(not is_light)
        if is_light:
            self._why.setText(
                tr(
                    "Runs models that carry their graph: the shipped ones do, and those that training has made. "
                    "Training, evaluation and the import of other models need another build."
                )
            )
        elif self._build.currentData() != "auto":
            self._why.setText(tr("As chosen; Automatic takes what fits this computer."))
        elif self._found.why:
            self._why.setText(self._found.why)
        else:
            self._why.setText(tr("Looking for graphics cards…"))


def _index_build() -> str:
    if sys.platform == "linux":
        return tr("The package index's own (with CUDA, about 7 GB)")
    return tr("The package index's own")


def _folder_field(name: str, title: str) -> QgsFileWidget:
    field = QgsFileWidget()
    field.setObjectName(name)
    field.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
    field.setDialogTitle(title)
    return field


def _form(parent: QWidget) -> QFormLayout:
    form = QFormLayout(parent)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form


def _label(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(buddy)
    return label


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    return row
