"""How the kernels of this package become machine code."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

_Function = TypeVar("_Function", bound=Callable[..., Any])
_njit: Any = numba.njit


def inlined(function: _Function) -> _Function:
    """Compile a function as a part of compiled callers, and for them alone: called from Python it would crash.

    It works on the arrays that it is given and makes none, and so does without numba's reference counts (`_nrt`):
    where arrays come in a tuple they cost twenty times the work itself. Wrappers for Python would take half of the
    compiler's time.
    """
    compiled: _Function = _njit(
        nogil=True, forceinline=True, _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True
    )(function)
    return compiled


def cached(function: _Function) -> _Function:
    """Compile a function whose machine code is kept on disk for as long as its file does not change."""
    compiled: _Function = _njit(nogil=True, cache=True)(function)
    return compiled
