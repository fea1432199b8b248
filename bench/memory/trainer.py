"""Makes random models and rows, and trains frozen runs on them, for measuring memory.

One request per line of stdin, one JSON answer per line of stdout. Models are made by forks, because
importing torch takes longer; training has a process of its own, since a fork's resident memory does
not count the libraries that its parent loaded.
"""

# ruff: noqa: E402 - the package is found, and libraries left out, before anything is imported

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "trainer"))

from tunesmith_trainer.libraries import import_libraries, set_environment

set_environment()
import_libraries(bitsandbytes="--bitsandbytes" in sys.argv)

import torch
from tunesmith_trainer.testing_models import make_model
from tunesmith_trainer.testing_runs import prepare
from tunesmith_trainer.tokenizer import load_tokenizer
from tunesmith_trainer.train_stage import make_live_training, train

WORDS = ("heron", "lamp", "river", "boat", "tower", "field", "letter", "island", "light")
AROUND = 60  # tokens that a template and a system prompt put around a row
CHECK_ROWS = 3
FAILED = b'{"failed":true}\n'


def make(folder: Path, family: str, config: dict[str, Any], tokens: int, rows: int) -> None:
    """Write model/, train.jsonl and check.jsonl; half of a row's tokens are its answer's."""
    model = make_model(folder / "model", family, **config)
    half, draw = (tokens - AROUND) // 2, random.Random(0)
    for name, count in (("train", rows), ("check", CHECK_ROWS)):
        lines = [json.dumps(make_row(model, draw, half)) for _ in range(count)]
        (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")


def make_row(model: Path, draw: random.Random, tokens: int) -> dict[str, str]:
    """A row whose question and answer have about so many tokens each."""
    tokenizer = load_tokenizer(model)
    texts = (text(tokenizer, draw, tokens) for _ in range(2))
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


def measure(run: Path) -> dict[str, int]:
    """Train a frozen run as the stage train does, and what was held in each phase."""
    torch.set_num_threads(1)
    work = prepare(run)
    live = make_live_training(work)
    with work.peaks.phase("train"):
        train(work, live)
    return work.peaks.bytes


def main() -> None:
    """Answer until stdin ends."""
    out = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        request = json.loads(line)
        if "run" in request:
            # What it prints is the answer; what the libraries print goes to stderr.
            own = [sys.executable, __file__, *sys.argv[1:], "--measure", request["run"]]
            done = subprocess.run(own, stdout=subprocess.PIPE, check=False)
            os.write(out, done.stdout if done.returncode == 0 else FAILED)
            continue
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.write(
                    out, json.dumps(make(Path(request.pop("folder")), **request)).encode() + b"\n"
                )
                status = 0
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        if status:
            os.write(out, FAILED)


if "--measure" in sys.argv:
    stdout = os.dup(1)
    os.dup2(2, 1)
    os.write(stdout, json.dumps(measure(Path(sys.argv[-1]))).encode() + b"\n")
else:
    main()
