"""What a person in QGIS is told of a training that failed: the config's keys in the dialog's words, and a hint."""

from __future__ import annotations

import re
from collections.abc import Mapping

from geounet_qgis.translation import tr

KEYS = {
    "[[data.train]]": "INPUT",
    "[[data.validation]]": "VALIDATION",
    "data.train": "INPUT",
    "data.validation": "VALIDATION",
    "data.attribute": "CLASS_FIELD",
    "data.classes": "CLASS_VALUES",
    "data.ignored": "CLASS_VALUES",
    "data.width_m": "WIDTH",
    "data.crop": "CROP",
    "optimizer.steps": "STEPS",
    "optimizer.batch": "BATCH_SIZE",
    "optimizer.rate": "RATE",
    "optimizer.max_minutes": "MAX_MINUTES",
}
"""Keys of a config that the dialog has a parameter for: its name."""

_KEY = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, KEYS))})(?!\w|\.\w)")


def explained(message: str, titles: Mapping[str, str]) -> str:
    """Return the message in the dialog's words, and a hint line where there is one; `titles` are the parameters'."""
    text = _KEY.sub(lambda found: f"“{titles[KEYS[found.group()]]}”", message)
    hint = _hint(message, titles)
    return f"{text}\n{hint}" if hint else text


def _hint(message: str, titles: Mapping[str, str]) -> str:
    if "geounet[train]" in message:
        return tr(
            "Hint: training needs more packages than the rest. In Plugins ▸ geounet ▸ Settings and environment…, under "
            "Advanced, tick “Install what training needs too”, and press Repair."
        )
    if "data.split" in message:
        hint = tr("Hint: label more places, or label a second scene and give it as “{title}”.")
        return hint.format(title=titles["VALIDATION"])
    return ""
