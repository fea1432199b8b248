"""Many rows to tokens at once: the template's work is done once per shape, the rest on all cores.

The results are those of `RowTokenizer`, row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

import numpy as np

from .errors import AppError
from .masking import TokenSpan
from .row_plan import RowPlan
from .row_shapes import RowShapes
from .rows import Row
from .template import Message
from .token_table import Ids, RowTokens, TokenTable, join_tables, make_table, row_tokens
from .tokenize_rows import RowTokenizer

# Tokenising so many takes some ten milliseconds: long against a switch of threads, short to cancel.
CHUNK_ROWS = 128


@dataclass(frozen=True)
class _Planned:
    """A conversation whose places are known as soon as its tokens are."""

    plan: RowPlan
    messages: list[Message]
    texts: list[str]


@dataclass(frozen=True)
class _Plain:
    """A text for continued training, and the id that ends it."""

    end: int


class BatchTokenizer:
    """Turns many rows into tokens for one model."""

    def __init__(self, tokenize: RowTokenizer) -> None:
        self.tokenize = tokenize
        self._shapes = RowShapes(tokenize.masker)

    def rows(self, rows: Sequence[Row]) -> TokenTable:
        """The rows as a table; one that cannot be used has its error there."""
        return make_table(self._chunk(rows))

    def tables(self, rows: Sequence[Row], threads: int) -> Iterator[TokenTable]:
        """The same in pieces, in order, made by `threads` threads side by side.

        The tokenizer works without Python's lock, so a thread prepares while others tokenise.
        """
        chunks = [rows[i : i + CHUNK_ROWS] for i in range(0, len(rows), CHUNK_ROWS)]
        if threads < 2 or len(chunks) < 2:
            yield from map(self.rows, chunks)
            return
        # One more than there are cores: somebody always waits for Python's lock.
        with ThreadPoolExecutor(threads + 1, thread_name_prefix="tokenize") as pool:
            try:
                yield from pool.map(self.rows, chunks)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def table(
        self, rows: Sequence[Row], threads: int, on_rows: Callable[[int], None] | None = None
    ) -> TokenTable:
        """All rows as one table. `on_rows` hears how many are done, and may end it by an error."""
        done, found = 0, []
        for table in self.tables(rows, threads):
            found.append(table)
            done += len(table)
            if on_rows:
                on_rows(done)
        return join_tables(found)

    def _chunk(self, rows: Sequence[Row]) -> list[RowTokens | AppError]:
        results: list[RowTokens | AppError | None] = [None] * len(rows)
        waiting: list[tuple[int, Row, _Planned | _Plain]] = []
        texts: list[str] = []
        for number, row in enumerate(rows):
            try:
                prepared = self.tokenize.prepare(row)
                way, text = self._way(prepared)
            except AppError as error:
                results[number] = error
                continue
            if way is None:
                results[number] = self._by_itself(prepared)
            else:
                waiting.append((number, prepared, way))
                texts.append(text)
        for (number, prepared, way), tokens in zip(waiting, self._encode(texts), strict=True):
            results[number] = self._masked(way, *tokens) or self._by_itself(prepared)
        return [result for result in results if result is not None]

    def _way(self, row: Row) -> tuple[_Planned | _Plain | None, str]:
        """How a prepared row goes, and its rendering. Errors: row_no_answer, row_not_learnable."""
        if row.text is not None:
            text, end = self.tokenize.masker.opened_text(row, row.text)
            return _Plain(end), text
        messages = self.tokenize.masker.learnable(row)
        if row.tools:
            return None, ""
        texts = [m["content"] for m in messages]
        plan = self._shapes.plan(messages, texts)
        if plan is None:
            return None, ""
        return _Planned(plan, messages, texts), plan.render(texts)

    def _encode(self, texts: list[str]) -> Iterator[tuple[str, Ids, list[int], list[int]]]:
        """Each text with its ids, and the places of control tokens among them and their ids."""
        inner = self.tokenize.masker.tokenizer.inner
        if not texts:
            return
        encodings = inner.encode_batch_fast(texts, add_special_tokens=False)
        ids = [encoding.ids for encoding in encodings]
        starts = np.cumsum([0, *map(len, ids)])
        flat = np.fromiter(chain.from_iterable(ids), dtype=np.int32, count=starts[-1])
        places = np.flatnonzero(self._shapes.anchors.table[flat])
        bounds = np.searchsorted(places, starts).tolist()
        # Counted from the row's own first token.
        places_in_row = (places - np.repeat(starts[:-1], np.diff(bounds))).tolist()
        found = flat[places].tolist()
        for i, text in enumerate(texts):
            own = slice(bounds[i], bounds[i + 1])
            yield text, flat[starts[i] : starts[i + 1]], places_in_row[own], found[own]

    def _masked(
        self, way: _Planned | _Plain, text: str, ids: Ids, where: list[int], found: list[int]
    ) -> RowTokens | None:
        """A row from its tokens, or None where only `Masker` can tell."""
        if isinstance(way, _Plain):
            ids = np.append(ids, np.int32(way.end))
            return RowTokens(ids, _spans_from(1, len(ids)), 1, "text", True, 0)
        plan = way.plan
        answers = plan.find(way.texts, text, ids, where, found, self._shapes.anchors)
        if answers is None:
            return None
        prompt, spans = answers
        if self.tokenize.masker.train_on == "everything":
            spans = _spans_from(1, len(ids))
        else:
            ids = ids[: spans[-1][1]]
        return RowTokens(ids, spans, prompt, plan.mode, plan.complete, len(way.messages))

    def _by_itself(self, row: Row) -> RowTokens | AppError:
        try:
            return row_tokens(self.tokenize.masker.mask(row), row)
        except AppError as error:
            return error


def _spans_from(start: int, end: int) -> list[TokenSpan]:
    return [(start, end)] if end > start else []
