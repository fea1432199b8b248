"""Tokenised rows as a few arrays: what a hundred thousand rows need of memory, file and time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np

from .errors import AppError
from .masking import Masked, TokenSpan
from .rows import IGNORED, Row, TokenRow

Ids = Any  # numpy.ndarray of int32, one dimension
MODES = ("generation", "prefix", "last", "text")


@dataclass(frozen=True)
class RowTokens:
    """One row in tokens: spans of `ids` are learned, the first `prompt` ids are its last prompt.

    `kept` messages of the prepared row are in it. `expected` is the last answer's text where it is
    not that message's content.
    """

    ids: Ids
    spans: list[TokenSpan]
    prompt: int
    mode: str
    complete: bool
    kept: int
    expected: str | None = None


@dataclass(frozen=True)
class TokenTable:
    """Arrays over all rows, in their order.

    `ids` int32 and `learned` bool hold all tokens: row i from `starts[i]` to `starts[i + 1]`,
    int64.
    Per row: `prompts` and `kept` int32, `modes` uint8 as in MODES, `complete` bool. A row that
    cannot be used has no tokens and stands in `errors` with its reason.
    """

    ids: Any
    learned: Any
    starts: Any
    prompts: Any
    kept: Any
    modes: Any
    complete: Any
    errors: dict[int, AppError] = field(default_factory=dict)
    expected: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.modes)

    @property
    def lengths(self) -> Any:
        """Tokens per row."""
        return np.diff(self.starts)

    @property
    def supervised(self) -> Any:
        """Learned tokens per row."""
        before = np.concatenate([[0], np.cumsum(self.learned, dtype=np.int64)])
        return before[self.starts[1:]] - before[self.starts[:-1]]

    @property
    def first_learned(self) -> Any:
        """The position of the first learned token per row; 0 where none is learned."""
        places = np.flatnonzero(self.learned)
        at = np.searchsorted(places, self.starts[:-1])
        found = np.append(places, -1)[np.minimum(at, len(places))]
        return np.where(self.supervised > 0, found - self.starts[:-1], 0)

    def token_row(self, number: int, row: Row) -> TokenRow:
        """Row `number`; `row` is it with its system turn. Error: its own."""
        if error := self.errors.get(number):
            raise error
        start, end = int(self.starts[number]), int(self.starts[number + 1])
        ids = self.ids[start:end]
        labels = np.where(self.learned[start:end], ids, IGNORED).tolist()
        ids = ids.tolist()
        prompt_ids = ids[: int(self.prompts[number])]
        if row.text is not None:
            return TokenRow(row.id, [], ids, labels, prompt_ids, row.text, text=row.text)
        messages = row.messages[: int(self.kept[number])]
        expected = self.expected.get(number, messages[-1]["content"])
        return TokenRow(row.id, messages, ids, labels, prompt_ids, expected, row.tools)

    def part(self, start: int, end: int) -> TokenTable:
        """The rows from `start` to `end`."""
        first, last = self.starts[start], self.starts[end]
        return TokenTable(
            self.ids[first:last],
            self.learned[first:last],
            self.starts[start : end + 1] - first,
            *(column[start:end] for column in (self.prompts, self.kept, self.modes, self.complete)),
            errors={i - start: e for i, e in self.errors.items() if start <= i < end},
            expected={i - start: e for i, e in self.expected.items() if start <= i < end},
        )


@dataclass(frozen=True)
class TokenRows(Sequence[TokenRow]):
    """Token rows made as they are asked for. `rows` have their system turns, none has an error."""

    table: TokenTable
    rows: Sequence[Row]

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> TokenRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[TokenRow]: ...
    def __getitem__(self, index: int | slice) -> TokenRow | list[TokenRow]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        number = range(len(self))[index]
        return self.table.token_row(number, self.rows[number])


def row_tokens(masked: Masked, prepared: Row) -> RowTokens:
    """A row that was masked by itself."""
    row = masked.row
    learned = np.array(row.labels) != IGNORED
    edges = np.flatnonzero(np.diff(np.concatenate([[False], learned, [False]])))
    spans = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    last = prepared.text if row.text is not None else row.messages[-1]["content"]
    expected = None if row.expected == last else row.expected
    prompt, kept = len(row.prompt_ids), len(row.messages)
    ids = np.array(row.ids, dtype=np.int32)
    return RowTokens(ids, spans, prompt, masked.mode, masked.complete, kept, expected)


def make_table(rows: Iterable[RowTokens | AppError]) -> TokenTable:
    """The table of these rows."""
    ids: list[Ids] = [np.zeros(0, dtype=np.int32)]
    spans: list[TokenSpan] = []
    starts, facts = [0], []
    errors: dict[int, AppError] = {}
    expected: dict[int, str] = {}
    for number, row in enumerate(rows):
        start = starts[-1]
        if isinstance(row, AppError):
            errors[number] = row
            facts.append((0, 0, 0, True))
        else:
            ids.append(row.ids)
            spans += [(start + a, start + b) for a, b in row.spans]
            facts.append((row.prompt, row.kept, MODES.index(row.mode), row.complete))
            if row.expected is not None:
                expected[number] = row.expected
        starts.append(start if isinstance(row, AppError) else start + len(row.ids))
    learned = np.zeros(starts[-1], dtype=bool)
    for start, end in spans:
        learned[start:end] = True
    columns = np.array(facts, dtype=np.int32).reshape(-1, 4).T
    return TokenTable(
        np.concatenate(ids), learned, np.array(starts, dtype=np.int64),
        columns[0], columns[1], columns[2].astype(np.uint8), columns[3].astype(bool),
        errors, expected,
    )  # fmt: skip


def join_tables(tables: Sequence[TokenTable]) -> TokenTable:
    """Tables behind each other."""
    tables = tables or [make_table([])]
    firsts = np.cumsum([0, *map(len, tables)])[:-1].tolist()
    tokens = np.cumsum([0, *(len(t.ids) for t in tables)])[:-1].tolist()
    starts = [t.starts[:-1] + n for t, n in zip(tables, tokens, strict=True)]
    joined = {
        key: np.concatenate([getattr(t, key) for t in tables])
        for key in ("ids", "learned", "prompts", "kept", "modes", "complete")
    }
    return TokenTable(
        starts=np.concatenate([*starts, [len(joined["ids"])]]).astype(np.int64),
        errors={n + i: e for t, n in zip(tables, firsts, strict=True) for i, e in t.errors.items()},
        expected={
            n + i: e for t, n in zip(tables, firsts, strict=True) for i, e in t.expected.items()
        },
        **joined,
    )
