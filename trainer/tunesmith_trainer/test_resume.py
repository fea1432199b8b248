"""Interrupted and resumed, a run ends with the very bytes it would have had undisturbed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from . import callbacks, evaluate
from .callbacks import Memory
from .checkpoint import list_checkpoints, read_record
from .errors import AppError
from .loop import StepResult, Trainer
from .rows import sha256_file
from .testing_models import shared_model
from .testing_runs import make_rows, make_run, prepare, read_events
from .train_stage import make_live_training, train
from .wishes import Stopped, Wishes

CASES: list[dict[str, Any]] = [
    {"lora_dropout": 0.2, "neftune_noise_alpha": 5, "packing": True},
    {"optim": "adamw_8bit", "r": 64},
    {"optim": "adafactor", "lr_scheduler_type": "polynomial"},
    {"optim": "adamw_torch_fused", "lr_scheduler_type": "cosine", "use_dora": True},
    {"optim": "sgd", "bias": "all", "gradient_checkpointing": True, "lora_dropout": 0.1},
    {"load_in_4bit": True, "bias": "all", "bnb_4bit_compute_dtype": "bfloat16", "bf16": True},
    {"modules_to_save": ["lm_head"], "fp16": True},
    {"modules_to_save": ["embed_tokens", "lm_head"], "save_strategy": "steps", "save_steps": 3},
]


def label(case: dict[str, Any] | bool) -> str:
    if isinstance(case, bool):
        return "tied" if case else "own head"
    return "+".join(f"{key}={value}" for key, value in case.items())


class WishAt:
    """Wishes to stop once a step is done, as a person's click does."""

    def __init__(self, wishes: Wishes, step: int, wish: str = "cancel") -> None:
        self.wishes, self.step, self.wish = wishes, step, wish

    def after_step(self, trainer: Trainer, result: StepResult) -> None:
        if trainer.progress.step == self.step:
            self.wishes.wish = self.wish


class WishDuring:
    """Wishes to stop while one held-out loss is taken, after its first batch."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, wishes: Wishes, evaluation: int) -> None:
        self.seen = 0
        original = callbacks.row_losses

        def row_losses(*arguments: Any) -> list[float]:
            *first, between, lowered = arguments
            self.seen += 1
            batches = 0

            def wish() -> None:
                nonlocal batches
                batches += 1
                if self.seen == evaluation and batches == 2:
                    wishes.wish = "pause"
                between()

            return original(*first, wish, lowered)

        monkeypatch.setattr(callbacks, "row_losses", row_losses)


def attempt(run: Path, stop_at: int | None = None, wish: str = "cancel") -> Memory:
    """One process's worth of training."""
    work = prepare(run)
    live = make_live_training(work)
    if stop_at is not None:
        live.callbacks.insert(0, WishAt(work.context.wishes, stop_at, wish))
    train(work, live)
    return live.memory


def losses(run: Path) -> dict[int, float]:
    """Loss by step; of a step told twice the later one counts."""
    return {event["step"]: event["loss"] for event in read_events(run, "train.step")}


def new_run(folder: Path, family: str = "qwen2", **settings: Any) -> Path:
    return make_run(folder, shared_model(family), make_rows(20), make_rows(6, 60), **settings)


WITH_TIED = [(case, tied) for case in CASES for tied in (False, True)]
WITH_TIED = [(case, tied) for case, tied in WITH_TIED if not tied or "modules_to_save" in case]


@pytest.mark.parametrize(("case", "tied"), WITH_TIED, ids=label)
def test_resumed_run_ends_with_the_same_bytes(
    tmp_path: Path, case: dict[str, Any], tied: bool
) -> None:
    model = shared_model("qwen2", tie_word_embeddings=tied)
    rows, check = make_rows(20), make_rows(6, 60)
    names = ("whole", "parted")
    whole, parted = (make_run(tmp_path / name, model, rows, check, **case) for name in names)
    attempt(whole)
    for step in (2, 7):
        with pytest.raises(Stopped):
            attempt(parted, stop_at=step)
    attempt(parted)
    assert [e["step"] for e in read_events(parted, "train.resumed")] == [2, 7]
    assert losses(parted) == losses(whole)
    hashes = [sha256_file(run / "adapter" / "adapter_model.safetensors") for run in (whole, parted)]
    assert hashes[0] == hashes[1]
    configs = [(run / "adapter" / "adapter_config.json").read_text() for run in (whole, parted)]
    assert configs[0] == configs[1]


@pytest.mark.parametrize("wish", ["cancel", "pause"])
def test_a_wish_leaves_a_checkpoint_of_the_step(tmp_path: Path, wish: str) -> None:
    run = new_run(tmp_path / "run", family="starter")
    with pytest.raises(Stopped) as caught:
        attempt(run, stop_at=3, wish=wish)
    assert caught.value.wish == wish
    event = read_events(run, "train.checkpoint")[-1]
    assert (event["step"], event["reason"]) == (3, wish)
    assert read_record(run / event["folder"]).step == 3
    assert not (run / "adapter").exists()


OWED: list[dict[str, Any]] = [
    {"save_strategy": "epoch"},
    {"save_strategy": "steps", "save_steps": 4},
    {"save_strategy": "no"},
]


