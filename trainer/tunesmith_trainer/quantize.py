"""f16 GGUF -> any value of output_quantization, by `llama_model_quantize`."""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .convert import load_converter
from .errors import AppError
from .llama_library import last_error, load_library
from .output_file import watched, written

# llama.h: enum llama_ftype.
FILE_TYPES = {
    "f32": 0,
    "f16": 1,
    "q8_0": 7,
    "q4_k_s": 14,
    "q4_k_m": 15,
    "q5_k_m": 17,
    "q6_k": 18,
    "bf16": 32,
}
AUTO_LIMIT = 3_000_000_000  # parameters up to which auto takes q8_0
BITS = {"f32": 32, "f16": 16, "bf16": 16, "q8_0": 8.5, "q6_k": 6.6, "q5_k_m": 5.7}  # per weight
BLOCK = 256  # ggml-common.h: QK_K, the weights of one K-quant block
BUFFER_BYTES = 1 << 30


@dataclass(frozen=True)
class Quantized:
    """`types` counts tensors by ggml type; `fallbacks` are tensors that K-quants did not fit."""

    format: str
    types: dict[str, int]
    fallbacks: list[dict[str, str | int]]


def resolve_format(value: str, parameters: int) -> str:
    """The format that an output_quantization value stands for: only `auto` is not its own."""
    if value != "auto":
        return value
    return "q8_0" if parameters <= AUTO_LIMIT else "q4_k_m"


def quantize(
    source: Path,
    target: Path,
    format: str,
    threads: int,
    on_progress: Callable[[int, int], None] | None = None,
) -> Quantized:
    """Write the f16 GGUF `source` as `target` in `format` (a key of FILE_TYPES).

    Errors: export_quantize_failed, disk_full, those of `load_library`.
    """
    library = load_library()
    params = library.llama_model_quantize_default_params()
    params.ftype = FILE_TYPES[format]
    params.nthread = threads
    params.max_buf_size = BUFFER_BYTES
    size = int(source.stat().st_size * BITS.get(format, 5) / 16)
    with written(target, needed=size) as part, watched(part, size, on_progress):
        paths = (str(source).encode(), str(part).encode())
        if library.llama_model_quantize(*paths, ctypes.byref(params)) != 0:
            raise AppError("export_quantize_failed", format=format, detail=last_error())
    return describe(target, format)


def describe(file: Path, format: str) -> Quantized:
    """Which types the tensors of a GGUF really have."""
    _conversion, gguf = load_converter()
    reader = gguf.GGUFReader(file)
    types: Counter[str] = Counter()
    fallbacks: list[dict[str, str | int]] = []
    for tensor in reader.tensors:
        kind = tensor.tensor_type.name
        types[kind] += 1
        row = int(tensor.shape[0])
        matrix = len(tensor.shape) > 1 and kind != "F32"
        if "_k" in format and matrix and row % BLOCK:
            fallbacks.append({"tensor": tensor.name, "row": row, "type": kind})
    return Quantized(format, dict(types), fallbacks)
