"""What a person in QGIS is told of a failure: the library's own line in the dialog's words, and a hint."""

from __future__ import annotations

import re
from collections.abc import Mapping

from geounet_qgis.translation import tr


def explained(message: str, labels: Mapping[str, str]) -> str:
    """Return the message with the names of options as the dialog has them, and a hint line where there is one."""
    hint = hint_for(message, labels)
    text = in_dialogs_words(message, labels)
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


def hint_for(message: str, labels: Mapping[str, str]) -> str:
    """Return what helps here in QGIS, for failures that it has a remedy for of its own; "" for others."""
    said = message.lower()
    if any(words in said for words in ("out of memory", "not enough memory", "do not fit", "sigkill")):
        return _less_memory(labels)
    if "--assume-crs" in said:
        return tr("Hint: give the layer its CRS in QGIS: Layer ▸ Layer CRS ▸ Set Layer CRS…")
    if "cannot be replaced" in said or "hold it open" in said:
        return tr("Hint: remove the layer that shows this file from the project, and run again.")
    if "cuda" in said or "is not there; found" in said:
        return tr(
            "Hint: the device “auto” takes what is there; Plugins ▸ geounet ▸ Settings and environment… checks it."
        )
    if "no module named" in said or "importerror" in said:
        return tr(
            "Hint: the environment is incomplete: repair it in Plugins ▸ geounet ▸ Settings and environment…"
        )
    return ""


def _less_memory(labels: Mapping[str, str]) -> str:
    if "--tile" not in labels:
        return tr("Hint: the machine's memory is full: close other programs, or take a smaller extent.")
    return tr("Hint: take a smaller “{batch}” or “{tile}”, or the device “cpu”.").format(
        batch=labels.get("--batch-size", "--batch-size"), tile=labels["--tile"]
    )
