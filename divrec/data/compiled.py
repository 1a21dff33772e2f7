"""How inner loops are compiled, decided once: cached on disk, free of the interpreter lock."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a loop over arrays at its first call; the machine code is kept on disk for the next process."""
    return _compile(function, fast=False)


def compiled_sum(function: Function) -> Function:
    """Compile a sum whose terms may be added in any order, so that it runs on vector instructions."""
    return _compile(function, fast={"reassoc", "contract"})


def _compile(function: Function, fast: bool | set[str]) -> Function:
    try:
        return cast(Function, njit(function, cache=True, nogil=True, fastmath=fast))
    except RuntimeError:  # numba's way to say that no folder for the cache can be written
        return cast(Function, njit(function, nogil=True, fastmath=fast))
