"""The user's cache: where fetched models are kept."""

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """`GEOUNET_CACHE`, else `geounet` in the platform's own place for caches; it may not exist yet."""
    chosen = os.environ.get("GEOUNET_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "geounet" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "geounet"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "geounet"
