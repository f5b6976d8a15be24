"""torchvision beside a torch of another build: the two operators that its import needs, declared.

PyPI's torchvision for Linux is built for CUDA. Beside a torch for the CPU its own library does not load, and then
its import fails ("operator torchvision::nms does not exist"), and with it that of timm, smp, kornia, torchgeo and lightning.
Nothing here calls these operators, so their schemas are all that is missing.
"""

from functools import cache
from importlib import import_module

_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


@cache
def declare_missing_operators() -> None:
    """Make `import torchvision` work; call it before importing whatever imports torchvision.

    Does nothing where torchvision imports as it is, or is not installed.
    """
    try:
        import_module("torchvision")
    except ImportError:
        return
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
        _declare()


def _declare() -> None:
    import torch

    library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]  # torch's own
    for name in ("nms", "qnms"):
        library.define(name + _SCHEMA)  # type: ignore[no-untyped-call]  # and this
    _LIBRARIES.append(library)
    import_module("torchvision")  # the half-imported package, whole from here on


_LIBRARIES: list[object] = []
"""A torch Library takes its operators back when it is collected."""
