"""What one model scored on the check rows: the file format between evaluation and report."""

from __future__ import annotations

import dataclasses
import json
import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

ANSWER_LIMIT = 200  # rows that are answered and scored; more would cost hours on a CPU
T = TypeVar("T")


@dataclass(frozen=True)
class RowScore:
    """One check row, scored by one model.

    `loss` is the sum of -log p (natural) over the row's `tokens` supervised tokens. `answer` is the
    greedy answer, `stops` whether it ended with a stop token before the limit.
    """

    id: str
    prompt: str
    expected: str
    loss: float
    tokens: int
    answer: str
    stops: bool

    @property
    def exact(self) -> bool:
        """Whether the answer is the expected one, but for whitespace."""
        return normalise(self.answer) == normalise(self.expected)


def normalise(text: str) -> str:
    """NFC, runs of whitespace as one blank, none at the ends. Case and punctuation count."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def choose_rows(rows: Sequence[T], seed: int, limit: int = ANSWER_LIMIT) -> list[T]:
    """At most `limit` rows in their order: the same ones for every model of a run."""
    if len(rows) <= limit:
        return list(rows)
    chosen = random.Random(seed).sample(range(len(rows)), limit)
    return [rows[i] for i in sorted(chosen)]


def answer_limit(expected_tokens: Sequence[int]) -> int:
    """How many tokens an answer may have: twice the longest expected one, 32 to 512."""
    return min(512, max(32, 2 * max(expected_tokens, default=0)))


def summary(rows: Sequence[RowScore]) -> dict[str, float | int | None]:
    """`{loss, exactMatch, stops, n}`; loss is the mean over all supervised tokens."""
    n, tokens = len(rows), sum(r.tokens for r in rows)
    return {
        "loss": sum(r.loss for r in rows) / tokens if tokens else None,
        "exactMatch": sum(r.exact for r in rows) / n if n else None,
        "stops": sum(r.stops for r in rows) / n if n else None,
        "n": n,
    }


def write_scores(file: Path, rows: Sequence[RowScore]) -> None:
    """Write the scores of one model, one JSON object with `rows`."""
    data = {"schemaVersion": 1, "rows": [dataclasses.asdict(row) for row in rows]}
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    part.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    part.replace(file)


def read_scores(file: Path) -> list[RowScore] | None:
    """The scores in `file`; None where it is missing or not whole."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        return [RowScore(**row) for row in data["rows"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None
