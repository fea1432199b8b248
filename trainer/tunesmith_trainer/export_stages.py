"""The last three stages of the trainer: merge, convert and prove, quantise and report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .context import RunContext
from .convert import convert_to_gguf, convert_vocabulary
from .errors import AppError
from .evaluate_gguf import score_gguf
from .export_template import template_for_export
from .golden import golden_prompts, read_golden, write_golden
from .llama_cpp import LlamaModel
from .output_file import written
from .prove_answers import AnswerProof, prove_answers
from .prove_tokens import TokenProof, proof_texts, prove_tokens
from .quantize import quantize, resolve_format
from .report import make_report, write_report
from .rows import sha256_file
from .scores import RowScore, answer_limit, read_scores, write_scores
from .tokenize_rows import takes_system

PROBES = ("Hello! What is the capital of France?", "def f(x):\n    return 12 * x", "1, 2, 3, ½")


def rehearse_export(context: RunContext) -> None:
    """Find out before training whether the tokenizer survives the export.

    Writes golden.jsonl, and proves the vocabulary alone on every text. Errors: those of the stage
    convert_gguf.
    """
    golden = prepare_golden(context)
    file = context.folder / "gguf" / "vocabulary.gguf"
    try:
        convert_vocabulary(context.model_folder, file)
        with LlamaModel(file, vocab_only=True) as model:
            _prove_tokens(context, model, golden)
    finally:
        file.unlink(missing_ok=True)


def run_export(context: RunContext) -> None:
    """merge_lora, convert_gguf, quantize_gguf. Each keeps what an earlier attempt left."""
    stamp = _stamp(context)
    _merge(context, stamp)
    context.wishes.check()
    _convert(context, stamp)
    context.wishes.check()
    _quantize(context, stamp)


def prepare_golden(context: RunContext) -> list[dict[str, Any]]:
    """golden.jsonl of the run, written where it is missing."""
    file = context.folder / "golden.jsonl"
    if not file.is_file():
        system = context.spec.modelfile.get("system") if takes_system(context.template) else None
        write_golden(file, golden_prompts(context.template, context.tokenizer, system))
    return read_golden(file)


def _stamp(context: RunContext) -> dict[str, str]:
    """What the outputs are made of: others are made anew."""
    adapter = sha256_file(context.adapter_folder / "adapter_model.safetensors")
    template = hashlib.sha256(context.template.source.encode()).hexdigest()
    return {"model": context.spec.model.sha256, "adapter": adapter, "template": template}


def _merge(context: RunContext, stamp: dict[str, str]) -> None:
    from .merge import is_merged, merge_adapter

    target = context.folder / "merged"
    with context.events.stage("merge_lora") as result:
        if is_merged(target, stamp):
            result["reused"] = True
            return
        prompts = [row.prompt_ids[:128] for row in context.check[:2]]
        probes = prompts + [context.tokenizer.encode(text) for text in PROBES]
        merged = merge_adapter(
            context.model_folder, context.adapter_folder, target,
            template=context.template.source, stamp=stamp, probes=probes,
        )  # fmt: skip
        result.update(merged)


def _convert(context: RunContext, stamp: dict[str, str]) -> None:
    f16 = context.folder / "gguf" / "model-f16.gguf"
    with context.events.stage("convert_gguf") as result:
        proof = _read_proof(context, stamp)
        if _is_there(f16, proof.get("f16")) or _is_there(_final_file(context), proof.get("final")):
            result["reused"] = True
            return
        golden = prepare_golden(context)
        template = template_for_export(
            context.template, [(entry["id"], entry["messages"]) for entry in golden]
        )
        result["preTokenizer"] = convert_to_gguf(
            context.folder / "merged", f16,
            name=context.spec.target_name, template=template, stop_ids=context.stop_ids,
            on_progress=_progress(context, "convert_gguf"),
        )  # fmt: skip
        with LlamaModel(f16) as model:
            _warn_of_stops(context, model)
            proof = {"schemaVersion": 1, "stamp": stamp}
            try:
                tokens = _prove_tokens(context, model, golden)
                answers = _prove_answers(context, model, golden)
            except AppError as error:
                _write_proof(context, {**proof, "proven": False, "error": error.to_dict()})
                raise
        entry = _entry(f16, "f16", tokens, answers)
        _write_proof(context, {**proof, "proven": True, "f16": entry})
        _emit_proof(context, entry)
        result.update(file=f"gguf/{f16.name}", bytes=entry["bytes"])


def _quantize(context: RunContext, stamp: dict[str, str]) -> None:
    format = resolve_format(
        context.spec.quantization.output_quantization, context.spec.model.parameters
    )
    f16, final = context.folder / "gguf" / "model-f16.gguf", _final_file(context)
    with context.events.stage("quantize_gguf") as result:
        proof = _read_proof(context, stamp)
        if not _is_there(final, proof.get("final")):
            if final != f16:
                progress = _progress(context, "quantize_gguf")
                made = quantize(f16, final, format, context.spec.device.threads, progress)
                result["types"] = made.types
                if made.fallbacks:
                    _warn_of_fallbacks(context, made.fallbacks, format)
            with LlamaModel(final, vocab_only=True) as model:
                tokens = _prove_tokens(context, model, prepare_golden(context))
            entry = _entry(final, format, tokens, AnswerProof(0, 0, 0))
            if final != f16:
                _emit_proof(context, entry)
            _write_proof(context, {**proof, "final": {**entry, "sha256": sha256_file(final)}})
        else:
            result["reused"] = True
        _report(context, final, format)
        if final != f16:
            f16.unlink(missing_ok=True)
        result.update(file=f"gguf/{final.name}", format=format, bytes=final.stat().st_size)


def _report(context: RunContext, final: Path, format: str) -> None:
    """Score the final GGUF on the rows that base and tuned were scored on; write report.json."""
    folder = context.evaluation_folder
    base, tuned = read_scores(folder / "base.json") or [], read_scores(folder / "tuned.json") or []
    scored = {score.id for score in base}
    rows = [row for row in context.check if row.id in scored]
    gguf: list[RowScore] = []
    if rows:
        limit = answer_limit([len(context.tokenizer.encode(row.expected)) for row in rows])
        with LlamaModel(final) as model:
            gguf = score_gguf(
                model, rows, context.stop_ids, limit, context.spec.device.threads,
                _progress(context, "quantize_gguf", "rows"),
            )  # fmt: skip
        write_scores(folder / "gguf.json", gguf)
    report = make_report(base, tuned, gguf, format, context.spec.training.seed)
    write_report(context.folder / "report.json", report)
    context.events.emit(
        "report",
        verdict=report["verdict"],
        decidedBy=report["decidedBy"],
        base=report["base"],
        tuned=report["tuned"],
        gguf=report["gguf"],
        interval=report["differences"].get(report["decidedBy"]),
    )


def _prove_tokens(
    context: RunContext, model: LlamaModel, golden: list[dict[str, Any]]
) -> TokenProof:
    rows = [*context.train, *context.check]
    seed = context.spec.training.seed
    texts = proof_texts(context.tokenizer, context.template, golden, rows, seed)
    return prove_tokens(model, context.tokenizer, texts)


def _prove_answers(
    context: RunContext, model: LlamaModel, golden: list[dict[str, Any]]
) -> AnswerProof:
    from .reference import held_out_prompts, reference_answers

    references = reference_answers(
        context.folder / "merged",
        held_out_prompts(context.check, golden),
        context.stop_ids,
        context.spec.device.type,
        context.spec.model.parameters,
    )
    return prove_answers(model, references, context.spec.device.threads)


def _final_file(context: RunContext) -> Path:
    value = context.spec.quantization.output_quantization
    format = resolve_format(value, context.spec.model.parameters)
    return context.folder / "gguf" / f"model-{format}.gguf"


def _entry(file: Path, format: str, tokens: TokenProof, answers: AnswerProof) -> dict[str, Any]:
    return {
        "file": file.name,
        "bytes": file.stat().st_size,
        "format": format,
        "tokenTexts": tokens.texts,
        "tokenTextsEqual": tokens.texts,
        "normalizedFirst": tokens.normalized,
        "answers": answers.answers,
        "answersEqual": answers.equal,
        "nearTies": answers.near_ties,
    }


def _emit_proof(context: RunContext, entry: dict[str, Any]) -> None:
    keys = ("format", "tokenTexts", "tokenTextsEqual", "answers", "answersEqual", "nearTies")
    context.events.emit("proof.gguf", **{key: entry[key] for key in keys})
    if entry["normalizedFirst"] and entry["format"] == "f16":
        context.events.warn("gguf_unicode_form", form=entry["normalizedFirst"])


def _warn_of_stops(context: RunContext, model: LlamaModel) -> None:
    unknown = [i for i in context.stop_ids if not model.ends(i)]
    if unknown:
        tokens = ", ".join(model.text_of(i) for i in sorted(unknown))
        context.events.warn("gguf_stop_unknown", tokens=tokens)


def _warn_of_fallbacks(
    context: RunContext, fallbacks: list[dict[str, str | int]], format: str
) -> None:
    first = fallbacks[0]
    context.events.warn(
        "quantize_fallback",
        format=format,
        count=len(fallbacks),
        tensor=first["tensor"],
        row=first["row"],
        type=first["type"],
    )


def _progress(context: RunContext, stage: str, unit: str = "bytes") -> Callable[[int, int], None]:
    return lambda done, total: context.events.progress(stage, done, total, unit)


def _proof_file(context: RunContext) -> Path:
    return context.folder / "gguf" / "proof.json"


def _read_proof(context: RunContext, stamp: dict[str, str]) -> dict[str, Any]:
    """proof.json of exactly these inputs, or {}."""
    try:
        proof = json.loads(_proof_file(context).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return proof if proof.get("stamp") == stamp and proof.get("proven") else {}


def _write_proof(context: RunContext, proof: dict[str, Any]) -> None:
    with written(_proof_file(context)) as part:
        part.write_text(json.dumps(proof, ensure_ascii=False, indent=1), encoding="utf-8")


def _is_there(file: Path, entry: dict[str, Any] | None) -> bool:
    """Whether `file` is the one a proof speaks of, and whole."""
    if not entry or entry["file"] != file.name or not file.is_file():
        return False
    if file.stat().st_size != entry["bytes"]:
        return False
    return "sha256" not in entry or sha256_file(file) == entry["sha256"]


__all__ = ["prepare_golden", "rehearse_export", "run_export"]
