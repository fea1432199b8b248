"""Telling that memory ran out, whoever says it, and going on with half as much."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# torch's CPU allocator and others raise a bare RuntimeError.
SIGNS = (
    "DefaultCPUAllocator",
    "can't allocate memory",
    "not enough memory",
    "CUDA out of",
    "bad_alloc",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception says that memory ran out."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if isinstance(error, MemoryError) or "OutOfMemoryError" in kinds:
        return True
    text = str(error)
    return any(sign in text for sign in SIGNS)


def free_unused() -> None:
    """Give back what nobody holds any more."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def in_halves(
    work: Callable[[Sequence[Item]], Sequence[Result]],
    items: Sequence[Item],
    lowered: Callable[[int], None],
) -> list[Result]:
    """`work(items)`; where memory runs out, of the first half and then of the second.

    `lowered` is told the number of items that is tried next. One item that does not fit raises.
    """
    try:
        return list(work(items))
    except Exception as error:
        if len(items) == 1 or not is_out_of_memory(error):
            raise
    # Outside of the handler: the exception held the tensors that were in the way.
    free_unused()
    middle = -(-len(items) // 2)
    lowered(middle)
    first = in_halves(work, items[:middle], lowered)
    return [*first, *in_halves(work, items[middle:], lowered)]
