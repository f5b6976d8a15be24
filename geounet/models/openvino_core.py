"""OpenVINO's Core, which holds its devices: one for the process."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it comes with an extra
    from openvino import Core


@cache
def openvino_core() -> "Core":
    """The process's one Core; raises ImportError without openvino.

    The plugin that a Core loads for a CPU gives the thread a stack for its signals, and takes it away when it goes. Of two
    that go in the order in which they came, the second leaves the first one's, which is gone: the next signal, such as
    Ctrl-C or the end of a child, is a segmentation fault, or is written over whatever lies there by then.
    """
    import openvino

    core = openvino.Core()
    core.set_property({"ENABLE_MMAP": False})  # a bundle in use may be replaced, on Windows too
    return core
