"""What to say where a package is not installed that a benchmark needs and geounet does not."""

from importlib.util import find_spec

from geounet.errors import MissingDependencyError

REMEDY = "pip install 'geounet[dev]'"


def lacking(error: BaseException) -> str | None:
    """What is not installed, and the remedy, in one line; None where an error says something else."""
    if isinstance(error, MissingDependencyError):
        return str(error)
    name = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    return None if name in {"", "benchmarks", "geounet"} else _line(name)


def require(*names: str) -> None:
    """End the program in one line where a package is not installed: before hours of work rather than after."""
    for name in names:
        if find_spec(name) is None:
            raise SystemExit(_line(name))


def _line(name: str) -> str:
    return f"{name} is not installed: {REMEDY}"
