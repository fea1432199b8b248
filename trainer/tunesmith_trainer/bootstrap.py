"""95 % intervals of differences between two models on the same rows, by paired bootstrap."""

from __future__ import annotations

import numpy as np

RESAMPLES = 10_000
BLOCK = 500  # resamples computed at once; bounds the memory to BLOCK x rows


def interval(
    difference: np.ndarray, weight: np.ndarray | None = None, seed: int = 0
) -> dict[str, float]:
    """`{mean, low, high}` of sum(difference) / sum(weight) over rows drawn with replacement.

    difference: [rows], one value per row, tuned - base. weight: [rows] or None for 1 per row; the
    tokens of each row give a mean per token. Percentile interval (Efron 1979; Koehn 2004 for the
    paired form).
    """
    rows = len(difference)
    weight = np.ones(rows) if weight is None else weight
    random = np.random.default_rng(seed)
    drawn = np.empty(RESAMPLES)
    for start in range(0, RESAMPLES, BLOCK):
        # How often each row is drawn: [BLOCK, rows].
        counts = random.multinomial(rows, np.full(rows, 1 / rows), size=BLOCK)
        drawn[start : start + BLOCK] = (counts @ difference) / (counts @ weight)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {
        "mean": float(difference.sum() / weight.sum()),
        "low": float(low),
        "high": float(high),
    }
