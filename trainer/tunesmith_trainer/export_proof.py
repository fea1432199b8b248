"""A run's proof: golden prompts, what was compared, and gguf/proof.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .context import RunContext
from .golden import golden_prompts, read_golden, write_golden
from .golden_tools import tool_prompts, write_tool_prompts
from .llama_cpp import LlamaModel
from .output_file import written
from .prove_answers import AnswerProof, prove_answers
from .prove_tokens import TokenProof, proof_texts, prove_tokens
from .rows import sha256_file
from .tokenize_rows import takes_system

EVENT_KEYS = ("format", "tokenTexts", "tokenTextsEqual", "answers", "answersEqual", "nearTies")


def prepare_golden(context: RunContext) -> list[dict[str, Any]]:
    """The golden prompts of the run; golden.jsonl is written where it is missing.

    Beside it golden-tools.jsonl, where rows of the run use tools.
    """
    file = context.folder / "golden.jsonl"
    if not file.is_file():
        # First, so that where golden.jsonl is, both are.
        rows = [*context.train, *context.check]
        tools = tool_prompts(context.template, context.tokenizer, rows, context.spec.training.seed)
        write_tool_prompts(context.folder / "golden-tools.jsonl", tools)
        system = context.spec.modelfile.get("system") if takes_system(context.template) else None
        write_golden(file, golden_prompts(context.template, context.tokenizer, system))
    return read_golden(file)


def prove_run_tokens(context: RunContext, model: LlamaModel) -> TokenProof:
    """Corpus, golden prompts and rows of this run. Error: export_tokenizer_not_proven."""
    rows = [*context.train, *context.check]
    texts = proof_texts(
        context.tokenizer,
        context.template,
        prepare_golden(context),
        rows,
        context.spec.training.seed,
    )
    return prove_tokens(model, context.tokenizer, texts)


def prove_run_answers(context: RunContext, model: LlamaModel) -> AnswerProof:
    """Held-out prompts of this run, answered by merged/. Error: export_not_proven."""
    from .reference import held_out_prompts, reference_answers

    references = reference_answers(
        context.folder / "merged",
        held_out_prompts(context.check, prepare_golden(context)),
        context.stop_ids,
        context.spec.device.type,
        context.spec.model.parameters,
        lambda _done, _total: context.wishes.check(),
    )
    return prove_answers(model, references, context.spec.device.threads)


def proof_entry(
    file: Path, format: str, tokens: TokenProof, answers: AnswerProof | None = None
) -> dict[str, Any]:
    """What proof.json says of one GGUF; `answers` are proven on the f16 alone."""
    return {
        "file": file.name,
        "bytes": file.stat().st_size,
        "sha256": sha256_file(file),
        "format": format,
        "tokenTexts": tokens.texts,
        "tokenTextsEqual": tokens.texts,
        "normalizedFirst": tokens.normalized,
        "answers": answers.answers if answers else 0,
        "answersEqual": answers.equal if answers else 0,
        "nearTies": answers.near_ties if answers else 0,
        "drift": round(answers.drift, 6) if answers else None,
    }


def emit_proof(context: RunContext, entry: dict[str, Any]) -> None:
    """The event proof.gguf."""
    context.events.emit("proof.gguf", **{key: entry[key] for key in EVENT_KEYS})


def read_proof(context: RunContext, stamp: dict[str, str]) -> dict[str, Any]:
    """proof.json if it proves files made of exactly these inputs, else {}."""
    try:
        proof = json.loads(_file(context).read_text(encoding="utf-8"))
        return proof if proof["stamp"] == stamp and proof["proven"] else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write_proof(context: RunContext, proof: dict[str, Any]) -> None:
    """Write proof.json. Error: disk_full."""
    with written(_file(context)) as part:
        part.write_text(json.dumps(proof, ensure_ascii=False, indent=1), encoding="utf-8")


def is_proven(file: Path, entry: dict[str, Any] | None) -> bool:
    """Whether `file` is there, whole, and the one an entry of proof.json speaks of."""
    if not entry or entry["file"] != file.name or not file.is_file():
        return False
    same_size = file.stat().st_size == entry["bytes"]
    return same_size and sha256_file(file) == entry["sha256"]


def _file(context: RunContext) -> Path:
    return context.folder / "gguf" / "proof.json"
