"""Before training: the longest batch and one evaluation are tried, so that memory fails early.

Nothing of it stays: weights, optimizer, schedule and random states are as before, to the bit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from .batches import Batches
from .evaluate import batch_tokens, group_rows, row_losses
from .loop import Trainer
from .loss import LossFunction
from .optimizers import make_optimizer
from .protocol import Events
from .random_state import untouched_random_state
from .rows import TokenRow
from .spec import Training


def probe(
    trainer: Trainer, training: Training, check: Sequence[TokenRow], between: Callable[[], None]
) -> None:
    """One forward and backward pass, one optimizer step and one evaluation on the longest rows.

    `between` is called before the step and before the evaluation, and may raise to stop. Raises
    what torch raises where memory runs out; then, too, nothing stays.
    """
    kept = [parameter.detach().clone() for parameter in trainer.parameters]
    was_training = trainer.model.training
    try:
        between()
        with untouched_random_state():
            _step(trainer, training)
        between()
        if check:
            limit = batch_tokens(trainer.model)
            longest = [check[i] for i in group_rows(check, limit)[0]]
            row_losses(trainer.model, longest, trainer.batches.pad_id, trainer.autocast())
    finally:
        with torch.no_grad():
            for parameter, value in zip(trainer.parameters, kept, strict=True):
                parameter.copy_(value)
                parameter.grad = None
        trainer.model.train(was_training)


def _step(trainer: Trainer, training: Training) -> None:
    """As the loop's, with an optimizer of its own that is thrown away."""
    trainer.model.train()
    batch = trainer.batches.collate(longest_packs(trainer.batches)).to(trainer.device)
    if trainer.neftune is not None:
        trainer.neftune.row_lengths = batch.row_lengths
    with trainer.autocast():
        mean = LossFunction(trainer.model)(batch) / batch.supervised
    mean.backward()
    if trainer.optimizer.state:
        return  # it holds its state already: a second one would need more than training does
    silent = Events(Path(os.devnull))
    make_optimizer(trainer.model, training, silent).step()
    silent.close()


def longest_packs(batches: Batches) -> list[int]:
    """Numbers of as many packs as a micro-batch holds: those with the most tokens."""

    def size(number: int) -> tuple[int, int]:
        rows = [batches.rows[i] for i in batches.packs[number]]
        return sum(len(row.ids) for row in rows), sum(row.supervised for row in rows)

    order = sorted(range(len(batches.packs)), key=lambda number: (size(number), -number))
    return order[::-1][: batches.micro_size]
