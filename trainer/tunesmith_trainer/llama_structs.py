"""The structs of llama.cpp's C interface, as `include/llama.h` of release v0.5.0 lays them out.

A struct passed by value with a wrong layout is silent corruption, so every default that the
library returns is compared with what the source says before anything else is called.
"""

from __future__ import annotations

import ctypes
from ctypes import c_bool, c_char_p, c_float, c_int8, c_int32, c_size_t, c_uint32, c_void_p
from typing import Any

from .errors import AppError

LIBRARY_VERSION = "0.5.0"
TYPE_COUNT = 43  # ggml.h: GGML_TYPE_COUNT, "not set" for the two type fields of quantisation
TYPE_F32, TYPE_F16 = 0, 1  # ggml.h: GGML_TYPE_F32, GGML_TYPE_F16
FLASH_ATTENTION_DISABLED = 0  # llama.h: LLAMA_FLASH_ATTN_TYPE_DISABLED


class ModelParams(ctypes.Structure):
    """`struct llama_model_params`."""

    _fields_ = (
        ("devices", c_void_p),
        ("tensor_buft_overrides", c_void_p),
        ("n_gpu_layers", c_int32),
        ("split_mode", c_int32),
        ("load_mode", c_int32),
        ("lazy_mode", c_int32),
        ("main_gpu", c_int32),
        ("tensor_split", c_void_p),
        ("progress_callback", c_void_p),
        ("progress_callback_user_data", c_void_p),
        ("kv_overrides", c_void_p),
        ("vocab_only", c_bool),
        ("check_tensors", c_bool),
        ("use_extra_bufts", c_bool),
        ("no_host", c_bool),
        ("no_alloc", c_bool),
        ("load_mtp", c_bool),
    )


class ContextParams(ctypes.Structure):
    """`struct llama_context_params`."""

    _fields_ = (
        ("n_ctx", c_uint32),
        ("n_batch", c_uint32),
        ("n_ubatch", c_uint32),
        ("n_seq_max", c_uint32),
        ("n_rs_seq", c_uint32),
        ("n_outputs_max", c_uint32),
        ("n_outputs_max_per_seq", c_uint32),
        ("n_threads", c_int32),
        ("n_threads_batch", c_int32),
        ("ctx_type", c_int32),
        ("rope_scaling_type", c_int32),
        ("pooling_type", c_int32),
        ("attention_type", c_int32),
        ("flash_attn_type", c_int32),
        ("rope_freq_base", c_float),
        ("rope_freq_scale", c_float),
        ("yarn_ext_factor", c_float),
        ("yarn_attn_factor", c_float),
        ("yarn_beta_fast", c_float),
        ("yarn_beta_slow", c_float),
        ("yarn_orig_ctx", c_uint32),
        ("defrag_thold", c_float),
        ("cb_eval", c_void_p),
        ("cb_eval_user_data", c_void_p),
        ("type_k", c_int32),
        ("type_v", c_int32),
        ("abort_callback", c_void_p),
        ("abort_callback_data", c_void_p),
        ("embeddings", c_bool),
        ("offload_kqv", c_bool),
        ("no_perf", c_bool),
        ("op_offload", c_bool),
        ("swa_full", c_bool),
        ("kv_unified", c_bool),
        ("samplers", c_void_p),
        ("n_samplers", c_size_t),
        ("ctx_other", c_void_p),
    )


class QuantizeParams(ctypes.Structure):
    """`struct llama_model_quantize_params`."""

    _fields_ = (
        ("nthread", c_int32),
        ("ftype", c_int32),
        ("output_tensor_type", c_int32),
        ("token_embedding_type", c_int32),
        ("allow_requantize", c_bool),
        ("quantize_output_tensor", c_bool),
        ("only_copy", c_bool),
        ("pure", c_bool),
        ("keep_split", c_bool),
        ("dry_run", c_bool),
        ("imatrix", c_void_p),
        ("kv_overrides", c_void_p),
        ("tt_overrides", c_void_p),
        ("prune_layers", c_void_p),
        ("max_buf_size", c_size_t),
    )


class SamplerChainParams(ctypes.Structure):
    """`struct llama_sampler_chain_params`."""

    _fields_ = (("no_perf", c_bool),)


