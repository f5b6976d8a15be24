"""Keeps the plugin's translations: `python qgis_plugin/translate.py` after its texts have changed.

    every literal in tr("…") and self.tr("…") ─▶ i18n/geounet_XX.ts, where a person translates ─▶ lrelease ─▶ .qm

Qt's own lupdate would part the texts by class; here all are in one context, which is how `geounet_qgis.translation` looks
them up. A translation stays as long as its text does; a text without one is marked unfinished, and `--check` is an error
then.
"""

import argparse
import ast
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent / "geounet_qgis"
FOLDER = ROOT / "i18n"
CONTEXT = "geounet"
LANGUAGES = ("de", "fr")
LRELEASE = ("lrelease", "lrelease-qt5", "/usr/lib/qt5/bin/lrelease", "lrelease6", "/usr/lib/qt6/bin/lrelease")


def main() -> int:
    """Update the .ts files and compile them; or say what is not done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="change nothing; 1 where a text has no translation"
    )
    check = parser.parse_args().check
    texts = dict(found())
    missing = 0
    for language in LANGUAGES:
        path = FOLDER / f"{CONTEXT}_{language}.ts"
        known = translations(path)
        without = [text for text in texts if not known.get(text)]
        missing += len(without)
        sys.stdout.write(f"{language}: {len(texts) - len(without)} of {len(texts)} texts\n")
        if check:
            sys.stdout.writelines(f"  {text!r}\n" for text in without)
        else:
            write(path, language, texts=texts, known=known)
            release(path)
    return 1 if check and missing else 0


def found() -> Iterator[tuple[str, str]]:
    """Each text and the file that it stands in first, in the order of files and lines."""
    seen = set()
    for path in sorted(ROOT.rglob("*.py")):
        for text in texts_in(ast.parse(path.read_text(encoding="utf-8"))):
            if text not in seen:
                seen.add(text)
                yield text, path.relative_to(ROOT).as_posix()


def texts_in(tree: ast.AST) -> Iterator[str]:
    """The literals that are translated when the code runs; raises ValueError for what is no literal."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and is_tr(node.func))
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        (argument,) = call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value
        elif not (isinstance(argument, ast.Name) and argument.id == "text"):  # a tr that hands on to another
            raise ValueError(f"line {call.lineno}: tr takes a literal, found {ast.unparse(argument)}")


def is_tr(function: ast.expr) -> bool:
    """Whether `tr` or `self.tr` is called."""
    if isinstance(function, ast.Attribute):
        return function.attr == "tr" and isinstance(function.value, ast.Name) and function.value.id == "self"
    return isinstance(function, ast.Name) and function.id == "tr"


def translations(path: Path) -> dict[str, str]:
    """What a .ts file has, unfinished ones left out."""
    if not path.exists():
        return {}
    messages = ET.parse(path).iter("message")  # noqa: S314
    return {
        message.findtext("source", ""): message.findtext("translation", "")
        for message in messages
        if message.find("translation").get("type") is None
    }


def write(path: Path, language: str, *, texts: dict[str, str], known: dict[str, str]) -> None:
    """Write a .ts file as Qt Linguist reads it."""
    root = ET.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = ET.SubElement(root, "context")
    ET.SubElement(context, "name").text = CONTEXT
    for text, file in texts.items():
        message = ET.SubElement(context, "message")
        ET.SubElement(message, "location", filename=f"../{file}")
        ET.SubElement(message, "source").text = text
        translation = ET.SubElement(message, "translation")
        if known.get(text):
            translation.text = known[text]
        else:
            translation.set("type", "unfinished")
    ET.indent(root, "  ")
    body = ET.tostring(root, encoding="unicode")
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', encoding="utf-8")


def release(path: Path) -> None:
    """Compile a .ts file beside it."""
    program = next(filter(None, map(shutil.which, LRELEASE)), None)
    if program is None:
        raise SystemExit("found no lrelease; install Qt's linguist tools (Debian: qttools5-dev-tools)")
    subprocess.run([program, "-silent", path, "-qm", path.with_suffix(".qm")], check=True)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
