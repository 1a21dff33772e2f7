"""How gains reach the compiled loops: as first-class functions, compiled ahead of time.

The loop is compiled once for every method: a gain's ``start`` and ``add`` reach it as the addresses of functions of a
fixed signature, so a new gain never recompiles the loop. Caching functions that take *dispatchers* would miss in every
new process (their type is pickled by identity).
"""

from collections.abc import Callable
from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


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
