"""The last three stages of the trainer: merge, convert and prove, quantise and report."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from .context import RunContext
from .convert import convert_to_gguf, convert_vocabulary
from .errors import AppError
from .export_proof import (
    emit_proof,
    is_proven,
    prepare_golden,
    proof_entry,
    prove_run_answers,
    prove_run_tokens,
    read_proof,
    write_proof,
)
from .export_report import report_run
from .export_template import template_for_export
from .llama_cpp import LlamaModel
from .quantize import Quantized, quantize, resolve_format
from .rows import sha256_file

PROBES = ("Hello! What is the capital of France?", "def f(x):\n    return 12 * x", "1, 2, 3, ½")


def rehearse_export(context: RunContext) -> None:
    """Find out before training whether the tokenizer survives the export; writes golden.jsonl.

    The vocabulary alone is converted and proven on every text of the later proof. Errors: those of
    the stage convert_gguf.
    """
    file = context.folder / "gguf" / "vocabulary.gguf"
    try:
        template_for_export(context.template, _samples(context))
        convert_vocabulary(context.model_folder, file)
        with LlamaModel(file, vocab_only=True) as model:
            prove_run_tokens(context, model)
    finally:
        file.unlink(missing_ok=True)


def run_export(context: RunContext) -> None:
    """merge_lora, convert_gguf, quantize_gguf. Each keeps what an earlier attempt left whole."""
    stamp = _stamp(context)
    _merge(context, stamp)
    context.wishes.check()
    _convert(context, stamp)
    context.wishes.check()
    _quantize(context, stamp)


def _stamp(context: RunContext) -> dict[str, str]:
    """What the outputs are made of: those made of anything else are made anew."""
    return {
        "model": context.spec.model.sha256,
        "adapter": sha256_file(context.adapter_folder / "adapter_model.safetensors"),
        # Its scale and targets change the merge as much as its weights do.
        "adapterConfig": sha256_file(context.adapter_folder / "adapter_config.json"),
        "template": hashlib.sha256(context.template.source.encode()).hexdigest(),
    }


def _merge(context: RunContext, stamp: dict[str, str]) -> None:
    from .merge import is_merged, merge_adapter

    target = context.folder / "merged"
    with context.events.stage("merge_lora") as result:
        if is_merged(target, stamp):
            result["reused"] = True
            return
        prompts = [row.prompt_ids[:128] for row in context.check[:2]]
        probes = prompts + [context.tokenizer.encode(text) for text in PROBES]
        result |= merge_adapter(
            context.model_folder,
            context.adapter_folder,
            target,
            template=context.template.source,
            stamp=stamp,
            probes=probes,
        )


def _convert(context: RunContext, stamp: dict[str, str]) -> None:
    f16 = context.folder / "gguf" / "model-f16.gguf"
    with context.events.stage("convert_gguf") as result:
        proof = read_proof(context, stamp)
        final = context.folder / "gguf" / f"model-{_format(context)}.gguf"
        if is_proven(f16, proof.get("f16")) or is_proven(final, proof.get("final")):
            result["reused"] = True
            return
        result["preTokenizer"] = convert_to_gguf(
            context.folder / "merged",
            f16,
            name=context.spec.target_name,
            template=template_for_export(context.template, _samples(context)),
            stop_ids=context.stop_ids,
            on_progress=_bytes(context, "convert_gguf"),
        )
        context.wishes.check()
        proof = {"schemaVersion": 1, "stamp": stamp, "proven": True}
        with LlamaModel(f16) as model:
            _warn_of_stops(context, model)
            try:
                tokens = prove_run_tokens(context, model)
                answers = prove_run_answers(context, model)
            except AppError as error:
                write_proof(context, {**proof, "proven": False, "error": error.to_dict()})
                raise
        entry = proof_entry(f16, "f16", tokens, answers)
        write_proof(context, {**proof, "f16": entry})
        emit_proof(context, entry)
        if tokens.normalized:
            context.events.warn("gguf_unicode_form", form=tokens.normalized)
        result |= {"file": f"gguf/{f16.name}", "bytes": entry["bytes"]}


def _quantize(context: RunContext, stamp: dict[str, str]) -> None:
    format, folder = _format(context), context.folder / "gguf"
    f16, final = folder / "model-f16.gguf", folder / f"model-{format}.gguf"
    with context.events.stage("quantize_gguf") as result:
        proof = read_proof(context, stamp)
        if is_proven(final, proof.get("final")):
            result["reused"] = True
        else:
            if final != f16:
                progress = _bytes(context, "quantize_gguf")
                made = quantize(f16, final, format, context.spec.device.threads, progress)
                result["types"] = made.types
                _warn_of_fallbacks(context, made)
            with LlamaModel(final, vocab_only=True) as model:
                entry = proof_entry(final, format, prove_run_tokens(context, model))
            if final != f16:
                emit_proof(context, entry)
            write_proof(context, {**proof, "final": entry})
        report_run(context, final, format, _rows(context, "quantize_gguf"))
        if final != f16:
            f16.unlink(missing_ok=True)
        size = final.stat().st_size
        result |= {"file": f"gguf/{final.name}", "format": format, "bytes": size}


def _format(context: RunContext) -> str:
    value = context.spec.quantization.output_quantization
    return resolve_format(value, context.spec.model.parameters)


def _samples(context: RunContext) -> list[tuple[str, list[dict[str, str]]]]:
    return [(entry["id"], entry["messages"]) for entry in prepare_golden(context)]


def _bytes(context: RunContext, stage: str) -> Callable[[int, int], None]:
    # Called from another thread, where no wish can be granted.
    return lambda done, total: context.events.progress(stage, done, total, "bytes")


def _rows(context: RunContext, stage: str) -> Callable[[int, int], None]:
    def report(done: int, total: int) -> None:
        context.wishes.check()
        context.events.progress(stage, done, total, "rows")

    return report


def _warn_of_stops(context: RunContext, model: LlamaModel) -> None:
    unknown = sorted(i for i in context.stop_ids if 0 <= i < model.n_vocab and not model.ends(i))
    if unknown:
        tokens = ", ".join(model.text_of(i) for i in unknown)
        context.events.warn("gguf_stop_unknown", tokens=tokens)


def _warn_of_fallbacks(context: RunContext, made: Quantized) -> None:
    if made.fallbacks:
        first, count = made.fallbacks[0], len(made.fallbacks)
        context.events.warn("quantize_fallback", format=made.format, count=count, **first)


__all__ = ["rehearse_export", "run_export"]
