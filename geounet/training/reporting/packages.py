"""What a run was made with: every installed package and its version, Python, torch's build, the device."""

import platform
from importlib import metadata

import torch

from geounet.models.engines.devices import available


def package_list() -> str:
    """Lines `name==version`, sorted, as pip takes them; what else matters is in comments above."""
    found = {_name(one): one.version for one in metadata.distributions() if one.metadata["Name"]}
    devices = [f"# {name}: {words}" for name, words in available().items()]
    head = [
        f"# python {platform.python_version()} on {platform.system()} {platform.machine()}",
        f"# torch {torch.__version__}, CUDA {torch.version.cuda or 'none'}",
        *devices,
    ]
    return "\n".join([*head, *(f"{name}=={version}" for name, version in sorted(found.items()))]) + "\n"


def _name(one: metadata.Distribution) -> str:
    """A package's name as PEP 503 has it, so that it is listed once."""
    return one.metadata["Name"].lower().replace("_", "-").replace(".", "-")
