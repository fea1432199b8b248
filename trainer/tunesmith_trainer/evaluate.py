"""Held-out loss, without a trace in training's random states or modes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch

from .batches import collate
from .loss import LossFunction
from .out_of_memory import in_halves
from .random_state import untouched_random_state
from .rows import IGNORED, TokenRow

BATCH_TOKENS = 4096
BATCH_ROWS = 64
BATCH_LOGITS = 1 << 27  # values; as float32 half a gibibyte


@contextlib.contextmanager
def evaluation(model: Any) -> Iterator[None]:
    """Evaluation mode without gradients; afterwards modes and random states are as before."""
    was_training = model.training
    model.eval()
    try:
        with untouched_random_state(), torch.inference_mode():
            yield
    finally:
        model.train(was_training)


def row_losses(
    model: Any,
    rows: Sequence[TokenRow],
    pad_id: int,
    autocast: contextlib.AbstractContextManager[Any],
    between: Callable[[], None] | None = None,
    lowered: Callable[[int], None] = lambda _rows: None,
) -> list[float]:
    """Summed loss of each row's learned tokens, in the order of `rows`.

    `between` is called before each batch and may raise to stop. Where memory runs out, a batch is
    halved, and `lowered` is told how many rows are tried next.
    """
    losses = [0.0] * len(rows)
    device = next(model.parameters()).device
    loss = LossFunction(model)

    def sums(numbers: Sequence[int]) -> list[float]:
        batch = collate([[rows[i]] for i in numbers], pad_id).to(device)
        values, labels = loss.per_token(batch)
        return (values * (labels != IGNORED)).double().sum(1).tolist()

    with evaluation(model), autocast:
        for numbers in group_rows(rows, batch_tokens(model)):
            if between is not None:
                between()
            for i, value in zip(numbers, in_halves(sums, numbers, lowered), strict=True):
                losses[i] = value
    return losses


def mean_loss(losses: Sequence[float], rows: Sequence[TokenRow]) -> float:
    """Mean over all learned tokens of `rows`."""
    return sum(losses) / sum(row.supervised for row in rows)


def batch_tokens(model: Any) -> int:
    """Tokens evaluated at once, padding included: fewer where the vocabulary is very large."""
    head = model.get_output_embeddings()
    return BATCH_TOKENS if head is None else min(BATCH_TOKENS, BATCH_LOGITS // len(head.weight))


def group_rows(rows: Sequence[TokenRow], limit: int) -> list[list[int]]:
    """Numbers of rows of similar length, longest first, so that little is padding."""
    groups: list[list[int]] = []
    for i in sorted(range(len(rows)), key=lambda i: (-len(rows[i].ids), i)):
        longest = len(rows[groups[-1][0]].ids) if groups else 0
        full = not groups or len(groups[-1]) == BATCH_ROWS
        if full or (len(groups[-1]) + 1) * longest > limit:
            groups.append([])
        groups[-1].append(i)
    return groups
