"""The stage evaluate: what base and tuned model answer to the check rows, and how well."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from .context import RunContext
from .evaluate import evaluation, row_losses
from .generate import generate_answers
from .loop import Trainer
from .rows import TokenRow
from .scores import RowScore, answer_limit, choose_rows


def original_values(model: Any) -> dict[str, torch.Tensor]:
    """Copies of the base's own parameters that train (biases), from before training."""
    return {
        name: p.detach().clone()
        for name, p in model.named_parameters()
        if p.requires_grad and name.endswith(".bias") and "lora_" not in name
    }


@contextlib.contextmanager
def as_base(model: Any, originals: Mapping[str, torch.Tensor]) -> Iterator[None]:
    """The base model: adapters off, and trained biases back at their first values."""
    parameters = dict(model.named_parameters())
    trained = {name: parameters[name].data for name in originals}
    for name, value in originals.items():
        parameters[name].data = value
    try:
        with model.disable_adapter():
            yield
    finally:
        for name, value in trained.items():
            parameters[name].data = value


def score(context: RunContext, trainer: Trainer, note: str) -> list[RowScore]:
    """Greedy answers and losses of the model as it is now, on the check rows that are scored."""
    rows = scored_rows(context)
    model, events = trainer.model, context.events

    def progress(done: int, total: int) -> None:
        context.wishes.check()
        events.progress("evaluate", done, total, "rows", note)

    limit = answer_limit([len(context.tokenizer.encode(row.expected)) for row in rows])
    prompts = [row.prompt_ids for row in rows]
    pad = trainer.batches.pad_id
    losses = row_losses(model, rows, pad, trainer.autocast(), context.wishes.check)
    with evaluation(model), trainer.autocast():
        answers = generate_answers(model, prompts, context.stop_ids, limit, progress)
    return [
        RowScore(
            id=row.id,
            prompt=_last_user_turn(row),
            expected=row.expected,
            loss=loss,
            tokens=row.supervised,
            answer=context.tokenizer.decode(answer.ids).strip(),
            stops=answer.stopped,
        )
        for row, loss, answer in zip(rows, losses, answers, strict=True)
    ]


def scored_rows(context: RunContext) -> list[TokenRow]:
    """The check rows that every model of this run answers: all, or a fixed sample of them."""
    return choose_rows(context.check, context.spec.training.seed)


def _last_user_turn(row: TokenRow) -> str:
    users = [m["content"] for m in row.messages if m["role"] == "user"]
    return users[-1] if users else ""
