"""A run on disk, as it stood at a validation: all that the next step depends on.

    RUN/checkpoint/checkpoint.json            what belongs together; the files below count only if it names them
                   state-000400.safetensors   network, average, optimizer
                   weights-000200.safetensors best validated weights, as many as the soup takes

Each file is written beside its place and renamed, checkpoint.json last, so that a process that is killed at any moment
leaves the checkpoint before it, or this one. checkpoint.json has the sha256 of each file that it names: what a disk or a
copy has damaged is not gone on from. Nothing in it can run code.
"""

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from geounet.digests import file_sha256
from geounet.errors import TrainingError
from geounet.models.weights import read_weights
from geounet.training.durable import write_durably
from geounet.training.validation.history import Validation

FORMAT = 2
INDEX = "checkpoint.json"

_ANEW = "begin anew without --resume"


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
    path = _state(folder, checkpoint.step)
    digests = _kept_digests(folder, checkpoint) | {path.name: _write_tensors(path, state)}
    index = {"format": FORMAT, "sha256": digests} | dataclasses.asdict(checkpoint)
    write_durably(folder / INDEX, json.dumps(index, allow_nan=False).encode())
    _remove(folder, [found for found in folder.iterdir() if found.name not in {INDEX, *digests}])


def read(folder: Path) -> Checkpoint | None:
    """The checkpoint in a folder, or None; raises TrainingError where it is not one, or a file of it is damaged."""
    index = _index(folder)
    if index is None:
        return None
    if index.pop("format", None) != FORMAT:
        raise TrainingError(f"checkpoint {folder / INDEX} is of another geounet; {_ANEW}")
    try:
        digests = index.pop("sha256")
        index["history"] = tuple(Validation(**one) for one in index["history"])
        index["kept"] = tuple(index["kept"])
        found = Checkpoint(**index)
        named = [_state(folder, found.step), *(_weights(folder, step) for step in found.kept)]
        expected = {path: digests[path.name] for path in named}
    except (KeyError, TypeError) as error:
        raise TrainingError(f"checkpoint {folder / INDEX} is damaged ({error!r}); {_ANEW}") from error
    for path, digest in expected.items():
        _require_whole(path, digest)
    return found


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


def _index(folder: Path) -> dict[str, Any] | None:
    """What checkpoint.json holds, or None without one; raises TrainingError where it cannot be read."""
    path = folder / INDEX
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise TrainingError(f"checkpoint {path} cannot be read ({error}); {_ANEW}") from error
    if not isinstance(index, dict):
        raise TrainingError(f"checkpoint {path} is damaged (expected an object of JSON); {_ANEW}")
    return index


def _kept_digests(folder: Path, checkpoint: Checkpoint) -> dict[str, str]:
    """The sha256 of kept weights: of earlier steps as they were when written, of this step as they are on the disk."""
    index = _index(folder) or {}
    before = index.get("sha256", {})
    paths = [_weights(folder, step) for step in checkpoint.kept]
    new = _weights(folder, checkpoint.step)
    return {
        path.name: before[path.name] if path != new and path.name in before else file_sha256(path)
        for path in paths
    }


def _require_whole(path: Path, digest: str) -> None:
    """Raise TrainingError unless a file is what was written."""
    try:
        damage = "" if file_sha256(path) == digest else "is not as it was written"
    except FileNotFoundError:
        damage = "is missing"
    except OSError as error:
        damage = f"cannot be read: {error.strerror}"
    if damage:
        raise TrainingError(f"checkpoint {path.parent} is damaged ({path.name} {damage}); {_ANEW}")


def _write_tensors(path: Path, tensors: Mapping[str, Tensor]) -> str:
    """Write tensors, and return the sha256 of the file."""
    from safetensors.torch import save

    data = save({name: t.detach().cpu().contiguous() for name, t in tensors.items()})
    write_durably(path, data)
    return hashlib.sha256(data).hexdigest()


def _state(folder: Path, step: int) -> Path:
    return folder / f"state-{step:06d}.safetensors"


def _weights(folder: Path, step: int) -> Path:
    return folder / f"weights-{step:06d}.safetensors"
