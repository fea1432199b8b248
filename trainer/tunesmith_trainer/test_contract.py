"""The trainer and the contract in TypeScript mean the same: both speak its JSON Schemas."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from .errors import AppError
from .protocol import Events
from .spec import BEFORE, CLOSED, Lora, Quantization, Training, load_spec
from .stages import run_stages
from .testing_models import shared_model
from .testing_runs import make_rows, make_run, read_events
from .wishes import Wishes

SCHEMAS = Path(__file__).parent / "schema"
SECTIONS = {
    "training_config": Training, "lora_config": Lora, "quantization_config": Quantization,
}  # fmt: skip


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))


def run_json(run: Path) -> dict[str, Any]:
    return json.loads((run / "run.json").read_text(encoding="utf-8"))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return make_run(tmp_path / "run", shared_model("starter"), make_rows(12), make_rows(4, 50))


def test_the_trainer_knows_every_parameter_and_no_other() -> None:
    sections = schema("parameters")["properties"]
    for name, kind in SECTIONS.items():
        known = {field.name for field in dataclasses.fields(kind)}
        assert known == set(sections[name]["properties"]), name


def test_runs_made_for_tests_are_runs_of_the_contract(run: Path) -> None:
    jsonschema.validate(run_json(run), schema("run"))


def test_every_event_up_to_the_export_is_one_of_the_contract(run: Path) -> None:
    events = Events(run / "trainer.jsonl")
    run_stages(run, load_spec(run), events, Wishes())
    validator = jsonschema.Draft202012Validator(schema("events"))
    found = read_events(run)
    for event in found:
        if event.get("stage") == "merge_lora":
            break  # the export's events have a test of their own
        problems = [error.message for error in validator.iter_errors(event)]
        assert not problems, (event, problems)
    finished = [event["stage"] for event in found if event["type"] == "stage.finished"]
    assert finished == [
        "detect_device", "import_libraries", "load_model", "setup_lora", "tokenize", "train",
        "evaluate", "merge_lora", "convert_gguf", "quantize_gguf",
    ]  # fmt: skip
    types = {event["type"] for event in found}
    assert {"train.step", "train.evaluated", "train.checkpoint", "decision", "report"} <= types


def test_a_second_attempt_uses_what_is_there(run: Path) -> None:
    for _ in range(2):
        run_stages(run, load_spec(run), Events(run / "trainer.jsonl"), Wishes())
    finished = [
        e for e in read_events(run, "stage.finished") if e["stage"] in ("train", "evaluate")
    ]
    assert [e["result"].get("reused", False) for e in finished] == [False, False, True, True]


@pytest.mark.parametrize("lost", ["adapter", "evaluation", "checkpoints/step-000006"])
def test_what_is_lost_is_made_again(run: Path, lost: str) -> None:
    run_stages(run, load_spec(run), Events(run / "trainer.jsonl"), Wishes())
    adapter = (run / "adapter" / "adapter_model.safetensors").read_bytes()
    (run / lost).rename(run / "moved")
    run_stages(run, load_spec(run), Events(run / "trainer.jsonl"), Wishes())
    assert (run / "adapter" / "adapter_model.safetensors").read_bytes() == adapter
    names = {file.name for file in (run / "evaluation").iterdir()}
    assert {"base.json", "tuned.json"} <= names


def keys(value: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Paths of all keys that the trainer reads."""
    used = {
        "": ("schemaVersion", "id", "createdAt", "targetName", "device", "precision", "model",
             "training", "lora", "quantization", "modelfile", "data", "template", "plan",
             "checkpointSeconds", "keepCheckpoints"),
    }  # fmt: skip
    found = []
    for key, inner in value.items():
        if not path and key not in used[""]:
            continue
        found.append((*path, key))
        if isinstance(inner, dict) and key in ("training", "lora", "quantization", "precision"):
            found += keys(inner, (*path, key))
    return found


def test_a_missing_key_is_refused_by_name(run: Path) -> None:
    whole = run_json(run)
    paths = keys(whole)
    assert len(paths) > 45
    for path in (path for path in paths if ".".join(path) not in BEFORE):
        spec = json.loads(json.dumps(whole))
        inner = spec
        for key in path[:-1]:
            inner = inner[key]
        del inner[path[-1]]
        (run / "run.json").write_text(json.dumps(spec))
        with pytest.raises(AppError) as caught:
            load_spec(run)
        assert caught.value.code == "spec_missing_key"
        assert caught.value.params["key"] == ".".join(path)


def test_a_run_frozen_before_a_setting_existed_is_read(run: Path) -> None:
    spec = run_json(run)
    del spec["training"]["excess_length_strategy"]
    (run / "run.json").write_text(json.dumps(spec))
    assert load_spec(run).training.excess_length_strategy == "drop"


@pytest.mark.parametrize("section", ["training", "lora", "quantization", "precision"])
def test_an_unknown_setting_is_refused(run: Path, section: str) -> None:
    assert len(CLOSED) == 4
    spec = run_json(run)
    spec[section]["new_setting"] = 1
    (run / "run.json").write_text(json.dumps(spec))
    with pytest.raises(AppError) as caught:
        load_spec(run)
    assert caught.value.code == "spec_unknown_key"
    assert caught.value.params["key"] == f"{section}.new_setting"


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("training", "num_train_epochs", "3"),
        ("training", "num_train_epochs", 1.5),
        ("training", "num_train_epochs", True),
        ("training", "packing", 1),
        ("training", "learning_rate", None),
        ("lora", "target_modules", "q_proj"),
        ("lora", "target_modules", [1]),
        ("quantization", "bnb_4bit_quant_type", 4),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(
    run: Path, section: str, key: str, value: Any
) -> None:
    spec = run_json(run)
    spec[section][key] = value
    (run / "run.json").write_text(json.dumps(spec))
    with pytest.raises(AppError) as caught:
        load_spec(run)
    assert caught.value.code == "spec_wrong_type"
    assert f"{section}.{key}" in caught.value.params["key"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "spec_missing"),
        ("{", "spec_unreadable"),
        ("\x80", "spec_unreadable"),
        ("[]", "spec_wrong_type"),
        ('{"schemaVersion": 2}', "spec_newer"),
    ],
)
def test_a_file_that_is_no_spec_is_refused(tmp_path: Path, text: str | None, code: str) -> None:
    if text is not None:
        (tmp_path / "run.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(AppError) as caught:
        load_spec(tmp_path)
    assert caught.value.code == code
