"""Our loop gives the losses of transformers.Trainer: same rows, seed and settings, 50 steps."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import torch

from .loop import StepResult, Trainer
from .setup import make_trainer
from .testing_models import shared_model
from .testing_runs import make_rows, make_run, prepare

STEPS = 50
ALL_OPTIMIZERS = (
    "adamw_torch", "adamw_torch_fused", "adamw_8bit", "paged_adamw_8bit", "adafactor", "sgd",
)  # fmt: skip
CASES = [(optim, "linear") for optim in ALL_OPTIMIZERS]
CASES += [("adamw_torch", schedule) for schedule in ("cosine", "constant", "polynomial")]


class Recorder:
    """Remembers each step's mean loss and learning rate."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        self.rates: list[float] = []

    def after_step(self, trainer: Trainer, result: StepResult) -> None:
        self.losses.append(result.loss_sum / result.supervised)
        self.rates.append(result.learning_rate)


@pytest.fixture(params=CASES, ids="-".join)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str, str]:
    optim, schedule = request.param
    rate = 0.2 if optim == "sgd" else 2e-3
    run = make_run(
        tmp_path / "run", shared_model("qwen2"), make_rows(20), optim=optim,
        lr_scheduler_type=schedule, num_train_epochs=10, learning_rate=rate, bias="all",
        weight_decay=0.1, max_grad_norm=0.5, warmup_ratio=0.1, r=64, lora_alpha=64,
    )  # fmt: skip
    return run, optim, schedule


def test_losses_equal_those_of_transformers_trainer(case: tuple[Path, str, str]) -> None:
    run, optim, schedule = case
    work = prepare(run)
    reference_model = copy.deepcopy(work.model)
    trainer = make_trainer(work.context, work.model, work.device)
    assert trainer.total_steps == STEPS
    recorder = Recorder()
    trainer.train([recorder])
    losses, rates = reference(reference_model, trainer, run, optim, schedule)
    assert len(losses) == STEPS
    assert recorder.rates == pytest.approx(rates, abs=1e-12)
    assert recorder.losses == pytest.approx(losses, abs=1e-5)
    assert max(losses) - min(losses) > 0.1, "nothing was learned, so nothing was compared"


def reference(
    model: Any, ours: Trainer, folder: Path, optim: str, schedule: str
) -> tuple[list[float], list[float]]:
    """Mean loss and rate of each step of transformers.Trainer in our order of rows."""
    import transformers

    losses: list[float] = []
    rates: list[float] = []
    batches = ours.batches
    order = [n for e in range(ours.epochs) for s in batches.epoch(e) for m in s for n in m]

    class Ordered(transformers.Trainer):
        def _get_train_sampler(self, *_: Any) -> Any:
            return order

        def training_step(self, *args: Any, **kwargs: Any) -> torch.Tensor:
            loss = super().training_step(*args, **kwargs)
            losses.append(loss.item())
            rates.append(self._get_learning_rate())
            return loss

    def collate(features: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        batch = batches.collate([f["number"] for f in features])
        mask = batch.attention_mask
        mask = torch.ones_like(batch.input_ids) if mask is None else mask
        return {"input_ids": batch.input_ids, "labels": batch.labels, "attention_mask": mask}

    first = ours.optimizer.param_groups[0]
    arguments = transformers.TrainingArguments(
        output_dir=str(folder / "reference"),
        max_steps=STEPS,
        per_device_train_batch_size=batches.batch_size,
        gradient_accumulation_steps=batches.accumulation,
        learning_rate=first["initial_lr"],
        warmup_steps=0.1,
        optim=optim,
        lr_scheduler_type=schedule,
        weight_decay=0.1,
        max_grad_norm=0.5,
        seed=42,
        use_cpu=True,
        remove_unused_columns=False,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        logging_steps=1000,
    )
    data = [{"number": n} for n in range(len(batches.packs))]
    Ordered(model=model, args=arguments, train_dataset=data, data_collator=collate).train()
    return _per_step(losses, batches.accumulation), rates[:: batches.accumulation]


def _per_step(losses: list[float], accumulation: int) -> list[float]:
    """Trainer divides each micro-batch's sum by the step's learned tokens: the sum is the mean."""
    return [sum(losses[i : i + accumulation]) for i in range(0, len(losses), accumulation)]
