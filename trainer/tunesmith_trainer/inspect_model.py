"""`inspect`: what a model folder and rows are, without torch and without loading weights."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from .device import usable_cores
from .errors import AppError
from .model_folder import (
    TensorInfo,
    longest_row,
    max_positions,
    read_config,
    read_tensors,
    weight_files,
    weights_sha256,
)
from .packing import pack
from .rows import Row, read_rows, sha256_file
from .stop_tokens import StopTokens
from .template import ChatTemplate, load_template, thinks
from .token_cache import RowsInTokens
from .token_table import TokenTable
from .tokenize_rows import RowTokenizer, row_tokenizer, takes_system, takes_tools
from .tokenizer import TextTokenizer, load_tokenizer

MAX_LENGTHS = (128, 256, 512, 1024, 2048, 4096, 8192)
DTYPES = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}
LAYER = re.compile(r"\.\d+\.")
EMBEDDING = re.compile(r"embed|wte|wpe|shared|position", re.IGNORECASE)
# Experts are one fused tensor in memory, routers no linear layer; images and sound do not train.
NOT_LINEAR = re.compile(r"\.experts\.|\.(gate|router)\.weight$|vision|audio|multi_modal")
TWO_TURNS = [
    {"role": "user", "content": "Name a colour."},
    {"role": "assistant", "content": "Blue."},
    {"role": "user", "content": "Another?"},
    {"role": "assistant", "content": "Green."},
]


def inspect(
    model_folder: Path,
    train: Path | None,
    check: Path | None,
    max_length: int | None,
    system: str | None,
    train_on: str,
    day: date | None,
) -> dict[str, Any]:
    """The answer of `inspect`, as docs/interfaces.md describes it.

    `rows` holds training rows, then check rows; one that cannot be used has an `error`. `packs`
    counts packs of the usable training rows per max_length, `fullest` what the fullest one holds.
    """
    model = describe_model(model_folder)
    tokenizer = load_tokenizer(model_folder)
    train_rows = read_rows(train) if train else []
    check_rows = read_rows(check) if check else []
    thinking = thinks([row.messages for row in train_rows])
    template = load_template(model_folder, tokenizer, day, thinking)
    tokenize, stops = row_tokenizer(model_folder, tokenizer, template, system, train_on)
    limit = None if max_length is None else longest_row(read_config(model_folder), max_length)
    tokens = RowsInTokens(tokenize, model_folder, usable_cores())
    described: list[list[dict[str, Any]]] = []
    for file, rows in ((train, train_rows), (check, check_rows)):
        sha256 = sha256_file(file) if file and rows else ""
        described.append(describe_rows(rows, tokens.of_file(rows, sha256), limit))
    usable = [row for row in described[0] if row["tokens"] > 0]
    packs = {str(n): describe_packs(usable, n) for n in MAX_LENGTHS}
    return {
        "model": model,
        "template": describe_template(template, tokenizer, tokenize, stops),
        "rows": [*described[0], *described[1]],
        "packs": {n: facts["packs"] for n, facts in packs.items()},
        "fullest": {n: facts["fullest"] for n, facts in packs.items()},
    }


def describe_model(folder: Path) -> dict[str, Any]:
    """The model's facts from config.json and the safetensors headers."""
    config = read_config(folder)
    files = weight_files(folder)
    tensors = read_tensors(files)
    text = config.get("text_config", config)
    tied = "lm_head.weight" not in tensors or bool(config.get("tie_word_embeddings", False))
    size = max(tensors.values(), key=lambda t: len(t.shape) * _count(t))
    return {
        "architecture": config["architectures"][0],
        "modelType": config["model_type"],
        "parameters": sum(
            _count(t) for n, t in tensors.items() if not tied or n != "lm_head.weight"
        ),
        "sha256": weights_sha256(files),
        "tiedEmbeddings": tied,
        "linearModules": linear_modules(tensors),
        "modulesToSave": _modules_to_save(tensors),
        "hasBias": any(name.endswith(".bias") for name in tensors),
        "maxPositions": max_positions(config),
        "vocabSize": text.get("vocab_size"),
        "weightsDtype": DTYPES.get(size.dtype, size.dtype.lower()),
        "safetensorsBytes": sum(file.stat().st_size for file in files),
    }


def linear_modules(tensors: dict[str, TensorInfo]) -> list[str]:
    """Names of the linear layers inside the model's blocks, fused ones included.

    A linear layer is a matrix `….<number>.….<name>.weight` that is no embedding and no norm.
    """
    found: set[str] = set()
    for name, tensor in tensors.items():
        if not name.endswith(".weight") or len(tensor.shape) != 2:
            continue
        module = name.removesuffix(".weight").rsplit(".", 1)[-1]
        if LAYER.search(name) and not EMBEDDING.search(module) and not NOT_LINEAR.search(name):
            found.add(module)
    return sorted(found)


def _modules_to_save(tensors: dict[str, TensorInfo]) -> list[str]:
    """embed_tokens and lm_head, where the model has them; a tied head is not in the file."""
    embeds = any(name.endswith("embed_tokens.weight") for name in tensors)
    head = "lm_head.weight" in tensors or embeds
    return [name for name, there in (("embed_tokens", embeds), ("lm_head", head)) if there]


def describe_template(
    template: ChatTemplate, tokenizer: TextTokenizer, tokenize: RowTokenizer, stops: StopTokens
) -> dict[str, Any]:
    """How answers are found in this template, and what it does."""
    try:
        masked = tokenize(Row("probe", TWO_TURNS))
        mode = masked.mode if masked.complete else "last"
    except AppError:
        mode = "last"
    return {
        "sha256": template.sha256,
        "source": template.origin,
        "mask": mode,
        "system": "supported" if takes_system(template) else "rejected",
        "tools": takes_tools(template),
        "stopTokens": stops.texts,
        "stopTokenIds": [tokenizer.inner.token_to_id(text) for text in stops.texts],
        "thinking": template.thinking,
        "readsClock": template.reads_clock,
    }


def describe_rows(
    rows: list[Row], table: TokenTable, max_length: int | None
) -> list[dict[str, Any]]:
    """Tokens and learned tokens of each row, or what is wrong with it."""
    columns = [c.tolist() for c in (table.lengths, table.supervised, table.first_learned)]
    found = []
    for number, (tokens, supervised, first) in enumerate(zip(*columns, strict=True)):
        facts: dict[str, Any] = {"id": rows[number].id, "tokens": tokens, "supervised": supervised}
        if error := table.errors.get(number):
            found.append(facts | {"error": error.to_dict()})
            continue
        facts["first"] = first
        if max_length is not None and tokens > max_length:
            params = {"id": facts["id"], "tokens": tokens, "max_length": max_length}
            facts["error"] = AppError("row_too_long", **params).to_dict()
        found.append(facts)
    return found


def describe_packs(rows: list[dict[str, Any]], max_length: int) -> dict[str, Any]:
    """How many packs these rows fill, and the tokens and learned tokens of the fullest one."""
    fitting = [row for row in rows if row["tokens"] <= max_length]
    packs = pack([row["tokens"] for row in fitting], max_length)
    keys = ("tokens", "supervised")
    sizes = [{key: sum(fitting[i][key] for i in one) for key in keys} for one in packs]
    fullest = {key: max((size[key] for size in sizes), default=0) for key in keys}
    return {"packs": len(packs), "fullest": fullest}


def _count(tensor: TensorInfo) -> int:
    total = 1
    for size in tensor.shape:
        total *= size
    return total
