"""Layers that are written out for a training: always at the same place, so that an interrupted run finds them again.

    MODEL-run/layers/1/scene.tif     the run's own folder is the library's; `layers` is there while it trains

A run goes on only with the config that it began with, and that names these files.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from qgis.core import QgsProcessingException, QgsProcessingFeedback

from geounet_qgis.algs.files import RunFiles
from geounet_qgis.commands.train import run_folder
from geounet_qgis.translation import tr

LAYERS = "layers"

HELD = ".held"
"""The library's lock in a run's folder, which outlives the run where the folder held something else."""


class TrainingFiles(RunFiles):
    """The files of a training whose model goes to `out`; raises QgsProcessingException where none can be written there."""

    def __init__(self, out: Path, feedback: QgsProcessingFeedback) -> None:
        self._folder = run_folder(out) / LAYERS
        shutil.rmtree(self._folder, ignore_errors=True)  # of a QGIS that ended with a run
        try:
            self._folder.mkdir(parents=True)
        except OSError as error:
            text = tr("Nothing can be written to {folder} ({why}): choose another folder for the model.")
            raise QgsProcessingException(
                text.format(folder=self._folder.parent, why=error.strerror)
            ) from error
        super().__init__(self._folder, feedback)

    def remove(self) -> None:
        """Remove the layers, and the run's folder where nothing else is in it."""
        shutil.rmtree(self._folder, ignore_errors=True)
        with suppress(OSError):
            if [path.name for path in self._folder.parent.iterdir()] == [HELD]:
                (self._folder.parent / HELD).unlink()
            self._folder.parent.rmdir()
