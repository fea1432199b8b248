"""A model folder, read without loading weights: its config, its tensors, its faults."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .errors import AppError

PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
HEADER_LIMIT = 100 << 20  # bytes; the safetensors format allows no more


@dataclass(frozen=True)
class TensorInfo:
    """A tensor of a safetensors file: its number format (F32, BF16, …) and shape."""

    dtype: str
    shape: list[int]


def weight_files(folder: Path) -> list[Path]:
    """The model's *.safetensors files by name.

    Errors: model_not_found, model_pickle_only, model_no_weights, model_weights_incomplete.
    """
    if not folder.is_dir():
        raise AppError("model_not_found", folder=str(folder))
    files = sorted(folder.glob("*.safetensors"))
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        names = sorted(set(_json(index).get("weight_map", {}).values()))
        missing = [name for name in names if not (folder / name).is_file()]
        if missing:
            raise AppError("model_weights_incomplete", count=len(missing), first=missing[0])
        return [folder / name for name in names]
    if files:
        return files
    pickles = sorted(f.name for pattern in PICKLES for f in folder.glob(pattern))
    if pickles:
        raise AppError("model_pickle_only", folder=str(folder), files=", ".join(pickles[:5]))
    raise AppError("model_no_weights", folder=str(folder))


def read_config(folder: Path) -> dict[str, Any]:
    """config.json of a model that can be trained here.

    Errors: model_not_found, model_no_config, model_config_unreadable, model_unknown_architecture,
    model_already_quantized.
    """
    if not folder.is_dir():
        raise AppError("model_not_found", folder=str(folder))
    file = folder / "config.json"
    if not file.is_file():
        raise AppError("model_no_config", folder=str(folder))
    config = _json(file)
    architecture = (config.get("architectures") or ["unknown"])[0]
    known = known_architectures()
    if config.get("model_type") not in known or architecture not in known.values():
        raise AppError("model_unknown_architecture", architecture=architecture)
    if "quantization_config" in config:
        method = config["quantization_config"].get("quant_method", "unknown")
        raise AppError("model_already_quantized", method=method)
    return config


def max_positions(config: dict[str, Any]) -> int | None:
    """How many tokens the model was made to see at once."""
    text = config.get("text_config", config)
    return text.get("max_position_embeddings") or text.get("n_positions")


def longest_row(config: dict[str, Any], max_length: int) -> int:
    """The most tokens a row may have: max_length, or less where the model sees less."""
    return min(max_length, max_positions(config) or max_length)


@lru_cache
def known_architectures() -> dict[str, str]:
    """Model type → causal language model class of the installed Transformers.

    Read from the source of its table: importing it would import torch.
    """
    spec = importlib.util.find_spec("transformers")
    assert spec is not None, "transformers is not installed"
    assert spec.origin is not None, "transformers is not installed"
    table = Path(spec.origin).parent / "models" / "auto" / "modeling_auto.py"
    for node in ast.parse(table.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id != "MODEL_FOR_CAUSAL_LM_MAPPING_NAMES":
                continue
            assert isinstance(node.value, ast.Call)
            pairs = ast.literal_eval(node.value.args[0])
            # An entry may name several classes; a plain text config is what is trained here.
            return {kind: name for kind, name in pairs if isinstance(name, str)}
    raise AssertionError("transformers has no table of causal language models")


def read_tensors(files: list[Path]) -> dict[str, TensorInfo]:
    """All tensors of safetensors files, from their headers. Error: model_weights_unreadable.

    Format: 8 bytes little-endian header length, then the header as JSON
    (https://github.com/huggingface/safetensors).
    """
    tensors = {}
    for file in files:
        try:
            with file.open("rb") as source:
                size = int.from_bytes(source.read(8), "little")
                if not 0 < size <= HEADER_LIMIT:
                    raise ValueError("the header's length is impossible")
                header = json.loads(source.read(size))
            header.pop("__metadata__", None)
            end = max((info["data_offsets"][1] for info in header.values()), default=0)
            if file.stat().st_size != 8 + size + end:
                raise ValueError("the file is cut off")
        except (OSError, ValueError, KeyError) as error:
            detail = str(error)
            raise AppError("model_weights_unreadable", file=str(file), detail=detail) from error
        for name, info in header.items():
            tensors[name] = TensorInfo(info["dtype"], info["shape"])
    return tensors


def weights_sha256(files: list[Path], between: Callable[[int], None] | None = None) -> str:
    """Hash over the bytes of all weight files, in the order of their names.

    `between(bytes so far)` is called every few megabytes and may raise to stop.
    """
    digest, done = hashlib.sha256(), 0
    for file in sorted(files, key=lambda f: f.name):
        with file.open("rb") as source:
            while block := source.read(8 << 20):
                digest.update(block)
                done += len(block)
                if between is not None:
                    between(done)
    return digest.hexdigest()


def _json(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AppError("model_config_unreadable", file=str(file), detail=str(error)) from error
    if not isinstance(data, dict):
        detail = "it is not an object"
        raise AppError("model_config_unreadable", file=str(file), detail=detail)
    return data
