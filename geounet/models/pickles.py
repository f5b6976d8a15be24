"""Pickles are recognised by their bytes, and refused: reading one can run whatever code its author chose."""

from pathlib import Path

from geounet.errors import WeightsError

SUFFIXES = (".pth", ".pt", ".ckpt", ".bin", ".pkl")
"""Names that torch's pickles go by."""


def is_pickle(path: Path) -> bool:
    """Whether a file is torch.save's zip of pickles, or a bare pickle (protocol 2 and later)."""
    with path.open("rb") as file:
        head = file.read(9)
    # A safetensors file begins with its header's length, any eight bytes, and then the header's JSON.
    return head[8:] != b"{" and (
        head.startswith(b"PK\x03\x04") or (head[:1] == b"\x80" and head[1:2] <= b"\x05")
    )


def refuse_pickle(path: Path) -> None:
    """Raise WeightsError where the file cannot be read or is a pickle, whatever its name."""
    try:
        pickled = is_pickle(path)
    except OSError as error:
        raise WeightsError(f"weights {path} cannot be read ({error.strerror}); check the path") from error
    if pickled:
        raise WeightsError(
            f"{path.name} is a pickle, which can run code when loaded; expected safetensors: "
            "convert it with geounet models import"
        )