@pytest.mark.parametrize("settings", OWED, ids=label)
def test_a_wish_during_held_out_evaluation_acts_at_once_and_the_loss_is_taken_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]
) -> None:
    monkeypatch.setattr(evaluate, "BATCH_ROWS", 2)
    settings = {"num_train_epochs": 4, "lora_dropout": 0.2, **settings}
    whole, parted = (new_run(tmp_path / name, **settings) for name in ("whole", "parted"))
    attempt(whole)
    for evaluation in (1, 3):
        with monkeypatch.context() as patch:
            work = prepare(parted)
            live = make_live_training(work)
            WishDuring(patch, work.context.wishes, evaluation)
            with pytest.raises(Stopped):
                train(work, live)
        # Nothing was told of a loss that is not known, and a checkpoint of the step is there.
        last = read_events(parted)[-1]
        assert (last["type"], last["reason"], last["best"]) == ("train.checkpoint", "pause", False)
        assert read_record(parted / last["folder"]).loss is None
    attempt(parted)
    told = [
        [(e["step"], e["loss"], e["best"]) for e in read_events(run, "train.evaluated")]
        for run in (whole, parted)
    ]
    assert told[0] == told[1]
    assert losses(parted) == losses(whole)
    hashes = [sha256_file(run / "adapter" / "adapter_model.safetensors") for run in (whole, parted)]
    assert hashes[0] == hashes[1]


def test_the_best_is_never_a_checkpoint_that_the_clock_or_a_wish_left(tmp_path: Path) -> None:
    """Held-out losses are also taken at epochs that save nothing; an undisturbed run has no choice
    of them."""
    settings = {"save_strategy": "steps", "save_steps": 4, "num_train_epochs": 2}
    whole, parted = (new_run(tmp_path / name, **settings) for name in ("whole", "parted"))
    attempt(whole)
    with pytest.raises(Stopped):
        attempt(parted, stop_at=5)  # the end of an epoch
    attempt(parted)
    saved = read_events(parted, "train.checkpoint")
    assert [e["best"] for e in saved if e["reason"] == "cancel"] == [False]
    hashes = [sha256_file(run / "adapter" / "adapter_model.safetensors") for run in (whole, parted)]
    assert hashes[0] == hashes[1]


def test_a_wish_before_the_first_step_takes_none(tmp_path: Path) -> None:
    run = new_run(tmp_path / "run", family="starter")
    work = prepare(run)
    live = make_live_training(work)
    work.context.wishes.wish = "pause"
    with pytest.raises(Stopped):
        train(work, live)
    assert not read_events(run, "train.step")
    assert not list_checkpoints(run / "checkpoints")


def test_held_out_loss_does_not_change_training(tmp_path: Path) -> None:
    settings = {"lora_dropout": 0.2, "neftune_noise_alpha": 5, "save_strategy": "no"}
    with_check = new_run(tmp_path / "with", **settings)
    without = make_run(tmp_path / "without", shared_model("qwen2"), make_rows(20), **settings)
    attempt(with_check)
    attempt(without)
    assert len(read_events(with_check, "train.evaluated")) == 2
    assert losses(with_check) == losses(without)


def test_a_torn_checkpoint_is_passed_over_with_a_warning(tmp_path: Path) -> None:
    whole, torn = (new_run(tmp_path / name, family="starter") for name in ("whole", "torn"))
    attempt(whole)
    for step in (3, 6):
        with pytest.raises(Stopped):
            attempt(torn, stop_at=step)
    newest = list_checkpoints(torn / "checkpoints")[-1]
    assert newest.name == "step-000006"
    data = (newest / "state.pt").read_bytes()
    (newest / "state.pt").write_bytes(data[: len(data) // 2])
    attempt(torn)
    warning = read_events(torn, "warning")[-1]
    assert (warning["code"], warning["params"]["folder"]) == ("checkpoint_torn", "step-000006")
    assert read_events(torn, "train.resumed")[-1]["step"] == 5
    assert losses(torn) == losses(whole)


def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path) -> None:
    first = new_run(tmp_path / "first", family="starter")
    with pytest.raises(Stopped):
        attempt(first, stop_at=2)
    other = new_run(tmp_path / "other", family="qwen2")
    (first / "checkpoints").rename(other / "checkpoints")
    with pytest.raises(AppError) as caught:
        attempt(other)
    assert caught.value.code == "checkpoint_other_run"
    assert "model" in caught.value.params["detail"]


def test_early_stopping_is_not_undone_by_resuming(tmp_path: Path) -> None:
    settings = {"early_stopping_patience": 2, "num_train_epochs": 9, "learning_rate": 0.02}
    check = make_rows(4, 60)
    for row in check:  # what training takes the model away from
        row["messages"][-1]["content"] = "zq xj 77 vw"
    model = shared_model("starter")
    run = make_run(tmp_path / "run", model, make_rows(20), check, **settings)
    memory = attempt(run)
    stopped = read_events(run, "train.early_stopped")
    assert len(stopped) == 1
    assert stopped[0]["step"] < 45
    assert stopped[0]["bestStep"] == memory.best_step
    # As after a crash between the last checkpoint and the adapter.
    (run / "adapter").rename(run / "adapter-moved")
    steps = len(read_events(run, "train.step"))
    attempt(run)
    assert len(read_events(run, "train.step")) == steps
    names = ["adapter", "adapter-moved"]
    hashes = {sha256_file(run / name / "adapter_model.safetensors") for name in names}
    assert len(hashes) == 1
