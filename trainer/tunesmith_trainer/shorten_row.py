"""Rows that are too long, where a person chose to have them shortened.

What is furthest from the answer goes first: the oldest turns, up to a turn of the user, so that a
conversation still begins with one; then the start of the prompt, up to a word. System prompt, tools
and the answer with its end token stay whole. Where that is not enough, the row is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from .errors import AppError
from .rows import Row
from .tokenize_rows import RowTokenizer

# With less of its prompt an answer would be to no question.
FEWEST_PROMPT_TOKENS = 8
# A text without blanks (as Chinese) is cut between characters.
LONGEST_WORD = 40
NEXT_WORD = re.compile(r"\s(?=\S)")


@dataclass(frozen=True)
class Shortened:
    """What is left of a row: `messages` behind the system turn were dropped.

    `text` is what remains of the first one left, or of the row's text; None where it stays whole.
    `before` and `tokens` are the row's tokens before and after, `supervised` what is learned then.
    """

    before: int
    tokens: int
    supervised: int
    messages: int = 0
    text: str | None = None


def shorten(row: Row, tokenize: RowTokenizer, limit: int) -> Shortened:
    """Shorten a row to at most `limit` tokens; one that fits stays as it is.

    Errors: row_answer_too_long, and those of `RowTokenizer`.
    """
    prepared = tokenize.prepare(row)
    before, supervised = _count(prepared, tokenize)
    if before <= limit:
        return Shortened(before, before, supervised)
    if prepared.text is not None:
        text, *tokens = _cut(
            prepared.text, before, limit, tokenize, lambda t: replace(prepared, text=t)
        )
        return Shortened(before, *tokens, text=text)
    messages = tokenize.masker.learnable(prepared)
    head = int(messages[0]["role"] == "system")
    starts = [i for i in range(head, len(messages)) if messages[i]["role"] == "user"]

    def part(start: int, text: str | None = None) -> Row:
        kept = list(messages[start:])
        if text is not None:
            kept[0] = {**kept[0], "content": text}
        return replace(prepared, messages=[*messages[:head], *kept])

    low, high = 0, len(starts)  # the first start from which the rest fits
    while low < high:
        middle = (low + high) // 2
        if _count(part(starts[middle]), tokenize)[0] <= limit:
            high = middle
        else:
            low = middle + 1
    if low < len(starts):
        return Shortened(before, *_count(part(starts[low]), tokenize), starts[low] - head)
    start = starts[-1] if starts else head
    if messages[start]["role"] != "user":
        raise _too_long(row, before, limit)
    tokens, _ = _count(part(start), tokenize)
    text, *counts = _cut(
        messages[start]["content"], tokens, limit, tokenize, lambda t: part(start, t)
    )
    return Shortened(before, *counts, start - head, text)


def _cut(
    text: str, tokens: int, limit: int, tokenize: RowTokenizer, row_of: Callable[[str], Row]
) -> tuple[str, int, int]:
    """The end of `text` with which the row fits, and the row's tokens and learned ones then."""
    _, offsets = tokenize.masker.tokenizer.encode_with_offsets(text)
    cut = tokens - limit
    while cut <= len(offsets) - FEWEST_PROMPT_TOKENS:
        place = offsets[cut][0]
        word = NEXT_WORD.search(text, max(0, place - 1), place + LONGEST_WORD)
        left = text[word.end() if word else place :]
        tokens, supervised = _count(row_of(left), tokenize)
        if tokens <= limit:
            if len(tokenize.masker.tokenizer.encode(left)) < FEWEST_PROMPT_TOKENS:
                break
            return left, tokens, supervised
        cut += tokens - limit
    raise _too_long(row_of(text), tokens, limit)


def _count(row: Row, tokenize: RowTokenizer) -> tuple[int, int]:
    """Tokens, and learned ones."""
    masked = tokenize.masker.mask(row).row
    return len(masked.ids), masked.supervised


def _too_long(row: Row, tokens: int, limit: int) -> AppError:
    return AppError("row_answer_too_long", id=row.id, tokens=tokens, max_length=limit)
