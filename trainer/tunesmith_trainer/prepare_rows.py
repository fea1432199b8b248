"""The stage tokenize: frozen rows to tokens, and what was decided about them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np

from .context import RunContext
from .errors import AppError
from .model_folder import longest_row, read_config
from .rows import Row, read_rows, sha256_file
from .spec import Spec
from .stop_tokens import StopTokens
from .template import ChatTemplate, load_template, thinks
from .token_cache import RowsInTokens
from .token_table import MODES, TokenRows, TokenTable
from .tokenize_rows import RowTokenizer, row_tokenizer
from .tokenizer import TextTokenizer, load_tokenizer


def frozen_rows(run_folder: Path, spec: Spec) -> tuple[list[Row], list[Row]]:
    """Training and check rows, if they are the ones the run was frozen with.

    Errors: rows_changed, file_unreadable, rows_unreadable, no_rows.
    """
    found = []
    for name, expected in (("train", spec.data.train_sha256), ("check", spec.data.check_sha256)):
        file = run_folder / "data" / f"{name}.jsonl"
        if name == "check" and spec.data.check_rows == 0 and not file.exists():
            found.append([])
            continue
        if not file.is_file():
            raise AppError("file_unreadable", file=str(file), detail="it is missing")
        if sha256_file(file) != expected:
            raise AppError("rows_changed", file=str(file))
        found.append(read_rows(file))
    train, check = found
    if not train:
        raise AppError("no_rows")
    return train, check


def run_template(spec: Spec, rows: list[Row]) -> tuple[TextTokenizer, ChatTemplate]:
    """The model's tokenizer, and its template frozen to the run's day and the rows' thinking.

    Error model_changed: the template is not the one the run was planned with.
    """
    folder = Path(spec.model.path)
    tokenizer = load_tokenizer(folder)
    day = datetime.fromisoformat(spec.created_at.replace("Z", "+00:00")).date()
    thinking = thinks([row.messages for row in rows])
    template = load_template(folder, tokenizer, day, thinking)
    if template.sha256 != spec.template.sha256:
        raise AppError("model_changed", part="chat template")
    return tokenizer, template


def tokenize_run(
    context: RunContext, train: list[Row], check: list[Row], tokenize: RowTokenizer
) -> None:
    """Fill `context.train` and `context.check`. Errors: row_…"""
    data = context.spec.data
    limit = longest_row(read_config(context.model_folder), context.spec.training.max_length)
    total = len(train) + len(check)
    tokens = RowsInTokens(tokenize, context.model_folder, context.spec.device.threads)

    def between(done: int) -> None:
        context.events.progress("tokenize", done, total, "rows")
        context.wishes.check()

    found = tokens.of_file(train, data.train_sha256, between)
    checked = tokens.of_file(check, data.check_sha256, lambda n: between(len(train) + n))
    for table, rows in ((found, train), (checked, check)):
        for number in sorted(table.errors):
            raise table.errors[number]
        for number in np.flatnonzero(table.lengths > limit).tolist():
            counted = int(table.lengths[number])
            raise AppError("row_too_long", id=rows[number].id, tokens=counted, max_length=limit)
    context.train = TokenRows(found, [tokenize.with_system(row) for row in train])
    context.check = TokenRows(checked, [tokenize.with_system(row) for row in check])
    _state(context, found, train, tokenize)


def stop_tokens_of(
    spec: Spec, tokenizer: TextTokenizer, template: ChatTemplate
) -> tuple[RowTokenizer, StopTokens]:
    """How rows become tokens in this run, and what ends an answer."""
    system = spec.modelfile.get("system")
    folder = Path(spec.model.path)
    return row_tokenizer(folder, tokenizer, template, system, spec.training.train_on)


def _state(
    context: RunContext, found: TokenTable, train: list[Row], tokenize: RowTokenizer
) -> None:
    events, template = context.events, context.template
    stops = tokenize.masker.stops
    events.decide("stop_tokens", end=stops.texts[0], all=" ".join(stops.texts))
    for mode, rows in zip(MODES, np.bincount(found.modes, minlength=len(MODES)), strict=True):
        if rows:
            events.decide("mask", mode=mode, rows=int(rows))
    if incomplete := int((~found.complete).sum()):
        events.decide("mask_last", rows=incomplete)
    if context.spec.training.train_on == "everything":
        events.decide("train_on_everything")
    if template.thinking != "none":
        events.decide("thinking", thinking=template.thinking)
    if template.reads_clock:
        events.decide("clock", day=template.day.isoformat())
    _state_system(context, train, tokenize)


def _state_system(context: RunContext, train: list[Row], tokenize: RowTokenizer) -> None:
    events, served = context.events, context.spec.modelfile.get("system")
    if not tokenize.takes_system:
        if served:
            events.decide("system_rejected")
        return
    first = [row.messages[0] for row in train if row.text is None]
    texts = [message["content"] for message in first if message["role"] == "system"]
    if served and (added := len(first) - len(texts)):
        events.decide("system_added", rows=added)
    if differing := sum(text != (served or "") for text in texts):
        events.decide("system_differs", rows=differing)
