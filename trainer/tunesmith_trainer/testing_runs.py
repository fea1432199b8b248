"""Frozen runs on tiny models, for tests."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from .inspect_model import describe_model
from .model_folder import weight_files, weights_sha256
from .protocol import Events
from .spec import load_spec
from .stages import Work
from .template import load_template
from .tokenizer import load_tokenizer
from .wishes import Wishes

COLOURS = ("red", "green", "blue", "amber", "violet", "silver")
THINGS = ("river", "lamp", "heron", "boat", "tower", "field", "letter", "island")

TRAINING: dict[str, Any] = {
    "num_train_epochs": 2,
    "per_device_train_batch_size": 2,
    "gradient_accumulation_steps": 2,
    "learning_rate": 1e-3,
    "warmup_ratio": 0.25,
    "max_length": 128,
    "optim": "adamw_torch",
    "weight_decay": 0.01,
    "max_grad_norm": 1.0,
    "lr_scheduler_type": "linear",
    "neftune_noise_alpha": 0,
    "seed": 42,
    "fp16": False,
    "bf16": False,
    "logging_steps": 2,
    "save_strategy": "epoch",
    "save_steps": 100,
    "packing": False,
    "train_on": "answers",
    "excess_length_strategy": "drop",
    "gradient_checkpointing": False,
    "early_stopping_patience": 0,
}
LORA: dict[str, Any] = {
    "r": 8,
    "lora_alpha": 16,
    "lora_dropout": 0.0,
    "target_modules": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    "bias": "none",
    "use_rslora": False,
    "use_dora": False,
    "modules_to_save": [],
}
QUANTIZATION: dict[str, Any] = {
    "load_in_4bit": False,
    "bnb_4bit_quant_type": "nf4",
    "bnb_4bit_use_double_quant": True,
    "bnb_4bit_compute_dtype": "float32",
    "output_quantization": "q8_0",
}

MODELFILE: dict[str, Any] = {
    "system": "You are a helpful assistant.",
    "temperature": 0.7,
    "top_p": 0.9,
    "top_k": 40,
    "stop": ["### Question:"],
    "repeat_penalty": 1.1,
    "repeat_last_n": 64,
    "num_ctx": 2048,
}


def make_rows(count: int, start: int = 0) -> list[dict[str, Any]]:
    """Normalised rows: questions about the colours of numbered things, of different lengths."""
    rows = []
    for i in range(start, start + count):
        thing, colour = THINGS[i % len(THINGS)], COLOURS[i % len(COLOURS)]
        question = f"What colour is the {thing} number {i}?" + " Think." * (i % 5)
        answer = f"The {thing} is {colour}." + " Truly." * (i % 3)
        turns = [("user", question), ("assistant", answer)]
        messages = [{"role": role, "content": content} for role, content in turns]
        rows.append({"id": f"things.jsonl:{i}", "messages": messages})
    return rows


def make_run(
    folder: Path,
    model: Path,
    rows: list[dict[str, Any]] | None = None,
    check: list[dict[str, Any]] | None = None,
    **settings: Any,
) -> Path:
    """Write a run directory. `settings` are parameter keys, or top-level keys of run.json."""
    (folder / "data").mkdir(parents=True)
    texts = {}
    for name, found in (("train", make_rows(16) if rows is None else rows), ("check", check or [])):
        text = "".join(json.dumps(row) + "\n" for row in found)
        (folder / "data" / f"{name}.jsonl").write_text(text, encoding="utf-8", newline="\n")
        texts[name] = text
    spec = make_spec(model, texts, settings)
    (folder / "run.json").write_text(json.dumps(spec, indent=1), encoding="utf-8")
    return folder


def make_spec(model: Path, texts: dict[str, str], settings: dict[str, Any]) -> dict[str, Any]:
    """run.json of a run on `model`."""
    sections = [dict(TRAINING), dict(LORA), dict(QUANTIZATION)]
    top: dict[str, Any] = {}
    for key, value in settings.items():
        section = next((s for s in sections if key in s), top)
        section[key] = value
    training, lora, quantization = sections
    facts = describe_model(model)
    mode = "bf16" if training["bf16"] else "fp16" if training["fp16"] else "fp32"
    dtype = {"bf16": "bfloat16", "fp16": "float16", "fp32": "float32"}[mode]
    template = load_template(model, load_tokenizer(model))
    rows = {name: text.count("\n") for name, text in texts.items()}
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    return {
        "schemaVersion": 1,
        "id": "20261122-120000-test",
        "number": 1,
        "createdAt": "2026-11-22T12:00:00.000Z",
        "project": {"slug": "things", "name": "Things"},
        "targetName": "things",
        "device": {"type": "cpu", "name": "test", "memoryBytes": 1 << 33, "threads": 1},
        "precision": {
            "mode": mode, "weightsDtype": dtype, "autocast": mode != "fp32", "reason": "Test.",
        },
        "model": {
            "id": "tiny",
            "path": str(model),
            "sha256": weights_sha256(weight_files(model)),
            "parameters": facts["parameters"],
            "architecture": facts["architecture"],
        },
        "training": training,
        "lora": lora,
        "quantization": quantization,
        "modelfile": dict(MODELFILE),
        "data": {
            "trainRows": rows["train"],
            "checkRows": rows["check"],
            "checkSource": "file" if rows["check"] else "none",
            "trainSha256": hashes["train"],
            "checkSha256": hashes["check"],
            "files": [],
        },
        "template": {"sha256": template.sha256, "source": template.origin, "system": "supported"},
        "plan": {"optimizerSteps": 8, "stepsPerEpoch": 4, "packs": 16, "tokens": 1,
                 "supervisedTokens": 1, "exports": "best" if rows["check"] else "last"},
        "decisions": [],
        "checkpointSeconds": 600,
        "keepCheckpoints": 3,
        "versions": {},
    } | top  # fmt: skip


def read_events(run_folder: Path, type: str | None = None) -> list[dict[str, Any]]:
    """The run's trainer events, all or those of one type."""
    text = (run_folder / "trainer.jsonl").read_text(encoding="utf-8")
    events = [json.loads(line) for line in text.splitlines() if line]
    return [event for event in events if type in (None, event["type"])]


def prepare(run_folder: Path, wishes: Wishes | None = None) -> Work:
    """A run with model, adapters and rows ready, as at the start of the stage train."""
    from . import model_stages
    from .context import RunContext
    from .prepare_rows import frozen_rows, run_template, stop_tokens_of, tokenize_run

    spec = load_spec(run_folder)
    train, check = frozen_rows(run_folder, spec)
    tokenizer, template = run_template(spec, train)
    tokenize, stops = stop_tokens_of(spec, tokenizer, template)
    events = Events(run_folder / "trainer.jsonl")
    own = wishes or Wishes()
    context = RunContext(run_folder, spec, events, own, tokenizer, template, stops.ids)
    tokenize_run(context, train, check, tokenize)
    work = Work(context, None)
    model_stages.load(work)
    model_stages.setup_lora(work)
    return work
