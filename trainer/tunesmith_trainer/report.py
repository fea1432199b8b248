"""report.json: did it get better, on rows that training never saw?"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .bootstrap import interval
from .output_file import written
from .scores import RowScore, summary

# With fewer rows that only one of two models gets right, no split of them reaches 95 % (sign test:
# 2 * 0.5 ** 6 = 0.03, 2 * 0.5 ** 5 = 0.06), so exact matches say nothing.
DISCORDANT_ROWS = 6

Interval = dict[str, float]


def compare(base: Sequence[RowScore], tuned: Sequence[RowScore], seed: int) -> dict[str, Interval]:
    """Differences tuned - base with their 95 % intervals: `exactMatch` and `loss` (per token)."""
    if not base or [r.id for r in base] != [r.id for r in tuned]:
        return {}
    exact = np.array([float(b.exact) - float(a.exact) for a, b in zip(base, tuned, strict=True)])
    loss = np.array([b.loss - a.loss for a, b in zip(base, tuned, strict=True)])
    tokens = np.array([r.tokens for r in base], dtype=float)
    found = {"exactMatch": interval(exact, seed=seed)}
    if tokens.sum() > 0 and np.isfinite(loss).all():
        found["loss"] = interval(loss, tokens, seed=seed)
    return found


def judge(
    base: Sequence[RowScore], tuned: Sequence[RowScore], differences: dict[str, Interval]
) -> tuple[str, str | None]:
    """The verdict and what decided it.

    Exact matches decide where at least DISCORDANT_ROWS rows are right with one model and wrong with
    the other; otherwise, as with long free answers, the loss on the expected answers decides.
    `better` and `worse`: the 95 % interval of that one difference leaves out zero. `not_proven`: it
    holds zero. `not_measured`: there are no check rows, or the loss is not finite.
    """
    discordant = sum(a.exact != b.exact for a, b in zip(base, tuned, strict=False))
    decider = "exactMatch" if discordant >= DISCORDANT_ROWS else "loss"
    if decider not in differences:
        return "not_measured", None
    sign = 1 if decider == "exactMatch" else -1  # a loss is better when it falls
    low, high = sorted(sign * differences[decider][end] for end in ("low", "high"))
    return ("better" if low > 0 else "worse" if high < 0 else "not_proven"), decider


def make_report(
    base: Sequence[RowScore],
    tuned: Sequence[RowScore],
    gguf: Sequence[RowScore],
    format: str,
    seed: int,
) -> dict[str, Any]:
    """The whole of report.json. All score the same rows: none without a check set.

    `gguf` is empty where the run was not exported.
    """
    differences = compare(base, tuned, seed)
    verdict, decider = judge(base, tuned, differences)
    answers = [
        {
            "id": a.id, "prompt": a.prompt, "expected": a.expected,
            "base": a.answer.strip(), "tuned": b.answer.strip(), "gguf": c and c.answer.strip(),
            "baseStops": a.stops, "tunedStops": b.stops, "ggufStops": c and c.stops,
        }
        for a, b, c in zip(base, tuned, gguf or [None] * len(base), strict=True)
    ]  # fmt: skip
    report = {
        "schemaVersion": 1,
        "n": len(base),
        "base": summary(base) if base else None,
        "tuned": summary(tuned) if tuned else None,
        "gguf": {"format": format, **summary(gguf)} if gguf else None,
        "differences": differences,
        "verdict": verdict,
        "decidedBy": decider,
        "answers": answers,
    }
    return finite(report)


def finite(value: Any) -> Any:
    """`value` with numbers that JSON cannot hold (NaN, infinity) as None."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [finite(item) for item in value]
    return value


def write_report(file: Path, report: dict[str, Any]) -> None:
    """Write report.json. Error: disk_full."""
    with written(file) as part:
        part.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
