"""A folder that appears whole or not at all."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Hand out an empty folder beside the target; give it the target's name at the end, in place of what stood there.

    After an error the draft is gone and the target as it was. OSError passes through.
    """
    draft = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    draft.mkdir(parents=True)
    try:
        yield draft
        _replace(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _replace(draft: Path, target: Path) -> None:
    """Rename the draft; what stands at the target goes once the draft has its place."""
    old = draft.with_name(f"{draft.name}-old")
    if target.exists():
        target.replace(old)
    try:
        draft.replace(target)
    except OSError:
        if old.exists():
            old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
