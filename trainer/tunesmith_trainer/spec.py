"""The frozen run: run.json as typed, immutable values. Defaults are set elsewhere."""

from __future__ import annotations

import dataclasses
import json
import re
import types
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .changes import Change, read_changes
from .errors import AppError

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Device:
    """The machine the run was planned for. `memory_bytes` counts the training device's memory."""

    type: str
    name: str
    memory_bytes: int
    threads: int


@dataclass(frozen=True)
class Precision:
    """Number formats of training: the frozen weights' dtype, and whether autocast is used."""

    mode: str
    weights_dtype: str
    autocast: bool
    reason: str


@dataclass(frozen=True)
class Model:
    """The base model: a plain folder and the hash of its weights."""

    id: str
    path: str
    sha256: str
    parameters: int
    architecture: str


@dataclass(frozen=True)
class Training:
    """training_config, resolved."""

    num_train_epochs: int
    per_device_train_batch_size: int
    gradient_accumulation_steps: int
    learning_rate: float
    warmup_ratio: float
    max_length: int
    optim: str
    weight_decay: float
    max_grad_norm: float
    lr_scheduler_type: str
    neftune_noise_alpha: float
    seed: int
    fp16: bool
    bf16: bool
    logging_steps: int
    save_strategy: str
    save_steps: int
    packing: bool
    train_on: str
    excess_length_strategy: str
    gradient_checkpointing: bool
    early_stopping_patience: int


@dataclass(frozen=True)
class Lora:
    """lora_config, resolved."""

    r: int
    lora_alpha: int
    lora_dropout: float
    target_modules: list[str]
    bias: str
    use_rslora: bool
    use_dora: bool
    modules_to_save: list[str]


@dataclass(frozen=True)
class Quantization:
    """quantization_config, resolved."""

    load_in_4bit: bool
    bnb_4bit_quant_type: str
    bnb_4bit_use_double_quant: bool
    bnb_4bit_compute_dtype: str
    output_quantization: str


@dataclass(frozen=True)
class Data:
    """The frozen rows of data/train.jsonl and data/check.jsonl."""

    train_rows: int
    check_rows: int
    check_source: str
    train_sha256: str
    check_sha256: str | None


@dataclass(frozen=True)
class TemplateRef:
    """Which chat template the run was planned with."""

    sha256: str
    source: str
    system: str


@dataclass(frozen=True)
class Plan:
    """What the user was told before the start."""

    optimizer_steps: int
    exports: str


@dataclass(frozen=True)
class Spec:
    """run.json. `modelfile` holds only the keys that are set.

    `changes` come from changes.json. One of load_in_4bit is already in `quantization`; those of the
    learning rate take effect behind their step.
    """

    schema_version: int
    id: str
    created_at: str
    target_name: str
    device: Device
    precision: Precision
    model: Model
    training: Training
    lora: Lora
    quantization: Quantization
    modelfile: dict[str, Any]
    data: Data
    template: TemplateRef
    plan: Plan
    checkpoint_seconds: float
    keep_checkpoints: int
    changes: tuple[Change, ...] = ()


# In these an unknown key would be a setting that is silently not applied.
# Keys that came after runs were frozen without them, and what those runs did.
BEFORE = {"training.excess_length_strategy": "drop"}
CLOSED = (Training, Lora, Quantization, Precision)


def load_spec(run_folder: Path) -> Spec:
    """Read `run.json` of a run directory, and what was changed since.

    Errors: spec_missing, spec_unreadable, spec_newer, spec_missing_key, spec_unknown_key,
    spec_wrong_type, changes_unreadable.
    """
    file = run_folder / "run.json"
    if not file.is_file():
        raise AppError("spec_missing", folder=str(run_folder))
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AppError("spec_unreadable", file=str(file), detail=str(error)) from error
    found = data.get("schemaVersion") if isinstance(data, dict) else None
    if isinstance(found, int) and found > SCHEMA_VERSION:
        raise AppError("spec_newer", found=found, known=SCHEMA_VERSION)
    return _changed(parse(Spec, data, ""), read_changes(run_folder))


def _changed(spec: Spec, changes: tuple[Change, ...]) -> Spec:
    quantization = spec.quantization
    for change in changes:
        if change.key == "load_in_4bit":
            quantization = dataclasses.replace(quantization, load_in_4bit=bool(change.value))
    return dataclasses.replace(spec, quantization=quantization, changes=changes)


def parse(kind: Any, value: Any, path: str) -> Any:
    """`value` (parsed JSON) as the dataclass or plain type `kind`; `path` names it in errors."""
    if dataclasses.is_dataclass(kind):
        return _parse_dataclass(kind, value, path)
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        inner, _none = typing.get_args(kind)
        return None if value is None else parse(inner, value, path)
    if origin is list:
        _expect(isinstance(value, list), "a list", value, path)
        return [parse(typing.get_args(kind)[0], v, f"{path}[{i}]") for i, v in enumerate(value)]
    if origin is dict:
        _expect(isinstance(value, dict), "an object", value, path)
        return value
    if kind is float:  # JSON writes 1.0 as 1
        number = isinstance(value, int | float) and not isinstance(value, bool)
        _expect(number, "a number", value, path)
        return float(value)
    if kind is int:
        whole = isinstance(value, int) and not isinstance(value, bool)
        _expect(whole, "a whole number", value, path)
        return value
    _expect(isinstance(value, kind), {str: "a text", bool: "true or false"}[kind], value, path)
    return value


def _parse_dataclass(kind: Any, value: Any, path: str) -> Any:
    _expect(isinstance(value, dict), "an object", value, path)
    hints = typing.get_type_hints(kind)
    fields = {}
    snake = kind in (Training, Lora, Quantization)
    given = {field.name for field in dataclasses.fields(kind) if field.default == ()}
    for name, hint in hints.items():
        if name in given:
            continue
        key = name if snake else re.sub(r"_(\w)", lambda m: m[1].upper(), name)
        full = f"{path}.{key}" if path else key
        if key not in value and full in BEFORE:
            fields[name] = BEFORE[full]
            continue
        if key not in value:
            raise AppError("spec_missing_key", key=full)
        fields[name] = parse(hint, value[key], full)
    if kind in CLOSED:
        for key in value:
            known = hints if snake else {re.sub(r"_(\w)", lambda m: m[1].upper(), n) for n in hints}
            if key not in known:
                raise AppError("spec_unknown_key", key=f"{path}.{key}")
    return kind(**fields)


def _expect(ok: bool, expected: str, value: Any, path: str) -> None:
    if not ok:
        shown = json.dumps(value, ensure_ascii=False)[:60]
        raise AppError("spec_wrong_type", key=path or "run.json", expected=expected, found=shown)
