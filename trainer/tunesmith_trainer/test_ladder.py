"""Memory that runs out, for real and pretended, and the probe that leaves nothing behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from .batches import make_batches
from .errors import AppError
from .ladder import KILLED_FILE, Ladder, Rungs, is_checkpointing, read_rungs, write_rungs
from .out_of_memory import in_halves, is_out_of_memory
from .probe import longest_packs, probe
from .random_state import random_state
from .rows import TokenRow, sha256_file
from .testing_models import shared_model
from .testing_process import PACKAGE
from .testing_runs import make_rows, make_run, prepare, read_events
from .train_stage import make_live_training, train


def live_run(folder: Path, **settings: Any) -> Any:
    run = make_run(folder, shared_model("qwen2"), make_rows(16), make_rows(4, 50), **settings)
    work = prepare(run)
    return work, make_live_training(work)


class Scarce:
    """Lets the model run out of memory while a micro-batch has more than `most` rows."""

    def __init__(self, model: Any, most: int, after: int = 0, kept: bool = False) -> None:
        self.calls, self.most, self.after = 0, most, after
        # Without checkpointing nothing is small enough where `kept`.
        self.kept = kept
        model.register_forward_pre_hook(self, with_kwargs=True)

    def __call__(self, module: Any, _args: Any, kwargs: Any) -> None:
        self.calls += 1
        small = len(kwargs["input_ids"]) <= self.most
        if self.kept:
            small = small and module.get_base_model().is_gradient_checkpointing
        if module.training and self.calls > self.after and not small:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")


def test_it_goes_down_rung_by_rung_from_a_checkpoint_and_says_so(tmp_path: Path) -> None:
    batch = {"per_device_train_batch_size": 4, "gradient_accumulation_steps": 1}
    work, live = live_run(tmp_path / "run", **batch)
    whole_work, whole = live_run(tmp_path / "whole", **batch)
    Scarce(work.model, most=1, after=5, kept=True)
    step = train(work, live)
    assert step == train(whole_work, whole) == 8
    lowered = read_events(tmp_path / "run", "memory.lowered")
    rungs = [event["rung"] for event in lowered]
    assert [rung for rung in rungs if rung != "allocator"] == [
        "micro_batch", "micro_batch", "checkpointing",
    ]  # fmt: skip
    assert lowered[-1] | {"time": 0} == {
        "time": 0, "type": "memory.lowered", "rung": "checkpointing", "step": 3,
        "batchSize": 1, "accumulation": 4, "checkpointing": True,
    }  # fmt: skip
    saved = read_events(tmp_path / "run", "train.checkpoint")
    assert [event["step"] for event in saved if event["reason"] == "memory"] == [3]
    said = " ".join(event["message"] for event in read_events(tmp_path / "run", "warning"))
    assert "no longer bit-equal" in said
    assert "the effective batch stays 4" in said
    # The same rows make up every step, so the losses are those of the undisturbed run.
    steps = {e["step"]: e["loss"] for e in read_events(tmp_path / "run", "train.step")}
    for event in read_events(tmp_path / "whole", "train.step"):
        assert steps[event["step"]] == pytest.approx(event["loss"], abs=1e-4)


def test_the_probe_finds_it_before_the_first_step(tmp_path: Path) -> None:
    work, live = live_run(tmp_path / "run", per_device_train_batch_size=4)
    Scarce(work.model, most=2)
    train(work, live)
    assert {event["step"] for event in read_events(tmp_path / "run", "memory.lowered")} == {0}
    assert live.trainer.batches.micro_size == 2
    assert not is_checkpointing(live.trainer)


def test_below_the_last_rung_there_is_an_error_that_says_what_helps(tmp_path: Path) -> None:
    work, live = live_run(tmp_path / "run", per_device_train_batch_size=2)
    Scarce(work.model, most=0)
    with pytest.raises(AppError) as caught:
        train(work, live)
    assert caught.value.code == "out_of_memory"
    assert "4-bit" in caught.value.message


@pytest.mark.parametrize(
    "settings",
    [
        {"lora_dropout": 0.1, "neftune_noise_alpha": 5},
        {"optim": "adafactor", "packing": True},
        {"optim": "adamw_8bit", "bias": "all"},
    ],
)
def test_the_probe_leaves_no_trace(tmp_path: Path, settings: dict[str, Any]) -> None:
    work, live = live_run(tmp_path / "run", **settings)
    trainer = live.trainer
    before = [parameter.detach().clone() for parameter in trainer.parameters]
    randoms = random_state()
    probe(trainer, work.context.spec.training, work.context.check, work.context.wishes.check)
    assert all(map(torch.equal, before, trainer.parameters))
    assert all(parameter.grad is None for parameter in trainer.parameters)
    after = random_state()
    assert torch.equal(randoms.pop("torch"), after.pop("torch"))
    assert randoms == after
    assert not trainer.optimizer.state
    # Nor in what is learned then: trained with and without it, the adapter has the same bytes.
    train(work, live)
    _work, bare = live_run(tmp_path / "bare", **settings)
    (tmp_path / "bare" / "checkpoints").mkdir()
    bare.trainer.train(bare.callbacks)
    last = tmp_path / "bare" / "checkpoints" / "step-000008" / "adapter_model.safetensors"
    probed = tmp_path / "run" / "checkpoints" / "step-000008" / "adapter_model.safetensors"
    if settings.get("packing"):
        last = max(last.parent.parent.glob("step-*")) / last.name
        probed = max(probed.parent.parent.glob("step-*")) / probed.name
    assert sha256_file(last) == sha256_file(probed)


def test_the_longest_packs_are_tried() -> None:
    work_rows = [(7, 3), (9, 1), (9, 4), (2, 1)]
    rows = [
        TokenRow(str(n), [], list(range(n)), [-100] * (n - k) + [1] * k, [], "")
        for n, k in work_rows
    ]
    batches = make_batches(rows, False, 16, 2, 1, 0, 0)
    assert longest_packs(batches) == [2, 1]


def test_a_later_attempt_stands_where_the_last_one_did_and_a_kill_is_one_rung(
    tmp_path: Path,
) -> None:
    work, live = live_run(tmp_path / "run", per_device_train_batch_size=4)
    write_rungs(tmp_path / "run", Rungs(allocator=True, micro_batch=2))
    (tmp_path / "run" / KILLED_FILE).write_text(json.dumps({"count": 1}))
    Ladder(work.context, live).stand()
    assert live.trainer.batches.micro_size == 1
    assert read_rungs(tmp_path / "run") == Rungs(allocator=True, micro_batch=1, kills=1)
    # Answered once, it is no reason to go further down.
    Ladder(work.context, live).stand()
    assert not is_checkpointing(live.trainer)
    (tmp_path / "run" / "memory.json").write_text("{")
    assert read_rungs(tmp_path / "run") == Rungs()


def test_work_that_does_not_fit_is_halved() -> None:
    told: list[int] = []

    def double(items: Any) -> list[int]:
        if len(items) > 2:
            raise MemoryError
        return [2 * item for item in items]

    assert in_halves(double, [1, 2, 3, 4, 5], told.append) == [2, 4, 6, 8, 10]
    assert told == [3, 2]
    with pytest.raises(MemoryError):
        in_halves(lambda items: double([*items] * 3), [1], told.append)
    with pytest.raises(ValueError, match="another"):
        in_halves(lambda _items: (_ for _ in ()).throw(ValueError("another")), [1, 2], told.append)
    assert is_out_of_memory(torch.OutOfMemoryError("no room"))
    assert not is_out_of_memory(RuntimeError("sizes do not match"))


def test_a_real_limit_is_met_and_training_ends_one_rung_lower(tmp_path: Path) -> None:
    """The process may not hold what the whole micro-batch needs: allocations do fail (Linux)."""
    rows = make_rows(8)
    for message in (message for row in rows for message in row["messages"]):
        message["content"] += " lamp" * 220
    run = make_run(
        tmp_path / "run", shared_model("qwen2"), rows, max_length=2048,
        per_device_train_batch_size=8, gradient_accumulation_steps=1,
    )  # fmt: skip
    command = [sys.executable, "-c", LIMITED, str(run)]
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert read_events(run, "memory.lowered"), "no allocation failed"
    assert read_events(run, "train.step")[-1]["step"] == 2


# Allows the process so many bytes beyond what it holds when training begins.
LIMITED = """
import resource, sys
from pathlib import Path
from tunesmith_trainer.testing_runs import prepare
from tunesmith_trainer.train_stage import make_live_training, train

work = prepare(Path(sys.argv[1]))
live = make_live_training(work)
status = Path("/proc/self/status").read_text().splitlines()
held = next(int(line.split()[1]) << 10 for line in status if line.startswith("VmData:"))
resource.setrlimit(resource.RLIMIT_DATA, (held + (110 << 20),) * 2)
train(work, live)
"""