class Batch(ctypes.Structure):
    """`struct llama_batch`: arrays of `n_tokens` entries; `logits` marks rows wanted as output."""

    _fields_ = (
        ("n_tokens", c_int32),
        ("token", ctypes.POINTER(c_int32)),
        ("embd", ctypes.POINTER(c_float)),
        ("pos", ctypes.POINTER(c_int32)),
        ("n_seq_id", ctypes.POINTER(c_int32)),
        ("seq_id", ctypes.POINTER(ctypes.POINTER(c_int32))),
        ("logits", ctypes.POINTER(c_int8)),
    )


# What `llama_*_default_params` returns by the source of the pinned release.
DEFAULTS: dict[type[ctypes.Structure], dict[str, Any]] = {
    ModelParams: {
        "devices": None, "tensor_buft_overrides": None, "n_gpu_layers": -1, "split_mode": 1,
        "load_mode": -1, "lazy_mode": 1, "main_gpu": 0, "tensor_split": None,
        "progress_callback": None, "progress_callback_user_data": None, "kv_overrides": None,
        "vocab_only": False, "check_tensors": False, "use_extra_bufts": True, "no_host": False,
        "no_alloc": False, "load_mtp": False,
    },
    ContextParams: {
        "n_ctx": 512, "n_batch": 2048, "n_ubatch": 512, "n_seq_max": 1, "n_rs_seq": 0,
        "n_outputs_max": 0, "n_outputs_max_per_seq": 1, "n_threads": 4, "n_threads_batch": 4,
        "ctx_type": 0, "rope_scaling_type": -1, "pooling_type": -1, "attention_type": -1,
        "flash_attn_type": -1, "rope_freq_base": 0.0, "rope_freq_scale": 0.0,
        "yarn_ext_factor": -1.0, "yarn_attn_factor": -1.0, "yarn_beta_fast": -1.0,
        "yarn_beta_slow": -1.0, "yarn_orig_ctx": 0, "defrag_thold": -1.0, "cb_eval": None,
        "cb_eval_user_data": None, "type_k": TYPE_F16, "type_v": TYPE_F16, "abort_callback": None,
        "abort_callback_data": None, "embeddings": False, "offload_kqv": True, "no_perf": True,
        "op_offload": True, "swa_full": True, "kv_unified": False, "samplers": None,
        "n_samplers": 0, "ctx_other": None,
    },
    QuantizeParams: {
        "nthread": 0, "ftype": 7, "output_tensor_type": TYPE_COUNT,
        "token_embedding_type": TYPE_COUNT, "allow_requantize": False,
        "quantize_output_tensor": True, "only_copy": False, "pure": False, "keep_split": False,
        "dry_run": False, "imatrix": None, "kv_overrides": None, "tt_overrides": None,
        "prune_layers": None, "max_buf_size": 8 << 30,
    },
    SamplerChainParams: {"no_perf": True},
}  # fmt: skip


def declare_defaults(library: ctypes.CDLL) -> dict[type[ctypes.Structure], Any]:
    """The four functions that return default parameters, typed, by the struct they return."""
    functions = {
        ModelParams: library.llama_model_default_params,
        ContextParams: library.llama_context_default_params,
        QuantizeParams: library.llama_model_quantize_default_params,
        SamplerChainParams: library.llama_sampler_chain_default_params,
    }
    for struct, function in functions.items():
        function.argtypes = []
        function.restype = struct
    return functions


def check_layout(library: ctypes.CDLL) -> None:
    """Compare version and every default with the pinned release.

    Raises AppError `export_engine_mismatch` with the first field that differs.
    """
    library.llama_version.restype = c_char_p
    version = library.llama_version().decode()
    if version.lstrip("v").split("-")[0] != LIBRARY_VERSION:
        raise AppError("export_engine_mismatch", field="version", found=version)
    for struct, function in declare_defaults(library).items():
        found = function()
        for field, expected in DEFAULTS[struct].items():
            value = getattr(found, field)
            if value != expected:
                raise AppError(
                    "export_engine_mismatch", field=f"{struct.__name__}.{field}", found=repr(value)
                )
