"""The order of the data, and rows as tensors: packed without cross-talk, or padded."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from .packing import pack
from .rows import IGNORED, TokenRow

Step = list[list[int]]  # an optimizer step: micro-batches of pack numbers


@dataclass(frozen=True)
class Batch:
    """One micro-batch. All tensors have the shape [batch, positions], int64.

    `attention_mask` is None where no position is padding or the padding is a row of its own.
    `row_lengths` tells for each position how long its row is. `supervised` counts what is
    predicted, `tokens` what is not padding.
    """

    input_ids: torch.Tensor
    labels: torch.Tensor
    position_ids: torch.Tensor
    attention_mask: torch.Tensor | None
    row_lengths: torch.Tensor
    tokens: int
    supervised: int

    def to(self, device: torch.device) -> Batch:
        """The same batch on another device."""
        if device.type == "cpu":
            return self
        moved = [self.input_ids, self.labels, self.position_ids, self.row_lengths]
        ids, labels, positions, lengths = (t.to(device, non_blocking=True) for t in moved)
        mask = None if self.attention_mask is None else self.attention_mask.to(device)
        return Batch(ids, labels, positions, mask, lengths, self.tokens, self.supervised)


@dataclass(frozen=True)
class Batches:
    """Rows in packs, packs in micro-batches, micro-batches in optimizer steps.

    Unpacked, each pack holds one row. The order of an epoch depends on seed and epoch alone, so a
    run continues anywhere without having drawn the numbers before. `micro_limit` cuts micro-batches
    into smaller ones of the same step; 0 = no limit.
    """

    rows: Sequence[TokenRow]
    packs: list[list[int]]
    packed: bool
    capacity: int
    batch_size: int
    accumulation: int
    seed: int
    pad_id: int
    micro_limit: int = 0

    @property
    def micro_size(self) -> int:
        """The most packs in one micro-batch."""
        size = min(self.batch_size, len(self.packs))
        return min(size, self.micro_limit) if self.micro_limit else size

    @property
    def steps_per_epoch(self) -> int:
        """Optimizer steps of one epoch; the last one may hold fewer packs."""
        return -(-len(self.packs) // (self.batch_size * self.accumulation))

    def epoch(self, number: int) -> list[Step]:
        """The optimizer steps of an epoch (counted from 0), packs shuffled."""
        order = list(range(len(self.packs)))
        random.Random(f"tunesmith {self.seed} {number}").shuffle(order)
        micro = _chunks(order, self.batch_size)
        steps = _chunks(micro, self.accumulation)
        if not self.micro_limit:
            return steps
        return [[part for m in step for part in _chunks(m, self.micro_limit)] for step in steps]

    def collate(self, numbers: Sequence[int]) -> Batch:
        """The packs of these numbers as one micro-batch."""
        return collate([[self.rows[i] for i in self.packs[n]] for n in numbers], self.pad_id)

    def row_ids(self, step: Step) -> list[str]:
        """Ids of the rows in an optimizer step."""
        return [self.rows[i].id for micro in step for n in micro for i in self.packs[n]]


def make_batches(
    rows: Sequence[TokenRow],
    packing: bool,
    max_length: int,
    batch_size: int,
    accumulation: int,
    seed: int,
    pad_id: int,
) -> Batches:
    """Batches over `rows`, none of which is longer than `max_length`."""
    packs = (
        pack([len(r.ids) for r in rows], max_length) if packing else [[i] for i in range(len(rows))]
    )
    return Batches(rows, packs, packing, max_length, batch_size, accumulation, seed, pad_id)


def collate(packs: Sequence[Sequence[TokenRow]], pad_id: int) -> Batch:
    """Packs side by side, padded on the right to the longest.

    Positions restart at each row: that, and no attention mask, is how Transformers tells the rows
    of a pack apart. In a pack of several rows padding restarts too and so is a row of its own.
    """
    longest = max(sum(len(row.ids) for row in rows) for rows in packs)
    several = any(len(rows) > 1 for rows in packs)
    shape = (len(packs), longest)
    ids = torch.full(shape, pad_id)
    labels = torch.full(shape, IGNORED)
    positions = torch.zeros(shape, dtype=torch.long)
    mask = torch.zeros(shape, dtype=torch.long)
    lengths = torch.ones(shape, dtype=torch.long)
    for line, rows in enumerate(packs):
        start = 0
        for row in rows:
            end = start + len(row.ids)
            ids[line, start:end] = torch.tensor(row.ids)
            labels[line, start:end] = torch.tensor(row.labels)
            # A row's first token must not be learned from the last token of the row before it.
            labels[line, start] = IGNORED
            positions[line, start:end] = torch.arange(end - start)
            mask[line, start:end] = 1
            lengths[line, start:end] = end - start
            start = end
        rest = longest - start
        positions[line, start:] = torch.arange(rest) if several else torch.arange(start, longest)
    tokens = int(mask.sum())
    whole = several or tokens == mask.numel()
    supervised = int((labels != IGNORED).sum())
    return Batch(ids, labels, positions, None if whole else mask, lengths, tokens, supervised)


def pad_token_id(size: int, stop_ids: frozenset[int], *candidates: int | None) -> int:
    """An id for padding that does not end answers: the first of `candidates`, or any other."""
    for candidate in candidates:
        if candidate is not None and candidate not in stop_ids:
            return candidate
    return next(i for i in range(size) if i not in stop_ids)


def _chunks(items: list, size: int) -> list[list]:
    return [items[i : i + size] for i in range(0, len(items), size)]
