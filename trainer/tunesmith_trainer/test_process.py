"""The trainer as a process: wishes, the end of stdin, locks, exit codes, what it prints."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from .checkpoint import read_record
from .rows import sha256_file
from .testing_models import shared_model
from .testing_process import PACKAGE, TrainerProcess, wait_for
from .testing_runs import make_rows, make_run, read_events
from .train_stage import make_live_training, train


def long_run(folder: Path, **settings: Any) -> Path:
    """A run of so many steps that a test can interrupt it."""
    settings = {"num_train_epochs": 100, "save_strategy": "no", **settings}
    return make_run(folder, shared_model("qwen2"), make_rows(24), **settings)


def at_step(step: int) -> Any:
    return lambda event: event["type"] == "train.step" and event["step"] >= step


def test_a_wish_ends_at_a_step_with_a_checkpoint_and_exit_3(tmp_path: Path) -> None:
    one_by_one = {"per_device_train_batch_size": 1, "gradient_accumulation_steps": 1}
    run = long_run(tmp_path / "run", **one_by_one)  # 2,400 steps: it cannot end by itself
    trainer = TrainerProcess("run", run)
    wait_for(run, at_step(4))
    another_process_is_refused(run, tmp_path / "log")
    trainer.wish("cancel")
    assert trainer.wait() == 3
    checkpoint = read_events(run, "train.checkpoint")[-1]
    assert checkpoint["reason"] == "cancel"
    assert checkpoint["step"] < 1200
    assert read_record(run / checkpoint["folder"]) is not None
    assert not read_events(run, "error")
    assert trainer.output() == b""
    assert "bitsandbytes_left_out" in [e["code"] for e in read_events(run, "decision")]


def another_process_is_refused(run: Path, log: Path) -> None:
    """Two processes never work on one run, and the second leaves no trace in its events."""
    second = TrainerProcess("run", run, log=log)
    assert second.wait() == 4
    assert b"Another process is working on this run already" in log.read_bytes()


def test_a_killed_run_ends_with_the_bytes_of_an_undisturbed_one(tmp_path: Path) -> None:
    settings = {"num_train_epochs": 10, "checkpointSeconds": 0.05, "lora_dropout": 0.1}
    killed = long_run(tmp_path / "killed", **settings)
    whole = long_run(tmp_path / "whole", **settings)
    trainer = TrainerProcess("run", killed)
    wait_for(killed, lambda e: e["type"] == "train.checkpoint" and e["step"] >= 5)
    trainer.process.kill()
    trainer.wait()
    from .testing_runs import prepare

    for run in (killed, whole):
        work = prepare(run)
        train(work, make_live_training(work))
    assert read_events(killed, "train.resumed")[0]["step"] >= 5
    hashes = {sha256_file(r / "adapter" / "adapter_model.safetensors") for r in (killed, whole)}
    assert len(hashes) == 1


STAGES = ["start", "import_libraries", "train"]


@pytest.mark.parametrize("stage", STAGES)
def test_it_ends_within_two_seconds_of_its_stdin_at_any_stage(tmp_path: Path, stage: str) -> None:
    # What else the machine does must not decide: one of three is enough.
    # A process that has not begun to run yet ends once Python is up.
    limit = 4 if stage == "start" else 2
    runs = (long_run(tmp_path / f"run-{attempt}") for attempt in range(3))
    assert any(seconds_to_end(run, stage) < limit for run in runs)


def seconds_to_end(run: Path, stage: str) -> float:
    """From the end of the trainer's stdin, in this stage, to its own end."""
    trainer = TrainerProcess("run", run)
    if stage != "start":
        wait_for(run, lambda e: e["type"] == "stage.started" and e["stage"] == stage)
    trainer.close_stdin()
    start = time.monotonic()
    trainer.wait(30)
    assert not (run / "adapter").exists()
    return time.monotonic() - start


def broken_spec(run: Path) -> str:
    (run / "run.json").write_text("{")
    return "spec_unreadable"


def changed_rows(run: Path) -> str:
    with (run / "data" / "train.jsonl").open("a") as file:
        file.write("\n")
    return "rows_changed"


def other_model(run: Path) -> str:
    spec = json.loads((run / "run.json").read_text())
    spec["model"]["path"] = str(run / "nowhere")
    (run / "run.json").write_text(json.dumps(spec))
    return "model_not_found"


def other_device(run: Path) -> str:
    spec = json.loads((run / "run.json").read_text())
    spec["device"]["type"] = "mps" if sys.platform != "darwin" else "cuda"
    (run / "run.json").write_text(json.dumps(spec))
    return "device_unavailable"


@pytest.mark.parametrize("spoil", [broken_spec, changed_rows, other_model, other_device])
def test_a_failure_is_an_error_event_and_exit_4(tmp_path: Path, spoil: Any) -> None:
    run = long_run(tmp_path / "run")
    code = spoil(run)
    trainer = TrainerProcess("run", run)
    assert trainer.wait() == 4
    last = read_events(run)[-1]
    assert (last["type"], last["error"]["code"]) == ("error", code)
    assert last["error"]["message"]


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=PACKAGE, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("command", ["device", "inspect", "tokens"])
def test_quick_commands_import_no_torch(tmp_path: Path, command: str) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps(row) + "\n" for row in make_rows(4)))
    model = ["--model", str(shared_model("starter"))]
    arguments = {
        "device": ["device"],
        "inspect": ["inspect", *model, "--train", str(rows)],
        "tokens": ["tokens", *model, "--rows", str(rows)],
    }[command]
    done = python(
        f"import sys; from tunesmith_trainer.__main__ import main; code = main({arguments!r});"
        "heavy = {'torch', 'transformers', 'peft'} & set(sys.modules); assert not heavy, heavy;"
        "sys.exit(code)"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[0])


def test_an_expected_failure_of_a_quick_command_is_one_json_object(tmp_path: Path) -> None:
    trainer = TrainerProcess("inspect", "--model", tmp_path / "nowhere")
    assert trainer.wait() == 4
    error = json.loads(trainer.output())["error"]
    assert error["code"] == "model_not_found"
    assert str(tmp_path / "nowhere") in error["message"]
