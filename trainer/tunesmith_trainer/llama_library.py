"""Finds, loads and checks the prebuilt libllama under $TUNESMITH_LLAMA; loads it once."""

from __future__ import annotations

import collections
import ctypes
import functools
import os
import re
import sys
from ctypes import POINTER, c_bool, c_char_p, c_float, c_int32, c_size_t, c_uint32, c_void_p
from pathlib import Path

from .errors import AppError
from .llama_structs import (
    Batch,
    ContextParams,
    ModelParams,
    QuantizeParams,
    SamplerChainParams,
    check_layout,
)

# Releases put their version into the name (libllama.v0.5.0.so); llama-common is another library.
NAME = r"^(?:lib)?{stem}(?:\.v[\d.]+?)?\.(?:so|dylib|dll)$"
ERROR_LEVEL = 4  # ggml.h: GGML_LOG_LEVEL_ERROR; 5 continues a line of any level
LogCallback = ctypes.CFUNCTYPE(None, c_int32, c_char_p, c_void_p)

# The last lines the library logged: what an error message can quote.
recent_log: collections.deque[str] = collections.deque(maxlen=40)

SIGNATURES: dict[str, tuple[object, list[object]]] = {
    "llama_log_set": (None, [LogCallback, c_void_p]),
    "llama_backend_init": (None, []),
    "llama_model_load_from_file": (c_void_p, [c_char_p, ModelParams]),
    "llama_model_free": (None, [c_void_p]),
    "llama_init_from_model": (c_void_p, [c_void_p, ContextParams]),
    "llama_free": (None, [c_void_p]),
    "llama_model_get_vocab": (c_void_p, [c_void_p]),
    "llama_model_n_ctx_train": (c_int32, [c_void_p]),
    "llama_model_n_params": (ctypes.c_uint64, [c_void_p]),
    "llama_model_chat_template": (c_char_p, [c_void_p, c_char_p]),
    "llama_model_meta_val_str": (c_int32, [c_void_p, c_char_p, c_char_p, c_size_t]),
    "llama_model_quantize": (c_uint32, [c_char_p, c_char_p, POINTER(QuantizeParams)]),
    "llama_vocab_n_tokens": (c_int32, [c_void_p]),
    "llama_vocab_is_eog": (c_bool, [c_void_p, c_int32]),
    "llama_vocab_get_text": (c_char_p, [c_void_p, c_int32]),
    "llama_tokenize": (
        c_int32,
        [c_void_p, c_char_p, c_int32, POINTER(c_int32), c_int32, c_bool, c_bool],
    ),
    "llama_token_to_piece": (c_int32, [c_void_p, c_int32, c_char_p, c_int32, c_int32, c_bool]),
    "llama_get_memory": (c_void_p, [c_void_p]),
    "llama_memory_clear": (None, [c_void_p, c_bool]),
    "llama_memory_seq_rm": (c_bool, [c_void_p, c_int32, c_int32, c_int32]),
    "llama_n_ctx": (c_uint32, [c_void_p]),
    "llama_batch_init": (Batch, [c_int32, c_int32, c_int32]),
    "llama_batch_free": (None, [Batch]),
    "llama_decode": (c_int32, [c_void_p, Batch]),
    "llama_get_logits_ith": (POINTER(c_float), [c_void_p, c_int32]),
    "llama_sampler_chain_init": (c_void_p, [SamplerChainParams]),
    "llama_sampler_chain_add": (None, [c_void_p, c_void_p]),
    "llama_sampler_free": (None, [c_void_p]),
    "llama_sampler_accept": (None, [c_void_p, c_int32]),
    "llama_sampler_sample": (c_int32, [c_void_p, c_void_p, c_int32]),
    "llama_sampler_init_greedy": (c_void_p, []),
    "llama_sampler_init_dist": (c_void_p, [c_uint32]),
    "llama_sampler_init_top_k": (c_void_p, [c_int32]),
    "llama_sampler_init_top_p": (c_void_p, [c_float, c_size_t]),
    "llama_sampler_init_min_p": (c_void_p, [c_float, c_size_t]),
    "llama_sampler_init_temp": (c_void_p, [c_float]),
    "llama_sampler_init_mirostat": (c_void_p, [c_int32, c_uint32, c_float, c_float, c_int32]),
    "llama_sampler_init_mirostat_v2": (c_void_p, [c_uint32, c_float, c_float]),
    "llama_sampler_init_penalties": (c_void_p, [c_int32, c_int32, c_float, c_float, c_float]),
}


def engine_folder() -> Path:
    """The llama.cpp engine's folder. Raises AppError `export_engine_missing`."""
    value = os.environ.get("TUNESMITH_LLAMA", "")
    folder = Path(value)
    if not value or not (folder / "lib").is_dir():
        raise AppError("export_engine_missing", folder=value or "TUNESMITH_LLAMA (not set)")
    return folder


def find_library(folder: Path, stem: str) -> Path:
    """The shared library `stem` among the engine's files, whatever this platform calls it."""
    pattern = re.compile(NAME.format(stem=re.escape(stem)))
    found = sorted(p for p in folder.iterdir() if pattern.match(p.name))
    if not found:
        raise AppError("export_engine_missing", folder=str(folder / stem))
    return found[0]


def _log(level: int, text: bytes | None, _data: object) -> None:
    line = (text or b"").decode("utf-8", "replace")
    recent_log.append(line)
    if level == ERROR_LEVEL:  # standard error is the run's worker.log
        sys.stderr.write(line)


_log_callback = LogCallback(_log)  # kept alive: the library holds a bare pointer


@functools.cache
def load_library() -> ctypes.CDLL:
    """libllama with its backends registered and every used function typed.

    Raises AppError `export_engine_missing` or `export_engine_mismatch`.
    """
    folder = engine_folder() / "lib"
    if hasattr(os, "add_dll_directory"):
        os.add_dll_directory(str(folder))
    try:
        ggml = ctypes.CDLL(str(find_library(folder, "ggml")))
        library = ctypes.CDLL(str(find_library(folder, "llama")))
    except OSError as error:
        raise AppError("export_engine_mismatch", field="library", found=str(error)) from error
    check_layout(library)
    for name, (restype, argtypes) in SIGNATURES.items():
        function = getattr(library, name)
        function.restype = restype
        function.argtypes = argtypes
    library.llama_log_set(_log_callback, None)
    # Without a path the backends are sought beside the executable, which is Python's.
    ggml.ggml_backend_load_all_from_path.argtypes = [c_char_p]
    ggml.ggml_backend_load_all_from_path(str(folder).encode())
    ggml.ggml_backend_dev_count.restype = c_size_t
    if ggml.ggml_backend_dev_count() == 0:
        raise AppError("export_engine_missing", folder=str(folder / "ggml-cpu"))
    library.llama_backend_init()
    return library


def last_error() -> str:
    """The last line that the library logged, for error messages."""
    lines = [line.strip() for line in recent_log if line.strip()]
    return lines[-1] if lines else "no message"
