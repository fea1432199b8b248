"""What happens after a step besides training: events, held-out loss, checkpoints, wishes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from .evaluate import mean_loss, row_losses
from .loop import EndTraining, StepResult, Trainer
from .memory import used_memory
from .protocol import Events
from .rows import TokenRow
from .wishes import Stopped, Wishes

# Checkpoints among which the best is chosen. Others come by the clock or a wish: an undisturbed run
# has none of them.
CHOSEN_FROM = ("epoch", "steps", "end")
Around = Callable[[], AbstractContextManager[object]]


@dataclass
class Memory:
    """What callbacks remember across attempts; it is part of each checkpoint.

    `evaluated_*` is the latest held-out loss, `best_*` the lowest, `saved_*` the lowest that has a
    checkpoint. `owed_step` is a step whose held-out loss a wish broke off; it is taken on resuming.
    `window_*` sums up since the latest train.step event.
    """

    owed_step: int = -1
    evaluated_step: int = -1
    evaluated_loss: float = math.nan
    best_step: int = -1
    best_loss: float = math.inf
    saved_step: int = -1
    saved_loss: float = math.inf
    without_gain: int = 0
    window_loss: float = 0.0
    window_supervised: int = 0
    window_tokens: int = 0
    window_seconds: float = 0.0


@dataclass(frozen=True)
class SavePolicy:
    """When the settings ask for a checkpoint."""

    strategy: str
    steps: int

    def reason(self, trainer: Trainer, result: StepResult) -> str | None:
        """epoch, steps or end; None where no checkpoint is due."""
        if self.strategy == "epoch" and result.ends_epoch:
            return "epoch"
        if self.strategy == "steps" and trainer.progress.step % self.steps == 0:
            return "steps"
        return "end" if result.last else None


@dataclass
class Reporter:
    """Emits `train.step` every `logging_steps`, and at the first and last step."""

    events: Events
    memory: Memory
    logging_steps: int

    def after_step(self, trainer: Trainer, result: StepResult) -> None:
        """Sum up, and report where it is due."""
        memory, progress = self.memory, trainer.progress
        memory.window_loss += result.loss_sum
        memory.window_supervised += result.supervised
        memory.window_tokens += result.tokens
        memory.window_seconds += result.seconds
        step = progress.step
        if step != 1 and not result.last and step % self.logging_steps:
            return
        per_step = progress.seconds / step
        self.events.emit(
            "train.step",
            step=step,
            totalSteps=trainer.total_steps,
            epoch=round(step / trainer.batches.steps_per_epoch, 4),
            loss=memory.window_loss / memory.window_supervised,
            learningRate=result.learning_rate,
            gradNorm=result.gradient_norm,
            tokens=progress.tokens,
            supervisedTokens=progress.supervised,
            tokensPerSecond=round(memory.window_tokens / memory.window_seconds, 1),
            secondsLeft=round(per_step * (trainer.total_steps - step), 1),
            memoryBytes=used_memory(trainer.device),
        )
        memory.window_loss, memory.window_supervised = 0.0, 0
        memory.window_tokens, memory.window_seconds = 0, 0.0


@dataclass
class HeldOut:
    """Takes the held-out loss at each epoch and each save that the settings ask for.

    Checkpoints by time, cancel or pause take none: the choice of the best one, and so the result,
    must not depend on the clock. A wish that comes while it evaluates is granted between two
    batches: the loss is owed then, and taken anew on resuming. `around()` is entered while it
    evaluates.
    """

    events: Events
    memory: Memory
    policy: SavePolicy
    rows: Sequence[TokenRow]
    wishes: Wishes
    around: Around = nullcontext

    def _say(self, rows: int) -> None:
        self.events.warn("memory_evaluation_batch", rows=rows)

    def after_step(self, trainer: Trainer, result: StepResult) -> None:
        """Evaluate where it is due."""
        due = result.ends_epoch or self.policy.reason(trainer, result) is not None
        if not self.rows or not due:
            return
        memory, step, pad = self.memory, trainer.progress.step, trainer.batches.pad_id
        memory.owed_step = step
        try:
            with self.around():
                losses = row_losses(
                    trainer.model, self.rows, pad, trainer.autocast(), self.wishes.check, self._say
                )
        except Stopped:
            return  # the checkpointer grants it
        memory.owed_step = -1
        loss = mean_loss(losses, self.rows)
        memory.evaluated_step, memory.evaluated_loss = step, loss
        best = loss < memory.best_loss
        memory.without_gain = 0 if best else memory.without_gain + 1
        if best:
            memory.best_step, memory.best_loss = step, loss
        self.events.emit(
            "train.evaluated",
            step=step,
            epoch=round(step / trainer.batches.steps_per_epoch, 4),
            loss=loss,
            tokens=sum(row.supervised for row in self.rows),
            best=best,
        )


@dataclass
class Checkpointer:
    """Saves when the settings ask for it, when enough time has passed, and before stopping.

    `save(trainer, reason)` does the writing and returns nothing.
    """

    memory: Memory
    policy: SavePolicy
    seconds: float
    wishes: Wishes
    save: Callable[[Trainer, str], None]
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._saved_at = self.clock()
        self._saved_step = -1

    def after_step(self, trainer: Trainer, result: StepResult) -> None:
        """Save where it is due; raise `Stopped` behind the checkpoint where that is wished."""
        wish = self.wishes.wish
        owed = self.memory.owed_step == trainer.progress.step
        reason = None if owed else self.policy.reason(trainer, result)
        if reason is None and wish is not None:
            reason = wish
        if reason is None and self.clock() - self._saved_at >= self.seconds:
            reason = "time"
        if reason is not None:
            self._save(trainer, reason)
        if wish is not None:
            raise Stopped(wish)

    def finish(self, trainer: Trainer, resumed_step: int | None) -> None:
        """A checkpoint of the end, unless the last step has one."""
        if trainer.progress.step in (self._saved_step, resumed_step):
            self._compare(trainer)
        else:
            self._save(trainer, "end")

    def save_now(self, trainer: Trainer, reason: str) -> None:
        """A checkpoint out of turn, unless this step has one."""
        if trainer.progress.step != self._saved_step:
            self._save(trainer, reason)

    def _save(self, trainer: Trainer, reason: str) -> None:
        if reason in CHOSEN_FROM:
            self._compare(trainer)
        self.save(trainer, reason)
        self._saved_at, self._saved_step = self.clock(), trainer.progress.step

    def _compare(self, trainer: Trainer) -> None:
        """Whether this step's checkpoint is the best so far."""
        memory, step = self.memory, trainer.progress.step
        if memory.evaluated_step == step and memory.evaluated_loss < memory.saved_loss:
            memory.saved_step, memory.saved_loss = step, memory.evaluated_loss


@dataclass
class EarlyStopping:
    """Ends training after `patience` held-out losses without a new best; 0 = never."""

    events: Events
    memory: Memory
    patience: int

    def is_over(self, trainer: Trainer) -> bool:
        """Whether the last held-out losses used patience up; also asked after resuming."""
        fresh = self.memory.evaluated_step == trainer.progress.step
        return self.patience > 0 and fresh and self.memory.without_gain >= self.patience

    def after_step(self, trainer: Trainer, result: StepResult) -> None:
        """Raise `EndTraining` where patience is over."""
        memory = self.memory
        if self.is_over(trainer) and not result.last:
            self.events.emit(
                "train.early_stopped",
                step=trainer.progress.step,
                patience=self.patience,
                bestStep=memory.best_step,
                bestLoss=memory.best_loss,
            )
            raise EndTraining
