"""Greedy answers from a torch model: batched, with a key/value cache and padding on the left."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from .out_of_memory import in_halves

BATCH_ROWS = 32
BATCH_TOKENS = 4096  # prompt tokens of one batch, padding included


@dataclass(frozen=True)
class Answer:
    """Generated token ids without the stop token; `stop` is that token, None at the limit."""

    ids: list[int]
    stop: int | None

    @property
    def stopped(self) -> bool:
        """Whether a stop token ended the answer."""
        return self.stop is not None


@torch.inference_mode()
def generate_answers(
    model: Any,
    prompts_ids: Sequence[Sequence[int]],
    stop_ids: Collection[int],
    max_new_tokens: int,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Answer]:
    """Greedy answers to `prompts_ids` (token ids per prompt), in their order.

    `on_progress(done, total)` is called after each batch; it may raise to stop.
    """
    was_training = model.training
    model.eval()
    answers: list[Answer | None] = [None] * len(prompts_ids)

    def generate(batch: Sequence[int]) -> list[Answer]:
        return _generate(model, [prompts_ids[i] for i in batch], set(stop_ids), max_new_tokens)

    try:
        done = 0
        for batch in _batches(prompts_ids):
            found = in_halves(generate, batch, lambda _rows: None)
            for i, answer in zip(batch, found, strict=True):
                answers[i] = answer
            done += len(batch)
            if on_progress:
                on_progress(done, len(prompts_ids))
    finally:
        model.train(was_training)
    return [answer for answer in answers if answer is not None]


def _batches(prompts: Sequence[Sequence[int]]) -> list[list[int]]:
    """Indices of prompts grouped by similar length, longest first (memory fails early)."""
    batches: list[list[int]] = []
    for i in sorted(range(len(prompts)), key=lambda i: -len(prompts[i])):
        longest = len(prompts[batches[-1][0]]) if batches else 0
        full = not batches or len(batches[-1]) == BATCH_ROWS
        if full or (len(batches[-1]) + 1) * longest > BATCH_TOKENS:
            batches.append([])
        batches[-1].append(i)
    return batches


def _generate(
    model: Any, prompts: Sequence[Sequence[int]], stop_ids: set[int], limit: int
) -> list[Answer]:
    from transformers import DynamicCache

    device = next(model.parameters()).device
    inner = model.get_base_model() if hasattr(model, "get_base_model") else model
    # Logits of the last position alone: [rows, 1, vocabulary] instead of the whole prompt's.
    last = {"logits_to_keep": 1} if "logits_to_keep" in _parameters(inner) else {}
    longest = max(map(len, prompts))
    ids = torch.tensor([[0] * (longest - len(p)) + list(p) for p in prompts], device=device)
    mask = torch.tensor([[0] * (longest - len(p)) + [1] * len(p) for p in prompts], device=device)
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    cache = DynamicCache(config=inner.config)
    rows = list(range(len(prompts)))  # which prompt each row of the batch is
    texts: list[list[int]] = [[] for _ in prompts]
    stops: list[int | None] = [None] * len(prompts)
    for _ in range(limit):
        logits = model(
            input_ids=ids, attention_mask=mask, position_ids=positions,
            past_key_values=cache, use_cache=True, **last,
        ).logits[:, -1]  # fmt: skip
        best = logits.argmax(-1)
        for row, token in zip(rows, best.tolist(), strict=True):
            if token in stop_ids:
                stops[row] = token
            else:
                texts[row].append(token)
        keep = [i for i, row in enumerate(rows) if stops[row] is None]
        if not keep:
            break
        if len(keep) < len(rows):
            rows = [rows[i] for i in keep]
            index = torch.tensor(keep, device=device)
            cache.batch_select_indices(index)
            best, mask, positions = best[index], mask[index], positions[index]
        ids = best[:, None]
        mask = torch.cat([mask, mask.new_ones(len(rows), 1)], dim=1)
        positions = positions[:, -1:] + 1
    return [Answer(text, stop) for text, stop in zip(texts, stops, strict=True)]


def _parameters(model: Any) -> Collection[str]:
    return inspect.signature(model.forward).parameters
