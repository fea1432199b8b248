"""`tokens`: rows exactly as training feeds them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from .errors import AppError
from .model_folder import longest_row, read_config
from .rows import read_rows
from .template import load_template, thinks
from .tokenize_rows import row_tokenizer
from .tokenizer import load_tokenizer


def show_tokens(
    model_folder: Path,
    file: Path,
    max_length: int | None,
    system: str | None,
    train_on: str,
    day: date | None,
    thinking: bool | None,
) -> Iterator[dict[str, Any]]:
    """`{id, ids, labels, pieces}` per row, or `{id, error}` for one that cannot be used.

    `thinking` None: on if an answer in `file` thinks. Errors of the model folder are raised.
    """
    limit = None if max_length is None else longest_row(read_config(model_folder), max_length)
    tokenizer = load_tokenizer(model_folder)
    rows = read_rows(file)
    if thinking is None:
        thinking = thinks([row.messages for row in rows])
    template = load_template(model_folder, tokenizer, day, thinking)
    tokenize, _ = row_tokenizer(model_folder, tokenizer, template, system, train_on)
    for row in rows:
        try:
            found = tokenize(row).row
            if limit is not None and (tokens := len(found.ids)) > limit:
                raise AppError("row_too_long", id=row.id, tokens=tokens, max_length=limit)
        except AppError as error:
            yield {"id": row.id, "error": error.to_dict()}
            continue
        pieces = [tokenizer.decode([id], skip_special=False) for id in found.ids]
        yield {"id": row.id, "ids": found.ids, "labels": found.labels, "pieces": pieces}


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
        pieces = [tokenizer.decode([id], skip_special=False) for id in ids]
        yield {"ids": ids, "pieces": pieces}
