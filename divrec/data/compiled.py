"""How hot loops are compiled, decided once: cached on disk, free of the interpreter lock."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])
HOUSE = Path(__file__).parents[1]


def kernel(fast: bool | set[str] = False, inline: bool = False) -> Callable[[Function], Function]:
    """Compile a loop over arrays at its first call and keep the machine code on disk for the next process.

    ``fast`` names the liberties taken with floats: {"reassoc", "contract"} lets a sum run on vector instructions.
    ``inline`` puts the code where it is called: a call takes longer than 64 multiplications.
    Where no cache folder can be written (read-only install, no home) the function is compiled in memory.
    """
    options = {"nogil": True, "fastmath": fast, "forceinline": inline}

    def compile_lazily(function: Function) -> Function:
        room = Path(function.__code__.co_filename).relative_to(HOUSE).parts[0]
        function.__qualname__ = f"{function.__qualname__}.{sources_digest(room)}"
        try:
            return njit(function, cache=True, **options)  # type: ignore[no-any-return]
        except RuntimeError:  # numba's way to say that no cache folder is writable
            return njit(function, **options)  # type: ignore[no-any-return]

    return compile_lazily


@cache
def sources_digest(room: str) -> str:
    """Hash a room's sources: the disk cache watches one file, but a loop holds code inlined from several."""
    digest = hashlib.sha256()
    for path in sorted((HOUSE / room).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
