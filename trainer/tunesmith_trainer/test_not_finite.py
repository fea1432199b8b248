"""A training that goes non-finite says where, names a good checkpoint, and goes on at a lower rate.

The fault is real: a rate of 1e30 moves the adapter at the second step, behind a first one of the
warm-up at rate 0, so far that the third step's loss is no number.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file, save_file

from .changes import FILE
from .checkpoint import list_checkpoints, read_record
from .errors import AppError
from .four_bit import is_four_bit
from .rows import sha256_file
from .spec import load_spec
from .testing_models import shared_model
from .testing_runs import make_rows, make_run, prepare, read_events
from .train_stage import make_live_training, train

ABSURD: dict[str, Any] = {
    "learning_rate": 1e30,
    "num_train_epochs": 3,
    "warmup_ratio": 0.5,
    "logging_steps": 1,
    "save_strategy": "steps",
    "save_steps": 1,
}


def new_run(folder: Path, **settings: Any) -> Path:
    return make_run(
        folder, shared_model("qwen2"), make_rows(20), make_rows(6, 60), **(ABSURD | settings)
    )


def attempt(run: Path) -> None:
    work = prepare(run)
    train(work, make_live_training(work))


def change(run: Path, step: int, rate: float = 1e-3) -> None:
    entry = {"time": "", "step": step, "key": "learning_rate", "value": rate, "before": 1e30}
    (run / FILE).write_text(json.dumps({"schemaVersion": 1, "changes": [entry]}))


def fails(run: Path) -> AppError:
    with pytest.raises(AppError) as caught:
        attempt(run)
    return caught.value


def test_it_goes_on_from_a_good_checkpoint_at_a_lower_rate(tmp_path: Path) -> None:
    run = new_run(tmp_path / "run")
    error = fails(run)
    assert error.code in ("loss_not_finite", "gradient_not_finite")
    failed, good = error.params["step"], error.params["good_checkpoint"]
    assert error.params["rows"]
    assert error.params["learning_rate"] > 1e28
    # The checkpoint of the step before is whole, and would fail in the same way at any rate.
    assert list_checkpoints(run / "checkpoints")[-1].name == f"step-{failed - 1:06d}"
    assert (good, failed) == (1, 3)
    assert fails(run).params["step"] == failed

    change(run, good)
    attempt(run)
    assert read_events(run, "train.resumed")[-1]["step"] == good
    rates = {e["step"]: e["learningRate"] for e in read_events(run, "train.step")}
    assert max(rates[step] for step in range(good + 1, 16)) <= 1e-3
    assert "learning_rate_changed" in [e["code"] for e in read_events(run, "warning")]

    # Repeated from its beginning with the change in place, it gives the same bytes.
    again = new_run(tmp_path / "again")
    change(again, good)
    attempt(again)
    assert not read_events(again, "train.resumed")
    file = "adapter/adapter_model.safetensors"
    assert sha256_file(again / file) == sha256_file(run / file)


def test_it_begins_anew_where_no_checkpoint_is_good(tmp_path: Path) -> None:
    run = new_run(tmp_path / "run", save_strategy="no")
    assert fails(run).params["good_checkpoint"] is None
    change(run, 0)
    attempt(run)
    assert not read_events(run, "train.resumed")
    lower = new_run(tmp_path / "lower", save_strategy="no", learning_rate=1e-3)
    attempt(lower)
    file = "adapter/adapter_model.safetensors"
    assert sha256_file(lower / file) == sha256_file(run / file)


def test_a_checkpoint_with_weights_that_are_not_finite_is_not_good(tmp_path: Path) -> None:
    run = new_run(tmp_path / "run")
    good = fails(run).params["good_checkpoint"]
    folder = run / "checkpoints" / f"step-{good:06d}"
    file = folder / "adapter_model.safetensors"
    weights = load_file(file)
    next(iter(weights.values())).fill_(float("nan"))
    save_file(weights, file, metadata={"format": "pt"})
    record = json.loads((folder / "checkpoint.json").read_text())
    record["files"][file.name] = sha256_file(file)
    (folder / "checkpoint.json").write_text(json.dumps(record))
    assert read_record(folder) is not None
    assert fails(run).params["good_checkpoint"] is None


def test_changes_that_cannot_be_read_are_not_left_out(tmp_path: Path) -> None:
    run = new_run(tmp_path / "run")
    for text in ("{", '{"changes": [{"step": 1, "key": "seed", "value": 1, "before": 2}]}'):
        (run / FILE).write_text(text)
        with pytest.raises(AppError) as caught:
            load_spec(run)
        assert caught.value.code == "changes_unreadable"


def test_a_consent_to_4_bits_counts_from_the_beginning(tmp_path: Path) -> None:
    run = new_run(tmp_path / "run", learning_rate=1e-3)
    entry = {"time": "", "step": 0, "key": "load_in_4bit", "value": True, "before": False}
    (run / FILE).write_text(json.dumps({"schemaVersion": 1, "changes": [entry]}))
    work = prepare(run)
    assert any(is_four_bit(module) for module in work.model.modules())
    train(work, make_live_training(work))
    assert "load_in_4bit_changed" in [e["code"] for e in read_events(run, "warning")]
    assert not json.loads((run / "run.json").read_text())["quantization"]["load_in_4bit"]
