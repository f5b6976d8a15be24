"""What the small environment cannot do, said before anything runs."""

from __future__ import annotations

import os

from geounet_qgis.managed.light import is_in_use
from geounet_qgis.settings import Settings
from geounet_qgis.translation import tr


def small_problem() -> str | None:
    """Return that the environment in use is the small one, which lacks what this needs; None where it is another."""
    settings = Settings.load()
    if not is_in_use(os.environ, chosen=settings.python, folder=settings.environment_folder):
        return None
    return tr(
        "The small environment cannot do this: choose another build in Plugins ▸ geounet ▸ Settings and environment…, "
        "and press Repair"
    )
