"""Networks in the forms of other programs, which cannot come in: refused with what to pass in their place."""

from pathlib import Path

from geounet.errors import ModelError

FORMATS = {".xml": "OpenVINO", ".engine": "TensorRT", ".tflite": "TensorFlow Lite", ".pb": "TensorFlow"}
"""Networks that are neither weights nor ONNX, by their suffix."""


def refuse_foreign(path: str | Path) -> None:
    """Raise ModelError where a file is, by its suffix, a network of another program."""
    theirs = FORMATS.get(Path(path).suffix.lower())
    if theirs is not None:
        raise ModelError(
            f"{path} is a network of {theirs}, for {theirs}'s own programs; pass the model that it was made from, "
            "or its ONNX export"
        )
