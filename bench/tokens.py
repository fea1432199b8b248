"""Rows per second from conversations to tokens and masks, against the libraries alone.

The libraries alone: the chat template rendered by Jinja, and the texts tokenised as one batch by
the Rust library on all cores. Ours gives the same tokens, what of them is learned, every check of a
row, and a file in the cache. The two take turns over blocks of rows, and the median of the ratios
counts, because other programs may be at work. Then the same rows once more, from the cache.
Prints JSON. Run it with the engine's Python: `python bench/tokens.py [--rows 100000]`.
"""

# ruff: noqa: E402 - the package is found before anything of it is imported

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "trainer"))

from tunesmith_trainer.device import usable_cores
from tunesmith_trainer.rows import Row
from tunesmith_trainer.template import load_template
from tunesmith_trainer.token_cache import FOLDER_VARIABLE, RowsInTokens
from tunesmith_trainer.tokenize_rows import row_tokenizer
from tunesmith_trainer.tokenizer import load_tokenizer

MODEL = ROOT / "starter" / "model"
BLOCK = 5000
LEAST_RATIO = 0.9
MOST_SECONDS = 2.0  # for 100,000 rows from the cache
LETTERS = "eeeeetttaaaooinnsshrrdlucmfwypvbgk"


def make_rows(count: int) -> list[Row]:
    """Conversations of one or two answers, some 200 tokens long, of 3,000 invented words."""
    chance = random.Random(1)
    words = ["".join(chance.choices(LETTERS, k=chance.randint(2, 7))) for _ in range(3000)]

    def text(length: int) -> str:
        return " ".join(chance.choices(words, k=length)).capitalize() + "."

    rows = []
    for number in range(count):
        lengths = (18, 38) if number % 3 else (10, 18, 8, 18)
        roles = ("user", "assistant") * 2
        messages = [
            {"role": role, "content": text(length)}
            for role, length in zip(roles, lengths, strict=False)
        ]
        rows.append(Row(f"rows.jsonl:{number + 1}", messages))
    return rows


def main() -> int:
    """Measure; 0 where the limits are kept."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    rows = make_rows(parser.parse_args().rows)
    tokenizer = load_tokenizer(MODEL)
    template = load_template(MODEL, tokenizer)
    tokenize, _ = row_tokenizer(MODEL, tokenizer, template, None, "answers")
    ours = RowsInTokens(tokenize, MODEL, usable_cores())

    def library(block: list[Row]) -> int:
        os.environ["TOKENIZERS_PARALLELISM"] = "true"
        texts = [template.render(row.messages) for row in block]
        encodings = tokenizer.inner.encode_batch_fast(texts, add_special_tokens=False)
        return sum(len(encoding.ids) for encoding in encodings)

    def tunesmith(block: list[Row]) -> int:
        os.environ["TOKENIZERS_PARALLELISM"] = "false"
        return len(ours.of_file(block, hashlib.sha256(block[0].id.encode()).hexdigest()).ids)

    with tempfile.TemporaryDirectory(prefix="tunesmith-tokens-") as folder:
        os.environ[FOLDER_VARIABLE] = folder
        library(rows[:500])
        tunesmith(rows[:500])
        seconds: dict[str, list[float]] = {"library": [], "tunesmith": []}
        tokens = 0
        for number, start in enumerate(range(0, len(rows), BLOCK)):
            block = rows[start : start + BLOCK]
            turns = [("library", library), ("tunesmith", tunesmith)]
            for name, work in turns if number % 2 else reversed(turns):
                begin = time.perf_counter()
                found = work(block)
                seconds[name].append(time.perf_counter() - begin)
            tokens += found
        ratios = [a / b for a, b in zip(seconds["library"], seconds["tunesmith"], strict=True)]
        whole = [time.perf_counter()]
        for _ in range(2):
            ours.of_file(rows, "0" * 64)
            whole.append(time.perf_counter())
    ratio, second = statistics.median(ratios), whole[2] - whole[1]
    limit = MOST_SECONDS * max(1.0, len(rows) / 100_000)
    figures = {
        "bench": "tokens",
        "rows": len(rows),
        "tokensPerRow": round(tokens / len(rows)),
        "cores": usable_cores(),
        "libraryRowsPerSecond": round(len(rows) / sum(seconds["library"])),
        "rowsPerSecond": round(len(rows) / sum(seconds["tunesmith"])),
        "ratio": round(ratio, 3),
        "firstSeconds": round(whole[1] - whole[0], 2),
        "secondSeconds": round(second, 2),
        "reached": ratio >= LEAST_RATIO and second <= limit,
    }
    print(json.dumps(figures))
    return 0 if figures["reached"] else 1


if __name__ == "__main__":
    sys.exit(main())
