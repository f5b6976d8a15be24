"""The name of an ensemble: those of its models, with a + between them."""

from collections.abc import Iterable
from pathlib import Path

from geounet.errors import ModelError
from geounet.models.catalogue import HUBS, shipped

SIGN = "+"


def joined(models: Iterable[str | Path]) -> str:
    """The name of an ensemble of these models; of one alone, its own."""
    return SIGN.join(map(str, models))


def members(model: str | Path) -> tuple[str | Path, ...]:
    """The models that a name stands for: one, or those of an ensemble.

    A + in the path of a folder that is there is a part of it; and so is one in an address, unless what comes after it is a
    model by itself. Raises ModelError where a name is empty.
    """
    if not isinstance(model, str) or SIGN not in model:
        return (model,)
    found: list[str] = []
    rest = model.split(SIGN)
    while rest:
        count = next((n for n in range(len(rest), 1, -1) if Path(SIGN.join(rest[:n])).exists()), 1)
        name, rest = SIGN.join(rest[:count]), rest[count:]
        if found and "://" in found[-1] and not _is_model(name):
            found[-1] += SIGN + name
        else:
            found.append(name)
    if not all(found):
        raise ModelError(
            f"model {model!r} names an empty one; expected names with a + between them: take the + out"
        )
    return tuple(found)


def _is_model(name: str) -> bool:
    return name in shipped() or "://" in name or name.startswith(HUBS) or Path(name).exists()
