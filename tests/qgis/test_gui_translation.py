"""German and French: every text has a translation with the same places to fill in, and the compiled files are theirs."""

import importlib.util
import re
from pathlib import Path

import pytest
from qgis.PyQt.QtCore import QCoreApplication, QTranslator

PLUGIN = Path(__file__).parents[2] / "qgis_plugin"


def _translate():
    spec = importlib.util.spec_from_file_location("translate", PLUGIN / "translate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


translate = _translate()
each_language = pytest.mark.parametrize("language", translate.LANGUAGES)


def known(language: str) -> dict[str, str]:
    return translate.translations(translate.FOLDER / f"geounet_{language}.ts")


@each_language
def test_every_text_has_a_translation(language):
    """If not: run `python qgis_plugin/translate.py`, translate what is unfinished in the .ts files, and run it again."""
    translated = known(language)
    assert [text for text in dict(translate.found()) if not translated.get(text)] == []


@each_language
def test_what_is_filled_in_is_the_same(language):
    def places(text: str) -> list[str]:
        return sorted(re.findall(r"\{\w*\}|%[vm]", text))

    wrong = {text: other for text, other in known(language).items() if places(text) != places(other)}
    assert wrong == {}


@pytest.mark.parametrize("language", ["en", *translate.LANGUAGES])
def test_shortcuts_of_the_setup_page_differ(language):
    """On the page and its buttons no two letters are the same, in the language that is shown."""
    buttons = ["&Install", "&Repair", "Remo&ve…", "&Check", "C&ancel", "Chec&ks", "&Log"]
    fields = ["A &private environment, made here", "An &existing environment", "&Folder", "P&ython", "&Build"]
    fields += ["Packa&ges", "Bro&wse…", "Your &models", "Install what &training needs too", "Re&quirement"]
    translated = known(language) if language != "en" else {text: text for text in buttons + fields}
    letters = [translated[text].split("&")[1][0].lower() for text in buttons + fields]
    assert sorted(letters) == sorted(set(letters))


@each_language
def test_the_compiled_file_is_that_of_the_texts(language, qgis_app):
    translator = QTranslator()
    assert translator.load(str(translate.FOLDER / f"geounet_{language}.qm"))
    QCoreApplication.installTranslator(translator)
    shown = {text: QCoreApplication.translate("geounet", text) for text in known(language)}
    QCoreApplication.removeTranslator(translator)
    assert shown == known(language)


def test_only_literals_are_translated():
    with pytest.raises(ValueError, match="line 1"):
        list(translate.texts_in(translate.ast.parse("tr(f'{a} b')")))
