"""What a person in QGIS is told of a failure: the library's own line in the dialog's words, and a hint."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from geounet_qgis.child.protocol import Failed
from geounet_qgis.managed.locate import VARIABLE
from geounet_qgis.translation import tr

_NO_MEMORY = ("out of memory", "not enough memory", "(sigkill)")
"""What libraries below geounet say, and how a system ends a process for want of it."""

_NO_MODULE = re.compile(r"No module named |^ImportError: ")
"""The last line of a Python that cannot start geounet."""


def explained(failure: Failed, labels: Mapping[str, str]) -> str:
    """Return the message with the names of options as the dialog has them, and a hint line where there is one."""
    hint = hint_for(failure, labels)
    text = in_dialogs_words(failure.message, labels)
    return f"{text}\n{hint}" if hint else text


def in_dialogs_words(message: str, labels: Mapping[str, str]) -> str:
    """Return the message with each `--flag`, or `option_name`, that the dialog has a parameter for by that one's title.

    `--no-flag` becomes the title and “No”.
    """

    def label(found: re.Match[str]) -> str:
        flag = found.group()
        if not flag.startswith("-"):
            flag = f"--{flag.replace('_', '-')}"
        if flag in labels:
            return f"“{labels[flag]}”"
        positive = f"--{flag[len('--no-') :]}"
        if flag.startswith("--no-") and positive in labels:
            return tr("“{name}”: No").format(name=labels[positive])
        return found.group()

    return re.sub(r"(?<![\w./-])(?:--[a-z][a-z-]*[a-z]|[a-z]+_[a-z_]+[a-z])(?![\w./-]*\w)", label, message)


def hint_for(failure: Failed, labels: Mapping[str, str]) -> str:
    """Return what helps here in QGIS, for failures that it has a remedy for of its own; "" for others.

    The error's name decides; words do where geounet died without naming one, or the error is of a library below it.
    """
    error, said = failure.error, failure.message.lower()
    if error in {"OutOfMemoryError", "MemoryError"} or any(words in said for words in _NO_MEMORY):
        return _less_memory(labels)
    if error == "DeviceError" or "cuda error" in said:
        return tr(
            "Hint: the device “auto” takes what is there; Plugins ▸ geounet ▸ Settings and environment… checks it."
        )
    if error == "MissingDependencyError" and "light install" in said:
        return whole_hint()
    if error in {"ModuleNotFoundError", "ImportError"} or _NO_MODULE.search(failure.message):
        return _incomplete()
    return _about_layers(error, said)


def _about_layers(error: str, said: str) -> str:
    if error == "MissingCRSError":
        return tr("Hint: give the layer its CRS in QGIS: Layer ▸ Layer CRS ▸ Set Layer CRS…")
    if error == "OptionsError" and " km from " in said:
        return tr("Hint: zoom to each of the two layers: one shows another place, or has a wrong CRS.")
    if error == "OutputError" and "hold it open" in said:
        return tr("Hint: remove the layer that shows this file from the project, and run again.")
    return ""


def whole_hint() -> str:
    """Return what helps where the small environment lacks something."""
    return tr(
        "Hint: the small environment is in use: choose another build in Plugins ▸ geounet ▸ Settings and environment…, "
        "and press Repair."
    )


def _incomplete() -> str:
    if os.environ.get(VARIABLE):
        return tr(
            "Hint: this Python is the one that the environment variable GEOUNET_PYTHON names, whatever the settings say: "
            "let it name one with geounet, or start QGIS without it."
        )
    return tr(
        "Hint: the environment is incomplete: repair it in Plugins ▸ geounet ▸ Settings and environment…"
    )


def _less_memory(labels: Mapping[str, str]) -> str:
    if "--tile" not in labels:
        return tr("Hint: the machine's memory is full: close other programs, or take a smaller extent.")
    return tr("Hint: take a smaller “{batch}” or “{tile}”, or the device “cpu”.").format(
        batch=labels.get("--batch-size", "--batch-size"), tile=labels["--tile"]
    )
