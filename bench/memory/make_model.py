"""Writes a random model of a family and size, and rows of a given length, for measuring memory.

`python make_model.py <folder> <family> <config as JSON> <tokens per row> <rows>`
"""

# ruff: noqa: E402 - the package is found before it is imported

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "trainer"))
os.environ.setdefault("HF_HUB_OFFLINE", "1")

from tunesmith_trainer.testing_models import make_model
from tunesmith_trainer.tokenizer import load_tokenizer

WORDS = "heron lamp river boat tower field letter island light keeper water stone".split()
AROUND = 60  # tokens that a template and a system prompt put around a row


def main() -> None:
    """Write model and rows."""
    folder, family, config, tokens, count = sys.argv[1:6]
    model = make_model(Path(folder) / "model", family, **json.loads(config))
    length, draw = int(tokens) - AROUND, random.Random(0)
    # Answers to held-out rows are generated, too: short ones, so that measuring takes no hour.
    files = (("train", length // 2, int(count)), ("check", min(length // 2, 40), 3))
    for name, answer, rows in files:
        lines = [json.dumps(make_row(model, draw, length - answer, answer)) for _ in range(rows)]
        (Path(folder) / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")


def make_row(model: Path, draw: random.Random, question: int, answer: int) -> dict[str, str]:
    """A row with a question and an answer of about so many tokens."""
    tokenizer = load_tokenizer(model)
    texts = (text(tokenizer, draw, tokens) for tokens in (question, answer))
    return dict(zip(("instruction", "output"), texts, strict=True))


def text(tokenizer: Any, draw: random.Random, tokens: int) -> str:
    """Words of about so many tokens, no more."""
    words: list[str] = []
    held = 0
    while True:
        word = draw.choice(WORDS)
        held += len(tokenizer.encode(" " + word))
        if held > tokens:
            return " ".join(words)
        words.append(word)


main()
