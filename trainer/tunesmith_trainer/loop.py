"""The training loop. It knows nothing of reporting or files; callbacks do."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import nn

from .batches import Batches, Step
from .errors import AppError
from .loss import LossFunction
from .neftune import Neftune


@dataclass
class Progress:
    """Where training is. `position` counts the steps done in the current epoch.

    `tokens`, `supervised` and `seconds` are totals over all attempts.
    """

    step: int = 0
    epoch: int = 0
    position: int = 0
    tokens: int = 0
    supervised: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class StepResult:
    """What one optimizer step gave: summed loss over `supervised` tokens, and the rate it used."""

    loss_sum: float
    supervised: int
    tokens: int
    gradient_norm: float
    learning_rate: float
    seconds: float
    ends_epoch: bool
    last: bool


class Callback(Protocol):
    """Called after each optimizer step, in the order given. May raise to end training."""

    def after_step(self, trainer: Trainer, result: StepResult) -> None:
        """React to a finished step; `trainer.progress` already counts it."""


class EndTraining(Exception):  # noqa: N818 - an early, orderly end
    """Raised by a callback to end training in good order."""


@dataclass
class Trainer:
    """Everything that a step touches. Make it with `setup.make_trainer`."""

    model: nn.Module
    batches: Batches
    optimizer: torch.optim.Optimizer
    scheduler: torch.optim.lr_scheduler.LambdaLR
    parameters: list[nn.Parameter]
    device: torch.device
    epochs: int
    max_grad_norm: float
    autocast_dtype: torch.dtype | None
    scaler: torch.amp.GradScaler | None
    neftune: Neftune | None
    rates: tuple[tuple[int, float], ...] = ()  # from behind a step on, the schedule's peak
    progress: Progress = field(default_factory=Progress)
    phase: str = "step"  # step, update, callbacks: where an exception left training

    @property
    def total_steps(self) -> int:
        """Optimizer steps of the whole training."""
        return self.epochs * self.batches.steps_per_epoch

    def autocast(self) -> contextlib.AbstractContextManager[Any]:
        """The number format that forward passes compute in."""
        if self.autocast_dtype is None:
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, dtype=self.autocast_dtype)

    def train(self, callbacks: Sequence[Callback], owed: Sequence[Callback] = ()) -> None:
        """Train from `progress` to the end. `owed` is what the last step taken was not told to yet.

        Errors: loss_not_finite, gradient_not_finite; whatever a callback raises but EndTraining.
        """
        loss = LossFunction(self.model)
        self.model.train()
        with contextlib.suppress(EndTraining):
            self.phase = "callbacks"
            for callback in owed:
                callback.after_step(self, self._resumed_result())
            for epoch in range(self.progress.epoch, self.epochs):
                steps = self.batches.epoch(epoch)
                for index in range(self.progress.position, len(steps)):
                    last = index == len(steps) - 1
                    result = self._step(loss, steps[index], last)
                    self.phase = "callbacks"
                    for callback in callbacks:
                        callback.after_step(self, result)

    def _step(self, loss: LossFunction, step: Step, ends_epoch: bool) -> StepResult:
        start = time.perf_counter()
        self.phase = "step"
        self._change_rate()
        batches = [self.batches.collate(micro) for micro in step]
        # The mean is taken over all learned tokens of the step, not per micro-batch.
        supervised = sum(batch.supervised for batch in batches)
        loss_sum = torch.zeros((), device=self.device)
        for batch in (b.to(self.device) for b in batches):
            if self.neftune is not None:
                self.neftune.row_lengths = batch.row_lengths
            with self.autocast():
                summed = loss(batch)
            mean = summed / supervised
            (mean if self.scaler is None else self.scaler.scale(mean)).backward()
            loss_sum += summed.detach()
        total = loss_sum.item()
        rate = float(self.scheduler.get_last_lr()[0])
        if not math.isfinite(total):
            raise self._not_finite("loss_not_finite", step, rate, loss=str(total))
        norm = self._update(step, rate)
        tokens = sum(batch.tokens for batch in batches)
        return self._count(total, supervised, tokens, norm, rate, start, ends_epoch)

    def _change_rate(self) -> None:
        """Follow a rate that was changed by hand; the schedule's shape stays as it is."""
        peak = next((rate for at, rate in reversed(self.rates) if at <= self.progress.step), None)
        scheduler = self.scheduler
        if peak is None or all(base == peak for base in scheduler.base_lrs):
            return
        scheduler.base_lrs = [peak] * len(scheduler.base_lrs)
        shares = [shape(scheduler.last_epoch) for shape in scheduler.lr_lambdas]
        for group, share in zip(self.optimizer.param_groups, shares, strict=True):
            group["lr"] = peak * share
        scheduler._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def _update(self, step: Step, rate: float) -> float:
        """Clip, step, schedule; the gradient's norm before clipping."""
        if self.scaler is not None:
            self.scaler.unscale_(self.optimizer)
        norm = float(nn.utils.clip_grad_norm_(self.parameters, self.max_grad_norm))
        if self.scaler is None:
            if not math.isfinite(norm):
                raise self._not_finite("gradient_not_finite", step, rate, norm=str(norm))
            self.phase = "update"
            self.optimizer.step()
            self.scheduler.step()
        else:
            # An overflow in float16 is no fault: the scaler leaves the step out and scales less.
            scale = self.scaler.get_scale()
            self.phase = "update"
            self.scaler.step(self.optimizer)
            self.scaler.update()
            if self.scaler.get_scale() >= scale:
                self.scheduler.step()
        self.optimizer.zero_grad(set_to_none=True)
        return norm

    def _count(
        self,
        loss_sum: float,
        supervised: int,
        tokens: int,
        norm: float,
        rate: float,
        start: float,
        ends_epoch: bool,
    ) -> StepResult:
        progress = self.progress
        progress.step += 1
        progress.position += 1
        if ends_epoch:
            progress.epoch, progress.position = progress.epoch + 1, 0
        seconds = time.perf_counter() - start
        progress.tokens += tokens
        progress.supervised += supervised
        progress.seconds += seconds
        last = progress.step == self.total_steps
        return StepResult(loss_sum, supervised, tokens, norm, rate, seconds, ends_epoch, last)

    def _resumed_result(self) -> StepResult:
        """The last step taken, without its sums: those were told when it was taken."""
        rate = float(self.scheduler.get_last_lr()[0])
        ends_epoch, last = self.progress.position == 0, self.progress.step == self.total_steps
        return StepResult(0.0, 0, 0, 0.0, rate, 0.0, ends_epoch, last)

    def _not_finite(self, code: str, step: Step, rate: float, **value: str) -> AppError:
        ids = self.batches.row_ids(step)
        shown = ", ".join(ids[:8]) + (f" and {len(ids) - 8} more" if len(ids) > 8 else "")
        rows = {"rows": shown, "learning_rate": rate, "step": self.progress.step + 1}
        return AppError(code, **rows, **value)
