"""Whether packing leaves rows alone, found out on the real model before training."""

from __future__ import annotations

import contextlib
from typing import Any

import torch

from .batches import Batch, collate
from .evaluate import evaluation
from .loss import LossFunction
from .rows import TokenRow

# Masked positions add exact zeros, so what is left is the rounding of another order of sums.
LEAK = 1e-4
# Alone and packed, a row goes through other kernels; in 16 bits they differ in the third digit.
ALONE = {torch.float32: 1e-4, torch.bfloat16: 5e-2, torch.float16: 1e-2}


def packing_is_exact(
    model: Any, rows: list[TokenRow], pad_id: int, autocast: contextlib.AbstractContextManager[Any]
) -> bool:
    """Whether the second row's loss is the same alone, behind the first, and behind other text.

    The last comparison keeps shapes and formats, so it shows a leak in any dtype; the first one
    shows positions that do not restart.
    """
    if len(rows) < 2:
        return True
    first, second = rows[0], rows[1]
    changed = _changed(first)
    device = next(model.parameters()).device
    with evaluation(model), autocast:
        loss = LossFunction(model)
        alone = loss(collate([[second]], pad_id).to(device)).item()
        behind = _second_only(loss, collate([[first, second]], pad_id).to(device), first)
        other = _second_only(loss, collate([[changed, second]], pad_id).to(device), changed)
    dtype = model.dtype if model.dtype in ALONE else torch.float32
    scale = max(abs(alone), 1e-6)
    exact = abs(behind - other) <= LEAK * scale
    return exact and abs(behind - alone) <= ALONE[dtype] * scale


def _second_only(loss: LossFunction, batch: Batch, first: TokenRow) -> float:
    batch.labels[:, : len(first.ids)] = -100
    return loss(batch).item()


def _changed(row: TokenRow) -> TokenRow:
    """The row with its tokens in reverse: same length, other text."""
    return TokenRow(row.id, [], row.ids[::-1], row.labels, [], "")
