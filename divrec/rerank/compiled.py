"""How the hot loops are compiled: ahead of time, cached on disk, gains handed to the loop as first-class functions.

The loop is compiled once for every method: a gain's ``start`` and ``add`` reach it as the addresses of functions of a
fixed signature, so a new gain never recompiles the loop. Caching functions that take *dispatchers* would miss in every
new process (their type is pickled by identity).
"""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])


@cache
def sources_digest() -> str:
    """Hash this room's sources: the disk cache watches one file, but a loop holds code inlined from several."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def address_of(function: Callable[..., Any], signature: object) -> int:
    """Compile for this signature, if need be, and give where the machine code lies in this process."""
    compiled = of_signature(function, signature).get_compile_result(signature)  # type: ignore[attr-defined]
    return int(compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name))


def function_at(signature: object) -> Callable[[int], Any]:
    """Make what turns such an address back into a function of the signature, inside compiled code.

    Handing the function itself over from Python would cost 60 µs a call, more than a short list takes.
    """
    kind = types.FunctionType(signature)

    @intrinsic  # type: ignore[untyped-decorator]
    def pointed(context: object, address: object) -> object:  # noqa: ARG001  # the form that numba asks for
        def generate(context: Any, builder: Any, signature: object, arguments: Any) -> Any:  # noqa: ANN401, ARG001
            function = cgutils.create_struct_proxy(kind)(context, builder)
            function.jit_addr = builder.inttoptr(arguments[0], context.get_value_type(types.voidptr))
            return function._getvalue()

        return kind(types.int64), generate

    return pointed  # type: ignore[no-any-return]


def of_signature(function: Callable[..., Any], signature: object) -> Callable[..., Any]:
    """Compile for this signature, or take it from the disk cache, and accept no other."""
    if not function.signatures:  # type: ignore[attr-defined]  # some gains share a function
        function.compile(signature)  # type: ignore[attr-defined]
        function.disable_compile()  # type: ignore[attr-defined]
    return function


def kernel(fast: bool | set[str] = False, inline: bool = False) -> Callable[[F], F]:
    """Compile a function on first use and keep the result on disk; ``fast`` names the liberties taken with floats.

    ``inline`` puts its code where it is called: a call takes longer than 64 multiplications.
    Where no cache folder can be written (read-only install, no home) the function is compiled in memory.
    """

    def compile_lazily(function: F) -> F:
        function.__qualname__ = f"{function.__qualname__}.{sources_digest()}"
        try:
            return njit(function, cache=True, nogil=True, fastmath=fast, forceinline=inline)  # type: ignore[no-any-return]
        except RuntimeError:  # numba's way to say that no cache folder is writable
            return njit(function, nogil=True, fastmath=fast, forceinline=inline)  # type: ignore[no-any-return]

    return compile_lazily
