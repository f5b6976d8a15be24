"""A run on disk, as it stood at a validation: all that the next step depends on.

    RUN/checkpoint/checkpoint.json            what belongs together; the files below count only if it names them
                   state-000400.safetensors   network, average, optimizer
                   weights-000200.safetensors best validated weights, as many as the soup takes

Each file is written beside its place and renamed, checkpoint.json last, so that a process that is killed at any moment
leaves the checkpoint before it, or this one. Nothing in it can run code.
"""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from geounet.errors import TrainingError
from geounet.models.weights import read_weights
from geounet.training.durable import write_durably
from geounet.training.validation.history import Validation

FORMAT = 1
INDEX = "checkpoint.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What checkpoint.json says."""

    config: str
    """The run's config, as TOML."""
    step: int
    seconds: float
    """Seconds that the run has taken."""
    history: tuple[Validation, ...]
    kept: tuple[int, ...]
    """Steps whose weights are kept, the best first."""
    swa_from: int | None
    """Steps before the first that is averaged equally; None before that."""
    scaler: Mapping[str, Any]
    """What the scaler of half precision's gradients remembers; empty without one."""


def write_weights(folder: Path, step: int, weights: Mapping[str, Tensor]) -> None:
    """Keep the weights of a step; they count once a checkpoint names them."""
    _write_tensors(_weights(folder, step), weights)


def read_step_weights(folder: Path, step: int) -> dict[str, Tensor]:
    """The kept weights of a step."""
    return read_weights(_weights(folder, step))


def write(folder: Path, checkpoint: Checkpoint, state: Mapping[str, Tensor]) -> None:
    """Write a checkpoint in the place of the one before it; raises OutputError where that is not possible."""
    _write_tensors(_state(folder, checkpoint.step), state)
    index = {"format": FORMAT} | dataclasses.asdict(checkpoint)
    write_durably(folder / INDEX, json.dumps(index, allow_nan=False).encode())
    named = {
        INDEX,
        _state(folder, checkpoint.step).name,
        *(_weights(folder, s).name for s in checkpoint.kept),
    }
    _remove(folder, [path for path in folder.iterdir() if path.name not in named])


def read(folder: Path) -> Checkpoint | None:
    """The checkpoint in a folder, or None; raises TrainingError where it is not one."""
    path = folder / INDEX
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"checkpoint {path} cannot be read ({error}); begin anew without --resume"
        ) from error
    if index.pop("format", None) != FORMAT:
        raise TrainingError(f"checkpoint {path} is of another geounet; begin anew without --resume")
    index["history"] = tuple(Validation(**one) for one in index["history"])
    index["kept"] = tuple(index["kept"])
    return Checkpoint(**index)


def read_state(folder: Path, checkpoint: Checkpoint) -> dict[str, Tensor]:
    """The tensors of network, average and optimizer."""
    return read_weights(_state(folder, checkpoint.step))


def clear(folder: Path) -> None:
    """Forget the checkpoint of an earlier run; its index goes first, so that no half of it is ever read."""
    (folder / INDEX).unlink(missing_ok=True)
    if folder.is_dir():
        _remove(folder, list(folder.iterdir()))


def _remove(folder: Path, paths: Sequence[Path]) -> None:
    """Remove files of checkpoints; others that a person may have put there stay."""
    mine = ("state-*.safetensors", "weights-*.safetensors", ".*.part")
    for path in {path for pattern in mine for path in folder.glob(pattern)} & set(paths):
        path.unlink(missing_ok=True)


def _write_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    from safetensors.torch import save

    write_durably(path, save({name: t.detach().cpu().contiguous() for name, t in tensors.items()}))


def _state(folder: Path, step: int) -> Path:
    return folder / f"state-{step:06d}.safetensors"


def _weights(folder: Path, step: int) -> Path:
    return folder / f"weights-{step:06d}.safetensors"
