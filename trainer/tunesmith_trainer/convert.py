"""Merged model -> GGUF in 16 bits, by llama.cpp's own converter inside this process."""

from __future__ import annotations

import functools
import importlib
import json
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from types import ModuleType
from typing import Any

from .errors import AppError
from .gguf_vocabulary import (
    add_missing_tokens,
    adds_space_prefix,
    byte_level_vocabulary,
    is_sentencepiece,
    model_name,
    set_sentencepiece_vocabulary,
)
from .llama_library import engine_folder
from .output_file import watched, written
from .pretokenizer import read_tokenizer
from .unicode_form import UNICODE_FORM_KEY, unicode_form

TOKENS_KEY = "tokenizer.ggml.tokens"
END_KEYS = ("tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id")


def convert_to_gguf(
    merged: Path,
    target: Path,
    *,
    name: str,
    template: str,
    stop_ids: Collection[int],
    on_progress: Callable[[int, int], None] | None = None,
) -> str:
    """Convert the model folder `merged` into the f16 GGUF `target`; returns the pre-tokenizer.

    `template` is embedded as it stands. `stop_ids` are made to end generation.
    Errors: export_engine_missing, export_architecture_unsupported, export_tokenizer_unknown,
    export_convert_failed, disk_full.
    """
    size = sum(f.stat().st_size for f in merged.glob("*.safetensors"))  # 16 bits in, 16 bits out
    with written(target, needed=size) as part, watched(part, size, on_progress):
        return _run(merged, part, name, template, stop_ids, "write")


def convert_vocabulary(model_folder: Path, target: Path) -> str:
    """Convert only the vocabulary of a model folder; returns the pre-tokenizer.

    Takes no time, and shows before training whether text would be read alike. Errors: those of
    `convert_to_gguf`.
    """
    with written(target) as part:
        return _run(model_folder, part, "vocabulary", "", (), "write_vocab")


def _run(
    folder: Path, part: Path, name: str, template: str, stop_ids: Collection[int], method: str
) -> str:
    import torch

    conversion, gguf = load_converter()
    instance = None
    try:
        with torch.inference_mode():
            instance = _open(conversion, gguf, folder, part, name)
            _take_over_vocabulary(instance, gguf, folder, template, stop_ids)
            getattr(instance, method)()
    except (AppError, OSError):
        raise
    except Exception as error:  # a converter of a hundred authors: anything can come
        detail = f"{type(error).__name__}: {error}"[:500]
        raise AppError("export_convert_failed", detail=detail, folder=str(folder)) from error
    finally:
        # The writer keeps its file open after a failure, which Windows would not delete.
        if instance is not None:
            instance.gguf_writer.close()
    return instance.pre_tokenizer


@functools.cache
def load_converter() -> tuple[ModuleType, ModuleType]:
    """The modules `conversion` and `gguf` of the engine's llama.cpp tree.

    PyPI's gguf does not fit this converter. Error: export_engine_missing.
    """
    source = engine_folder() / "source"
    if not (source / "conversion").is_dir() or not (source / "gguf-py").is_dir():
        raise AppError("export_engine_missing", folder=str(source))
    for folder in (source, source / "gguf-py"):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    return importlib.import_module("conversion"), importlib.import_module("gguf")


def _open(conversion: ModuleType, gguf: ModuleType, merged: Path, part: Path, name: str) -> Any:
    base = conversion.ModelBase
    # AutoConfig drops keys that older converters ask for; the file still has them.
    raw = json.loads((merged / "config.json").read_text(encoding="utf-8"))
    hparams = {**raw, **base.load_hparams(merged, False)}
    architecture = conversion.get_model_architecture(hparams, conversion.ModelType.TEXT)
    try:
        kind = conversion.get_model_class(architecture)
    except NotImplementedError as error:
        raise AppError(
            "export_architecture_unsupported", architecture=architecture, folder=str(merged)
        ) from error
    ftype = gguf.LlamaFileType.MOSTLY_F16
    title = model_name(name, read_tokenizer(merged))
    return kind(merged, ftype, part, model_name=title, hparams=hparams)


def _take_over_vocabulary(
    instance: Any, gguf: Any, merged: Path, template: str, stop_ids: Collection[int]
) -> None:
    """Let vocabulary, template and end tokens come from what training used."""
    tokenizer = read_tokenizer(merged)
    writer = instance.gguf_writer
    original = instance.set_vocab
    add_template = writer.add_chat_template
    instance.get_vocab_base = lambda: byte_level_vocabulary(instance, gguf)

    def set_vocab() -> None:
        writer.add_chat_template = lambda _value: None  # the base's own, in whatever form
        if is_sentencepiece(tokenizer) and not (merged / "tokenizer.model").is_file():
            set_sentencepiece_vocabulary(instance, gguf)
        else:
            original()
            add_missing_tokens(instance, gguf)
        add_template(template)
        if is_sentencepiece(tokenizer):
            writer.add_add_space_prefix(adds_space_prefix(tokenizer))
        if (form := unicode_form(tokenizer)) is not None:
            writer.add_string(UNICODE_FORM_KEY, form)
        # Every prompt is rendered by the template, which writes its own begin token.
        writer.add_add_bos_token(False)
        writer.add_add_eos_token(False)
        values = {key: kv.value for data in writer.kv_data for key, kv in data.items()}
        _check_unique(values[TOKENS_KEY], merged)
        # Configs may name ids that the vocabulary does not have.
        real = {i for i in stop_ids if 0 <= i < len(values[TOKENS_KEY])}
        missing = sorted(real - {values.get(key) for key in END_KEYS})
        if missing and END_KEYS[1] not in values:
            writer.add_eot_token_id(missing[0])
        instance.pre_tokenizer = values["tokenizer.ggml.pre"]

    instance.set_vocab = set_vocab


def _check_unique(tokens: list[Any], merged: Path) -> None:
    """llama.cpp ends the whole process when two ids have the same text."""
    seen: set[Any] = set()
    for token in tokens:
        if token in seen:
            detail = f"two of its tokens are {token!r}"
            raise AppError("export_tokenizer_unknown", detail=detail, folder=str(merged))
        seen.add(token)
