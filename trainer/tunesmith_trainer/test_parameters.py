"""Every parameter, set to a value that is no default, is found again in the live objects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from .live_settings import live_settings
from .testing_models import shared_model
from .testing_runs import LORA, QUANTIZATION, TRAINING, make_rows, make_run, prepare
from .train_stage import make_live_training

SECTIONS = ("training", "lora", "quantization")
# Each case: what is set beside the defaults of testing_runs, which the first key is read from.
CASES: list[dict[str, Any]] = [
    {"num_train_epochs": 5},
    {"per_device_train_batch_size": 3},
    {"gradient_accumulation_steps": 3},
    {"learning_rate": 0.0123},
    {"warmup_ratio": 0.5},
    {"max_length": 256},
    {"max_length": 512, "packing": True},
    {"optim": "adamw_torch_fused"},
    {"optim": "adamw_8bit"},
    {"optim": "adafactor"},
    {"optim": "sgd"},
    {"weight_decay": 0.17},
    {"max_grad_norm": 0.3},
    {"lr_scheduler_type": "cosine"},
    {"lr_scheduler_type": "constant"},
    {"lr_scheduler_type": "polynomial"},
    {"neftune_noise_alpha": 7},
    {"seed": 1234},
    {"fp16": True},
    {"bf16": True},
    {"logging_steps": 7},
    {"save_strategy": "steps"},
    {"save_strategy": "no"},
    {"save_steps": 3, "save_strategy": "steps"},
    {"packing": True},
    {"train_on": "everything"},
    {"excess_length_strategy": "truncate"},
    {"gradient_checkpointing": True},
    {"early_stopping_patience": 4},
    {"r": 4},
    {"r": 64, "use_rslora": True},
    {"lora_alpha": 48},
    {"lora_dropout": 0.15},
    {"target_modules": ["q_proj", "down_proj"]},
    {"use_rslora": True},
    {"use_dora": True},
    {"modules_to_save": ["lm_head"]},
    {"modules_to_save": ["embed_tokens"]},
    {"modules_to_save": ["embed_tokens", "lm_head"]},
    {"load_in_4bit": True},
    {"bnb_4bit_quant_type": "fp4", "load_in_4bit": True},
    {"bnb_4bit_use_double_quant": False, "load_in_4bit": True},
    {"bnb_4bit_compute_dtype": "bfloat16", "load_in_4bit": True},
    {"bnb_4bit_compute_dtype": "float16", "load_in_4bit": True},
    {"output_quantization": "q4_k_m"},
]
WITH_BIASES: list[dict[str, Any]] = [
    {"bias": "all"},
    {"bias": "lora_only", "target_modules": ["q_proj"]},
]


def label(case: Any) -> str:
    return "+".join(f"{key}={value}" for key, value in case.items())


def live(tmp_path: Path, family: str, case: dict[str, Any]) -> dict[str, Any]:
    run = make_run(tmp_path / "run", shared_model(family), make_rows(24), make_rows(2, 50), **case)
    work = prepare(run)
    training = make_live_training(work)
    return live_settings(work.context, training)


@pytest.mark.parametrize("case", CASES, ids=label)
@pytest.mark.parametrize("family", ["starter", "qwen2"])
def test_parameter_arrives(tmp_path: Path, family: str, case: dict[str, Any]) -> None:
    found = live(tmp_path, family, case)
    for key, value in case.items():
        expected = sorted(value) if isinstance(value, list) else value
        assert found[key] == expected, key


@pytest.mark.parametrize("case", WITH_BIASES, ids=label)
def test_bias_arrives_where_the_model_has_biases(tmp_path: Path, case: dict[str, Any]) -> None:
    found = live(tmp_path, "qwen2", case)
    for key, value in case.items():
        assert found[key] == value, key


def test_bias_has_no_effect_on_a_model_without(tmp_path: Path) -> None:
    assert live(tmp_path, "starter", {"bias": "all"})["bias"] == "none"


def test_paged_optimizer_is_unpaged_on_a_cpu(tmp_path: Path) -> None:
    assert live(tmp_path, "starter", {"optim": "paged_adamw_8bit"})["optim"] == "adamw_8bit"


def registry() -> dict[str, Any]:
    """The schema of each key that reaches the trainer, as generated from the parameter registry."""
    schema = json.loads((Path(__file__).parent / "schema" / "parameters.schema.json").read_text())
    sections = (schema["properties"][f"{name}_config"] for name in SECTIONS)
    return {key: value for section in sections for key, value in section["properties"].items()}


def test_every_parameter_of_the_registry_is_covered() -> None:
    keys = {next(iter(case)) for case in [*CASES, *WITH_BIASES]}
    assert keys == set(registry())


def test_the_registry_allows_each_value() -> None:
    schemas = registry()
    for case in [*CASES, *WITH_BIASES]:
        for key, value in case.items():
            jsonschema.validate(value, schemas[key])


def test_each_value_differs_from_what_runs_have_otherwise() -> None:
    defaults = {**TRAINING, **LORA, **QUANTIZATION}
    for case in [*CASES, *WITH_BIASES]:
        key, value = next(iter(case.items()))
        assert defaults[key] != value, key
