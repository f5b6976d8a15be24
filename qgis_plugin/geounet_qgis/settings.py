"""What a person has chosen for the plugin, kept in QGIS's settings."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

from qgis.core import QgsApplication, QgsSettings

SECTION = "geounet"

BUILDS = ("auto", "cpu", "light", "cu126", "cu128", "index")
"""Builds of torch: chosen by the machine, for a processor alone, none, for CUDA 12.6 and 12.8, the package index's own."""


@dataclass(frozen=True)
class Settings:
    """Empty means the plugin's own choice."""

    python: str = ""
    """The Python of an environment that exists already; the private environment is used where it is empty."""
    folder: str = ""
    """Where the private environment is, or goes."""
    models_folder: str = ""
    """The person's own models: a folder of bundles."""
    build: str = "auto"
    """One of `BUILDS`."""
    wheels: str = ""
    """A folder of wheels to install from without a network."""
    requirement: str = ""
    """What is installed in place of the plugin's own requirement."""
    train: bool = False
    """Whether what training needs is installed too."""
    base_python: str = ""
    """The Python that the private environment is made of; the newest fitting one is used where it is empty."""

    @classmethod
    def load(cls) -> Settings:
        """Read them; what is no text, or no build that there is, counts as not set."""
        stored = QgsSettings()
        values = {}
        for field in fields(cls):
            value = stored.value(f"{SECTION}/{field.name}")
            values[field.name] = _truth(value) if isinstance(field.default, bool) else _text(value)
        if values["build"] not in BUILDS:
            values["build"] = "auto"
        return cls(**values)

    def save(self) -> None:
        """Write them; what is as it comes is removed, so that a later version's default holds."""
        stored = QgsSettings()
        for field in fields(self):
            value = getattr(self, field.name)
            key = f"{SECTION}/{field.name}"
            if value == field.default:
                stored.remove(key)
            else:
                stored.setValue(key, value)

    @property
    def environment_folder(self) -> Path:
        """The folder of the private environment."""
        return Path(self.folder) if self.folder else data_folder()


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _truth(value: object) -> bool:
    """Read a boolean, which QGIS's file has as text."""
    return value is True or value == "true"


def data_folder() -> Path:
    """The plugin's own folder, in the person's QGIS profile."""
    return Path(QgsApplication.qgisSettingsDirPath()) / SECTION


def models_cache() -> Path:
    """The list of the models that came with geounet, as `geounet models list` last gave it."""
    return data_folder() / "models.json"


def own_models_folder(settings: Settings) -> Path:
    """The folder of the person's own models, whether it is there or not."""
    return Path(settings.models_folder) if settings.models_folder else data_folder() / "models"
