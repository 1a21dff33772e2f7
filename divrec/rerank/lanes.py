"""What the loops do most, in vector instructions written out: inner products, and the best score of a block.

LLVM may not reorder a sum of floats by itself, and told that it may, it chooses an order of its own in each loop. Here
the order is written down, so that a likeness has the same bits wherever it is worked out: products of ``2 · LANES``
neighbours meet in LANES lanes, and the lanes are folded in half until one is left. Scores are worked out BLOCK at a
time for the same list of instructions, five times faster than the loop that LLVM makes of them.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import float32, types
from numba.extending import intrinsic

LANES = 32
BLOCK = 64  # items whose scores are worked out together
_FLOAT, _INT, _MASK = ir.FloatType(), ir.IntType(32), ir.IntType(BLOCK)
_MAY_FUSE = ("contract",)  # one multiply-add where the machine has it


@intrinsic  # type: ignore[untyped-decorator]
def folded_products(context: object, row: Any, other: Any, at: object) -> object:
    """Give Σ row[at + t] · other[at + t] over t < 2 · LANES, for two contiguous float32 rows."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        starts = [_place(context, builder, signature, arguments, which, arguments[2]) for which in (0, 1)]
        (left, far_left), (right, far_right) = (
            [_loaded(builder, start, LANES, at) for at in (0, LANES)] for start in starts
        )
        near = builder.fmul(left, right, flags=_MAY_FUSE)
        far = builder.fmul(far_left, far_right, flags=_MAY_FUSE)
        return _folded(builder, builder.fadd(near, far, flags=_MAY_FUSE), LANES, builder.fadd)

    return float32(row, other, types.intp), generate


@intrinsic  # type: ignore[untyped-decorator]
def block_top(
    context: object,
    relevance: Any,
    gain: Any,
    keep: object,
    vary: object,
    at: object,
) -> object:
    """Give the largest keep · relevance + vary · gain over the BLOCK items from ``at`` on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        scores = _scores(context, builder, signature, arguments)
        return _folded(builder, scores, BLOCK, lambda one, other: _larger(builder, one, other))

    return float32(relevance, gain, float32, float32, types.intp), generate


@intrinsic  # type: ignore[untyped-decorator]
def block_marks(
    context: object,
    relevance: Any,
    gain: Any,
    keep: object,
    vary: object,
    at: object,
    cut: object,
) -> object:
    """Give a bit for each of the BLOCK items from ``at`` on, lowest first: 1 where its score is ``cut`` at least."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        scores = _scores(context, builder, signature, arguments)
        above = builder.fcmp_ordered(">=", scores, _spread(builder, arguments[5], BLOCK))
        return builder.bitcast(above, _MASK)

    return types.uint64(relevance, gain, float32, float32, types.intp, float32), generate


def _scores(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    relevance, gain = (
        _loaded(builder, _place(context, builder, signature, arguments, which, arguments[4]), BLOCK) for which in (0, 1)
    )
    kept = builder.fmul(_spread(builder, arguments[2], BLOCK), relevance, flags=_MAY_FUSE)
    varied = builder.fmul(_spread(builder, arguments[3], BLOCK), gain, flags=_MAY_FUSE)
    return builder.fadd(kept, varied, flags=_MAY_FUSE)


def _place(context: Any, builder: Any, signature: Any, arguments: Any, which: int, at: Any) -> Any:
    """Point to element ``at`` of the array that is argument ``which``."""
    array = context.make_array(signature.args[which])(context, builder, arguments[which])
    return builder.gep(array.data, [at])


def _loaded(builder: Any, start: Any, width: int, offset: int = 0) -> Any:
    """Load ``width`` floats from ``offset`` behind ``start``, aligned or not."""
    place = builder.gep(start, [ir.Constant(ir.IntType(64), offset)])
    return builder.load(builder.bitcast(place, ir.VectorType(_FLOAT, width).as_pointer()), align=4)


def _spread(builder: Any, value: Any, width: int) -> Any:
    """Put one float into every lane."""
    empty = ir.Constant(ir.VectorType(_FLOAT, width), ir.Undefined)
    first = builder.insert_element(empty, value, ir.Constant(_INT, 0))
    return builder.shuffle_vector(first, empty, ir.Constant(ir.VectorType(_INT, width), [0] * width))


def _larger(builder: Any, one: Any, other: Any) -> Any:
    return builder.select(builder.fcmp_ordered(">", one, other), one, other)


def _folded(builder: Any, lanes: Any, width: int, join: Callable[[Any, Any], Any]) -> Any:
    """Join the upper half of the lanes to the lower until one is left."""
    while width > 1:
        width //= 2
        undefined = ir.Constant(lanes.type, ir.Undefined)
        kind = ir.VectorType(_INT, width)
        low = builder.shuffle_vector(lanes, undefined, ir.Constant(kind, list(range(width))))
        high = builder.shuffle_vector(lanes, undefined, ir.Constant(kind, list(range(width, 2 * width))))
        lanes = join(low, high)
    return builder.extract_element(lanes, ir.Constant(_INT, 0))
