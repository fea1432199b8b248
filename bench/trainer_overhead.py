"""Tokens per second of the trainer's loop against a bare PyTorch loop, on a 30 M parameter model.

Same model, dtype, threads and batches; the two take turns, and the medians are compared. Prints
JSON. Run it with the engine's Python: `python bench/trainer_overhead.py [--rounds 5]`.
"""

# ruff: noqa: E402 - the package is found, and libraries left out, before anything is imported

from __future__ import annotations

import argparse
import copy
import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "trainer"))
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from tunesmith_trainer.device import detect_device, usable_cores
from tunesmith_trainer.libraries import import_libraries, set_environment

set_environment()
import_libraries(bitsandbytes=False)

import torch
from tunesmith_trainer.batches import Batches, make_batches
from tunesmith_trainer.callbacks import (
    Checkpointer,
    EarlyStopping,
    HeldOut,
    Memory,
    Reporter,
    SavePolicy,
)
from tunesmith_trainer.loop import Trainer
from tunesmith_trainer.lora import add_lora, trainable
from tunesmith_trainer.optimizers import make_scheduler
from tunesmith_trainer.protocol import Events
from tunesmith_trainer.rows import TokenRow
from tunesmith_trainer.spec import Lora, Training
from tunesmith_trainer.wishes import Wishes

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
RATE, CLIP, LENGTH, VOCABULARY = 2e-4, 1.0, 512, 8192


def bare_loop(model: Any, batches: Batches, dtype: torch.dtype | None, device: str) -> float:
    """The loop anyone would write: seconds for one epoch of `batches`."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    steps = batches.steps_per_epoch
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    model.train()
    start = time.perf_counter()
    for step in batches.epoch(0):
        for micro in step:
            batch = batches.collate(micro)
            with torch.autocast(device, dtype=dtype, enabled=dtype is not None):
                logits = model(
                    input_ids=batch.input_ids.to(device),
                    position_ids=batch.position_ids.to(device),
                    use_cache=False,
                ).logits
            labels = batch.labels[:, 1:].to(device)
            loss = torch.nn.functional.cross_entropy(
                logits[:, :-1].float().flatten(0, 1), labels.flatten(), ignore_index=-100
            )
            (loss / len(step)).backward()
        torch.nn.utils.clip_grad_norm_(parameters, CLIP)
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad(set_to_none=True)
        loss.item()
    return time.perf_counter() - start


def own_loop(model: Any, batches: Batches, dtype: torch.dtype | None, device: str) -> float:
    """The trainer's loop with all its callbacks: seconds for one epoch of `batches`."""
    parameters = [parameter for _, parameter in trainable(model)]
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    scheduler = make_scheduler(optimizer, training_settings(), batches.steps_per_epoch)
    trainer = Trainer(
        model, batches, optimizer, scheduler, parameters, torch.device(device), 1, CLIP, dtype,
        None, None,
    )  # fmt: skip
    memory, policy, wishes = Memory(), SavePolicy("no", 100), Wishes()
    with tempfile.TemporaryDirectory() as folder:
        events = Events(Path(folder) / "trainer.jsonl")
        callbacks = [
            Reporter(events, memory, 1),
            HeldOut(events, memory, policy, []),
            Checkpointer(memory, policy, 600, wishes, lambda *_: None),
            EarlyStopping(events, memory, 0),
        ]
        start = time.perf_counter()
        trainer.train(callbacks)
        seconds = time.perf_counter() - start
        events.close()
    return seconds


def training_settings() -> Training:
    """Settings of the comparison; only the schedule's are read."""
    values: dict[str, Any] = dict.fromkeys(Training.__dataclass_fields__, 0)
    return Training(**values | {"lr_scheduler_type": "linear", "learning_rate": RATE})


def make_model(dtype: torch.dtype, device: str) -> Any:
    """A random Llama of 30 M parameters with LoRA of rank 16 on all linear layers."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=512, intermediate_size=1376, num_hidden_layers=8,
        num_attention_heads=8, num_key_value_heads=8, tie_word_embeddings=True,
    )  # fmt: skip
    model = LlamaForCausalLM(config).to(device, dtype).requires_grad_(False)
    lora = Lora(16, 32, 0.0, TARGETS, "none", False, False, [])
    return add_lora(model, lora, 0)


def make_rows(steps: int) -> list[TokenRow]:
    """Random rows of 20 to 200 tokens, all learned: both loops have the very same work."""
    draw = random.Random(0)
    rows: list[TokenRow] = []
    while sum(len(row.ids) for row in rows) < steps * LENGTH:
        ids = [draw.randrange(VOCABULARY) for _ in range(draw.randint(20, 200))]
        rows.append(TokenRow(str(len(rows)), [], ids, ids, [], ""))
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=6, help="optimizer steps per measurement")
    parser.add_argument("--threads", type=int, default=usable_cores())
    parser.add_argument("--dtype", choices=("auto", "float32", "bfloat16"), default="auto")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    found = detect_device()
    device = found["type"] if found["type"] == "cuda" else "cpu"
    auto = "bfloat16" if found["bf16"] else "float32"
    name = auto if options.dtype == "auto" else options.dtype
    dtype = getattr(torch, name)
    autocast = None if dtype == torch.float32 else dtype
    model = make_model(dtype, device)
    rows = make_rows(options.steps)
    batches = make_batches(rows, True, LENGTH, 1, 1, 0, 0)
    tokens = sum(len(row.ids) for row in rows)
    speeds: dict[str, list[float]] = {"bare": [], "own": []}
    work: dict[str, list[float]] = {"bare": [], "own": []}
    for round_number in range(options.rounds + 1):  # the first one warms up
        turns = [("bare", bare_loop), ("own", own_loop)]
        # Who begins changes, so that a machine that slows down slows both.
        for kind, loop in turns if round_number % 2 else turns[::-1]:
            fresh, before = copy.deepcopy(model), time.process_time()
            seconds = loop(fresh, batches, autocast, device)
            if round_number:
                work[kind].append(time.process_time() - before)
                speeds[kind].append(tokens / seconds)
    bare, own = (statistics.median(speeds[kind]) for kind in ("bare", "own"))
    result = {
        "benchmark": "trainer_overhead",
        "device": found["name"],
        "threads": options.threads,
        "dtype": name,
        "parameters": model.get_base_model().num_parameters(),
        "tokensPerRound": tokens,
        "bareTokensPerSecond": round(bare, 1),
        "ownTokensPerSecond": round(own, 1),
        "share": round(own / bare, 4),
        # Processor time says the same on a machine that is busy with other things.
        "processorTimeShare": round(
            statistics.median(work["bare"]) / statistics.median(work["own"]), 4
        ),
        "target": 0.95,
        "reached": own / bare >= 0.95,
        "rounds": {kind: [round(v, 1) for v in values] for kind, values in speeds.items()},
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
