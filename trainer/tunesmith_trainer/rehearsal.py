"""Everything behind training, tried on the untouched base before training's first step.

The adapter is the run's own before it learned anything. What passes is remembered by the runner,
which is asked first, and which tries the way into Ollama with the GGUF that comes out here.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from pathlib import Path
from typing import Any

from .context import RunContext
from .convert import convert_to_gguf
from .errors import AppError
from .export_proof import prepare_golden, prove_run_tokens
from .export_template import template_for_export
from .llama_cpp import LlamaModel
from .model_folder import weight_files
from .output_file import require_space
from .prove_answers import prove_answers
from .quantize import BITS, quantize, resolve_format
from .rows import sha256_file

# Set by whoever answers what is asked on stdin; without it only the vocabulary is tried.
ASKS = "TUNESMITH_REHEARSAL"
PROBES = ("Hello! What is the capital of France?",)
ANSWERS = 2  # prompts answered by both models: enough to tell a wrong conversion


def is_answered() -> bool:
    """Whether someone at the other end of stdin carries out Ollama's half and remembers it."""
    return os.environ.get(ASKS) == "ask"


def must_rehearse(context: RunContext) -> bool:
    """Ask whether this very chain has passed before; says so if it has.

    Waits for the line `{"type": "rehearse"}` or `{"type": "go"}`. Raises `Stopped`.
    """
    context.events.emit(
        "rehearsal.asked",
        format=chosen_format(context),
        thinking=context.template.thinking,
        modelFiles=small_files_sha256(context.model_folder),
    )
    if context.wishes.wait_for("rehearse", "go")["type"] == "rehearse":
        return True
    context.events.decide("rehearsal_known")
    return False


def rehearse(context: RunContext, adapter: Path) -> None:
    """Merge `adapter`, convert, prove, quantise; then let the runner try Ollama; remove it all.

    Errors: those of the export stages; the runner's refusal comes as `Stopped`.
    """
    start = time.monotonic()
    folder = rehearsal_folder(context)
    try:
        final = _make(context, adapter, folder)
        seconds = round(time.monotonic() - start, 1)
        context.events.emit("rehearsal.ready", gguf=str(final), seconds=seconds)
        answer = context.wishes.wait_for("go")
        _say(context, answer, round(time.monotonic() - start, 1))
    except AppError as error:
        raise _without(folder, error, context.model_folder) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def rehearsal_folder(context: RunContext) -> Path:
    """Where the rehearsal's files are; gone when it is over."""
    return context.folder / "rehearsal"


def require_room(context: RunContext) -> None:
    """Error disk_full unless merged model and GGUF files will fit beside what is there."""
    parameters = context.spec.model.parameters
    final = BITS.get(chosen_format(context), 5) / 8
    require_space(context.folder / "merged", int(parameters * (2 + 2 + final)))


def chosen_format(context: RunContext) -> str:
    """The format of the GGUF that this run ends in."""
    value = context.spec.quantization.output_quantization
    return resolve_format(value, context.spec.model.parameters)


def small_files_sha256(model_folder: Path) -> str:
    """Hash over a model's files other than its weights: config, tokenizer, templates."""
    weights = {file.name for file in weight_files(model_folder)}
    digest = hashlib.sha256()
    for file in sorted(model_folder.iterdir()):
        if file.is_file() and file.name not in weights:
            digest.update(f"{file.name}\0{sha256_file(file)}\0".encode())
    return digest.hexdigest()


def _make(context: RunContext, adapter: Path, folder: Path) -> Path:
    from .merge import merge_adapter

    golden = prepare_golden(context)
    template = template_for_export(
        context.template, [(entry["id"], entry["messages"]) for entry in golden]
    )
    merged, f16 = folder / "merged", folder / "model-f16.gguf"
    _step(context, 0, "merge")
    merge_adapter(
        context.model_folder,
        adapter,
        merged,
        template=context.template.source,
        stamp={},
        probes=[context.tokenizer.encode(text) for text in PROBES],
    )
    _step(context, 1, "convert")
    convert_to_gguf(
        merged,
        f16,
        name=context.spec.target_name,
        template=template,
        stop_ids=context.stop_ids,
    )
    _step(context, 2, "prove")
    with LlamaModel(f16) as model:
        prove_run_tokens(context, model)
        _prove_answers(context, model, merged, golden)
    shutil.rmtree(merged)
    _step(context, 3, "quantize")
    format = chosen_format(context)
    final = folder / f"model-{format}.gguf"
    if final != f16:
        quantize(f16, final, format, context.spec.device.threads)
        f16.unlink()
    with LlamaModel(final):
        _step(context, 4, "ollama")
    return final


def _prove_answers(
    context: RunContext, model: LlamaModel, merged: Path, golden: list[dict[str, Any]]
) -> None:
    from .reference import held_out_prompts, reference_answers

    prompts = sorted(held_out_prompts(context.check, golden), key=lambda entry: len(entry[1]))
    references = reference_answers(
        merged,
        prompts[:ANSWERS],
        context.stop_ids,
        context.spec.device.type,
        context.spec.model.parameters,
        lambda _done, _total: context.wishes.check(),
    )
    prove_answers(model, references, context.spec.device.threads)


def _step(context: RunContext, done: int, note: str) -> None:
    context.wishes.check()
    context.events.progress("tokenize", done, 5, "steps", f"rehearsal: {note}")


def _say(context: RunContext, answer: dict[str, Any], seconds: float) -> None:
    if version := answer.get("ollama"):
        context.events.decide("rehearsed", seconds=seconds, version=version)
    else:
        reason = answer.get("reason") or "no reason was given"
        context.events.decide("rehearsed_without_ollama", seconds=seconds, reason=reason)


def _without(folder: Path, error: AppError, model_folder: Path) -> AppError:
    """The same error, speaking of the base's folder: the rehearsal's is removed."""
    given = {
        key: str(model_folder) if key == "folder" and str(folder) in str(value) else value
        for key, value in error.params.items()
    }
    return AppError(error.code, **given)
