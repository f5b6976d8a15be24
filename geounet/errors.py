"""Every error that a caller of geounet can catch, on one page.

Each message is one line that says what was found, what was expected, and the remedy. The command line
prints it and exits with 1; a traceback is shown with `--debug` alone.
"""


class GeounetError(Exception):
    """Whatever geounet refuses or fails to do."""


class GeounetWarning(UserWarning):
    """Something that a person should know of, and that does not stop the work."""


class OptionsError(GeounetError):
    """An option is out of range, or two options do not go together."""


class OutsideError(OptionsError):
    """What is wanted lies outside a scene."""


class SceneError(GeounetError):
    """A scene cannot be read, or is not what the model expects."""


class MissingCRSError(SceneError):
    """A scene has no coordinate reference system where one is needed."""


class BandError(SceneError):
    """A scene's bands are not those that the model expects, or that were asked for."""


class LabelsError(GeounetError):
    """A label raster cannot be vectorised, or labels cannot be trained on."""


class ModelError(GeounetError):
    """A model cannot be found, read or run."""


class InvalidCardError(ModelError):
    """A model card has an unknown key, lacks one, or holds a value out of range."""


class WeightsError(ModelError):
    """Weights cannot be read, are not safetensors, or do not fit their architecture."""


class DeviceError(GeounetError):
    """A device that was asked for is not there, or cannot do what was asked."""


class OutOfMemoryError(DeviceError):
    """A batch does not fit the device's memory; a smaller one may."""


class OutputError(GeounetError):
    """An output cannot be written: it exists, its format is unknown, or its place is full or closed."""


class BatchIncompleteError(GeounetError):
    """Some scenes of a batch could not be done; the others are."""


class DiskFullError(OutputError):
    """There is no room left for an output."""


class TrainingError(GeounetError):
    """A training run cannot start or go on."""


class MissingDependencyError(GeounetError):
    """An optional package is not installed; the message names the extra that brings it."""


class CancelledError(GeounetError):
    """The run was cancelled before it was done; nothing half-written is left."""
