"""What to say where a package is missing or does not load: which, what for, and how it comes."""

from geounet.errors import MissingDependencyError

COMPLETE = ("geopandas", "safetensors", "segmentation-models-pytorch", "timm", "torch")
"""Dependencies that a light install goes without: they make, train and score models, and are most of what is large."""

_OWN_NAMES = {
    "segmentation_models_pytorch": "segmentation-models-pytorch",
    "pandas": "geopandas",
    "torchvision": "timm",
}
"""What brings a package whose name is not its distribution's."""

RUNTIME = "Microsoft Visual C++ Redistributable"
RUNTIME_REMEDY = f"install the {RUNTIME}, https://aka.ms/vs/17/release/vc_redist.x64.exe"
"""What compiled packages stand on in Windows, and where it comes from."""

_RUNTIME_SIGNS = (
    "dll load failed",
    "error loading",
    "winerror 126",
    "winerror 127",
    "winerror 1114",
    "vcruntime140",
    "msvcp140",
)
"""What Windows and torch say where it is missing or too old."""


def lacking(error: ModuleNotFoundError, *, what: str) -> MissingDependencyError | None:
    """The error that a light install lacks a package which `what` needs; None where it is no package of its lack."""
    module = (error.name or "").partition(".")[0]
    name = _OWN_NAMES.get(module, module)
    if name not in COMPLETE:
        return None
    return MissingDependencyError(
        f"{name} is not installed, which {what} needs: this is a light install; complete it with pip install geounet"
    )


def lacks_runtime(error: Exception) -> bool:
    """Whether a library did not load because Windows lacks what compiled packages stand on."""
    text = str(error).lower()
    return isinstance(error, ImportError | OSError) and any(sign in text for sign in _RUNTIME_SIGNS)
