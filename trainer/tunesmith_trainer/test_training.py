"""What training changes, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from .errors import AppError
from .evaluate import row_losses
from .loop import StepResult, Trainer
from .lora import trainable
from .score_answers import as_base
from .setup import make_trainer
from .stages import Work
from .testing_models import shared_model
from .testing_runs import make_rows, make_run, prepare


class Recorder:
    def __init__(self) -> None:
        self.losses: list[float] = []

    def after_step(self, trainer: Trainer, result: StepResult) -> None:
        self.losses.append(result.loss_sum / result.supervised)


def trained(folder: Path, family: str = "qwen2", **settings: Any) -> tuple[Work, Trainer, list]:
    run = make_run(folder, shared_model(family), make_rows(16), make_rows(4, 50), **settings)
    work = prepare(run)
    trainer = make_trainer(work.context, work.model, work.device)
    recorder = Recorder()
    trainer.train([recorder])
    return work, trainer, recorder.losses


def test_loss_is_the_mean_over_the_whole_step_however_it_is_cut(tmp_path: Path) -> None:
    cuts = [(4, 1), (2, 2), (1, 4)]
    losses = [
        trained(
            tmp_path / str(size), per_device_train_batch_size=size, gradient_accumulation_steps=acc
        )[2]
        for size, acc in cuts
    ]
    assert losses[1] == pytest.approx(losses[0], abs=1e-5)
    assert losses[2] == pytest.approx(losses[0], abs=1e-5)


def test_gradient_checkpointing_gives_the_same_losses(tmp_path: Path) -> None:
    plain = trained(tmp_path / "plain")[2]
    checkpointed = trained(tmp_path / "checkpointed", gradient_checkpointing=True)[2]
    assert checkpointed == pytest.approx(plain, abs=1e-6)


def test_every_step_is_recorded_and_the_loss_falls(tmp_path: Path) -> None:
    losses = trained(tmp_path / "run", num_train_epochs=10, learning_rate=5e-3)[2]
    assert len(losses) == 40
    assert sum(losses[-4:]) < 0.8 * sum(losses[:4])


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"use_dora": True},
        {"bias": "all"},
        {"modules_to_save": ["lm_head"]},
        {"load_in_4bit": True, "use_dora": True},
        {"load_in_4bit": True, "bias": "all", "bnb_4bit_compute_dtype": "bfloat16", "bf16": True},
        {"load_in_4bit": True, "bias": "all", "bnb_4bit_compute_dtype": "float16"},
        {"use_rslora": True, "r": 64},
        {"bf16": True, "bias": "all", "modules_to_save": ["embed_tokens"]},
        {"fp16": True, "bias": "all"},
    ],
    ids=str,
)
def test_all_that_trains_changes_and_nothing_else(tmp_path: Path, settings: dict) -> None:
    run = make_run(tmp_path / "run", shared_model("qwen2"), make_rows(16), **settings)
    work = prepare(run)
    before = {name: p.detach().clone() for name, p in work.model.named_parameters()}
    trainer = make_trainer(work.context, work.model, work.device)
    trainer.train([])
    names = {name for name, _ in trainable(work.model)}
    for name, parameter in work.model.named_parameters():
        same = torch.equal(parameter.detach(), before[name])
        assert same != (name in names), name
        if name in names:
            assert parameter.dtype == torch.float32, name
            assert parameter.isfinite().all(), name
    biases = [name for name in names if name.endswith(".bias")]
    assert bool(biases) == (settings.get("bias") == "all")


def test_frozen_weights_are_held_in_the_planned_format(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", shared_model("starter"), bf16=True)
    model = prepare(run).model
    for name, parameter in model.named_parameters():
        expected = torch.float32 if parameter.requires_grad else torch.bfloat16
        assert parameter.dtype == expected, name


@pytest.mark.parametrize("modules", [["lm_head"], ["embed_tokens"], ["embed_tokens", "lm_head"]])
def test_tied_embeddings_stay_one_tensor(tmp_path: Path, modules: list[str]) -> None:
    model = shared_model("qwen2", tie_word_embeddings=True)
    run = make_run(tmp_path / "run", model, make_rows(16), modules_to_save=modules)
    work = prepare(run)
    before = work.model.get_input_embeddings().weight.detach().clone()
    make_trainer(work.context, work.model, work.device).train([])
    inner, outer = work.model.get_input_embeddings(), work.model.get_output_embeddings()
    assert not torch.equal(inner.weight, before)
    assert torch.equal(inner.weight, outer.weight)


@pytest.mark.parametrize("module", ["lm_head", "embed_tokens"])
def test_a_tied_layer_is_refused_as_a_target(tmp_path: Path, module: str) -> None:
    model = shared_model("qwen2", tie_word_embeddings=True)
    run = make_run(tmp_path / "run", model, target_modules=["q_proj", module])
    with pytest.raises(AppError) as caught:
        prepare(run)
    assert caught.value.code == "lora_tied_target"


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"target_modules": []}, "lora_no_targets"),
        ({"target_modules": ["c_attn"]}, "lora_no_targets"),
        ({"target_modules": ["q_proj", "c_attn"]}, "lora_module_unknown"),
        ({"modules_to_save": ["embed_out"]}, "lora_module_unknown"),
    ],
)
def test_modules_the_model_lacks_are_refused(tmp_path: Path, settings: dict, code: str) -> None:
    with pytest.raises(AppError) as caught:
        prepare(make_run(tmp_path / "run", shared_model("starter"), **settings))
    assert caught.value.code == code


@pytest.mark.parametrize("family", ["phi3", "starter"])
def test_fused_and_plain_layers_can_be_targets(tmp_path: Path, family: str) -> None:
    targets = ["qkv_proj", "gate_up_proj"] if family == "phi3" else ["q_proj", "lm_head"]
    losses = trained(tmp_path / "run", family, target_modules=targets)[2]
    assert len(losses) == 8


def test_a_loss_that_is_not_finite_stops_at_once(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", shared_model("starter"), make_rows(16))
    work = prepare(run)
    trainer = make_trainer(work.context, work.model, work.device)
    before = [p.detach().clone() for p in trainer.parameters]

    class Poison:
        def after_step(self, trainer: Trainer, result: StepResult) -> None:
            if trainer.progress.step == 3:
                before[:] = [p.detach().clone() for p in trainer.parameters]
                norm = trainer.model.get_base_model().model.norm
                norm.weight.data.fill_(float("nan"))

    with pytest.raises(AppError) as caught:
        trainer.train([Poison()])
    assert caught.value.code == "loss_not_finite"
    assert caught.value.params["step"] == 4
    assert caught.value.params["learning_rate"] > 0
    expected = trainer.batches.row_ids(trainer.batches.epoch(0)[3])
    assert caught.value.params["rows"] == ", ".join(expected)
    assert all(torch.equal(a, b) for a, b in zip(trainer.parameters, before, strict=True))


@pytest.mark.parametrize(
    "settings",
    [{"bias": "all"}, {"modules_to_save": ["lm_head"]}, {"use_dora": True}],
    ids=str,
)
def test_the_base_is_scored_as_it_was_before_training(tmp_path: Path, settings: dict) -> None:
    run = make_run(tmp_path / "run", shared_model("qwen2"), make_rows(16), **settings)
    work = prepare(run)
    rows = work.context.train
    trainer = make_trainer(work.context, work.model, work.device)
    fresh = row_losses(work.model, rows, 0, trainer.autocast())
    trainer.train([])
    tuned = row_losses(work.model, rows, 0, trainer.autocast())
    with as_base(work.model, work.originals):
        base = row_losses(work.model, rows, 0, trainer.autocast())
    again = row_losses(work.model, rows, 0, trainer.autocast())
    assert base == pytest.approx(fresh, rel=1e-6)
    assert tuned != pytest.approx(fresh, rel=1e-3)
    assert again == tuned
