"""Where models are found: those that came with geounet, folders, ONNX files, addresses, the hubs of torchgeo and smp."""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from shlex import quote

from geounet.errors import ModelError
from geounet.models.bundle import CARD, Bundle, read
from geounet.models.foreign import refuse_foreign

HUBS = ("torchgeo:", "smp:")
"""How a hub's identifiers begin."""

_WEIGHTS = (".pth", ".pt", ".ckpt", ".safetensors")
"""Extensions of tensors alone, to which a card must be given."""


def shipped() -> Mapping[str, Path]:
    """Names and folders of the models that came with geounet, in alphabetical order."""
    root = Path(str(resources.files("geounet.models"))) / "shipped"
    folders = sorted(root.iterdir()) if root.is_dir() else []
    return {folder.name: folder for folder in folders if (folder / CARD).is_file()}


def find(model: str | Path) -> Bundle:
    """The bundle that a shipped name, a folder, an ONNX file, an address or a hub's identifier stands for.

    An ONNX file says itself what it is: geounet's and Deepness's do. `https://…/model.zip#sha256=…`,
    `torchgeo:Unet_Weights.…` and `smp:owner/name` are fetched once and kept in the user's cache; the network is touched
    for these alone. A shipped name wins over a folder of the same name: write `./name` for the folder. Raises ModelError
    naming what there is.
    """
    name = str(model)
    if name.startswith(HUBS):
        from geounet.models.hub import fetch_from_hub

        return read(fetch_from_hub(name))
    if "://" in name:
        from geounet.models.download import fetch

        return read(fetch(name))
    if isinstance(model, str) and model in shipped():
        return read(shipped()[model])
    path = Path(model)
    if path.suffix.lower() == ".onnx" and path.is_file():
        from geounet.models.loose_onnx import bundle_of_file

        return read(bundle_of_file(path))
    return read(_existing_folder(path))


def _existing_folder(path: Path) -> Path:
    if path.is_dir():
        return path
    if path.is_file():
        refuse_foreign(path)
        card = "" if path.suffix.lower() not in _WEIGHTS else " --card card.json"
        raise ModelError(
            f"model {path} is a file; expected a bundle's folder or an .onnx file: make a bundle with geounet models import "
            f"{quote(str(path))}{card} -o {quote(path.stem)}"
        )
    names = ", ".join(shipped()) or "none"
    raise ModelError(
        f"model {str(path)!r} is not known; shipped models: {names}; or pass a bundle's folder, "
        "an .onnx file, https://…/model.zip#sha256=…, torchgeo:ID or smp:ID"
    )
