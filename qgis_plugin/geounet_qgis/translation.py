"""The texts that a person reads, in their language.

All texts are in one context, whichever class or module they stand in; `qgis_plugin/translate.py` finds every literal
inside `tr(…)` and `self.tr(…)`. A class that offers `self.tr` hands it on to `tr` here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

try:
    from qgis.PyQt.QtCore import QCoreApplication
except ImportError:  # modules that need no QGIS are tested without one
    QCoreApplication = None

if TYPE_CHECKING:
    from qgis.PyQt.QtCore import QTranslator

CONTEXT = "geounet"
FOLDER = Path(__file__).parent / "i18n"


def tr(text: str) -> str:
    """Give `text` in the language of QGIS, or as it is where there is no translation."""
    return text if QCoreApplication is None else QCoreApplication.translate(CONTEXT, text)


def installed_translator() -> QTranslator | None:
    """Install the translation for QGIS's language, where there is one: who calls removes it again."""
    from qgis.core import QgsApplication
    from qgis.PyQt.QtCore import QTranslator

    # `translation` is the language of the window, also where QGIS was told one (`--lang`); qgis_process has none.
    language = QgsApplication.instance().translation() or QgsApplication.locale()
    path = FOLDER / f"geounet_{language[:2]}.qm"
    if not path.is_file():
        return None
    translator = QTranslator()
    if not translator.load(str(path)):
        return None
    QCoreApplication.installTranslator(translator)
    return translator
