"""`tokens`: rows exactly as training feeds them, from a file or asked for one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from .device import usable_cores
from .errors import AppError
from .model_folder import longest_row, read_config
from .rows import Row, parse_row, read_rows
from .shorten_row import shorten
from .template import load_template, thinks
from .token_table import TokenTable
from .tokenize_batch import BatchTokenizer
from .tokenize_rows import RowTokenizer, row_tokenizer
from .tokenizer import TextTokenizer, load_tokenizer

# No character has more bytes than this, and each may be a token of its own.
CHARACTER_BYTES = 4
REPLACEMENT = "\ufffd"


def show_tokens(
    model_folder: Path,
    file: Path,
    max_length: int | None,
    system: str | None,
    train_on: str,
    day: date | None,
    thinking: bool | None,
) -> Iterator[dict[str, Any]]:
    """`{id, ids, labels, pieces, special}` per row, or `{id, error}` for one that cannot be used.

    `special` holds the positions of control tokens.

    `thinking` None: on if an answer in `file` thinks. Errors of the model folder are raised.
    """
    limit = None if max_length is None else longest_row(read_config(model_folder), max_length)
    tokenizer = load_tokenizer(model_folder)
    rows = read_rows(file)
    if thinking is None:
        thinking = thinks([row.messages for row in rows])
    template = load_template(model_folder, tokenizer, day, thinking)
    tokenize, _ = row_tokenizer(model_folder, tokenizer, template, system, train_on)
    start = 0
    for table in BatchTokenizer(tokenize).tables(rows, usable_cores()):
        for number in range(len(table)):
            row = rows[start + number]
            yield _describe(table, number, row, tokenize, limit)
        start += len(table)


def serve_tokens(
    model_folder: Path,
    system: str | None,
    train_on: str,
    day: date | None,
    thinking: bool | None,
    requests: TextIO,
) -> Iterator[dict[str, Any]]:
    """Answers requests, one JSON object per line, until they end; the model is loaded once.

    `{"rows": [{id, messages}], "pieces": bool}` gives `{"rows": […]}`: what `show_tokens` gives,
    or without pieces `{id, tokens, supervised}`, and `{id, error}` for a row that cannot be used.
    With `"shorten": limit` each row is shortened to that many tokens: `{id, before, tokens,
    supervised, messages, text}`, as in `shorten_row`.
    """
    tokenizer = load_tokenizer(model_folder)
    template = load_template(model_folder, tokenizer, day, bool(thinking))
    tokenize, _ = row_tokenizer(model_folder, tokenizer, template, system, train_on)
    batch = BatchTokenizer(tokenize)
    for line in requests:
        request = json.loads(line)
        rows = [parse_row(row) for row in request["rows"]]
        if limit := request.get("shorten"):
            yield {"rows": [_shorten(row, tokenize, limit) for row in rows]}
            continue
        table = batch.table(rows, usable_cores())
        if request.get("pieces"):
            shown = [_describe(table, i, row, tokenize, None) for i, row in enumerate(rows)]
        else:
            shown = describe_counts(rows, table)
        yield {"rows": shown}


def _describe(
    table: TokenTable, number: int, row: Row, tokenize: RowTokenizer, limit: int | None
) -> dict[str, Any]:
    tokenizer = tokenize.masker.tokenizer
    try:
        found = table.token_row(number, tokenize.with_system(row))
        if limit is not None and (tokens := len(found.ids)) > limit:
            raise AppError("row_too_long", id=row.id, tokens=tokens, max_length=limit)
    except AppError as error:
        return {"id": row.id, "error": error.to_dict()}
    control = set(tokenizer.special.values())
    return {
        "id": row.id,
        "ids": found.ids,
        "labels": found.labels,
        "pieces": token_pieces(tokenizer, found.ids),
        "special": [at for at, id in enumerate(found.ids) if id in control],
    }


def _shorten(row: Row, tokenize: RowTokenizer, limit: int) -> dict[str, Any]:
    try:
        return {"id": row.id, **asdict(shorten(row, tokenize, limit))}
    except AppError as error:
        return {"id": row.id, "error": error.to_dict()}


def describe_counts(rows: list[Row], table: TokenTable) -> list[dict[str, Any]]:
    """`{id, tokens, supervised}` of each row, or `{id, error}`."""
    columns = zip(rows, table.lengths.tolist(), table.supervised.tolist(), strict=True)
    return [
        {"id": row.id, "error": table.errors[number].to_dict()}
        if number in table.errors
        else {"id": row.id, "tokens": tokens, "supervised": supervised}
        for number, (row, tokens, supervised) in enumerate(columns)
    ]


def token_pieces(tokenizer: TextTokenizer, ids: list[int]) -> list[str]:
    """The text of each token in its place, so that joined they read as the whole.

    Decoded behind its neighbour, because SentencePiece drops the space before a first word. A
    character spread over several tokens stands at the first of them, and the others are empty.
    """
    pieces = [""] * len(ids)
    anchor = start = 0
    for end in range(1, len(ids) + 1):
        text = tokenizer.decode(ids[anchor:end], False)
        broken = text.endswith(REPLACEMENT) and end - start < CHARACTER_BYTES
        if broken and end < len(ids) and ids[end] not in tokenizer.added.values():
            continue
        before = tokenizer.decode(ids[anchor:start], False)
        whole = text.startswith(before)
        pieces[start] = text[len(before) :] if whole else tokenizer.decode(ids[start:end], False)
        anchor, start = start, end
    return pieces


def show_text_tokens(model_folder: Path, file: Path) -> Iterator[dict[str, Any]]:
    """`{ids, pieces}` per text of `file`, a JSON list: control tokens are read, nothing is added.

    Errors: file_unreadable, and those of the model folder.
    """
    tokenizer = load_tokenizer(model_folder)
    try:
        texts = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AppError("file_unreadable", file=str(file), detail=str(error)) from error
    for text in texts:
        ids = tokenizer.encode(text)
        yield {"ids": ids, "pieces": [tokenizer.decode([id], skip_special=False) for id in ids]}
