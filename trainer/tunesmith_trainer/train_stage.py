"""The stage train: from the newest checkpoint, if there is one, to the exported adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .callbacks import EarlyStopping
from .checkpoint import (
    drop_superseded,
    good_checkpoint,
    list_checkpoints,
    load_checkpoint,
    newest_valid,
    prune,
    read_record,
    write_checkpoint,
)
from .context import RunContext
from .errors import AppError
from .export_adapter import export_adapter
from .ladder import Ladder
from .loop import Trainer
from .model_stages import state_peak
from .out_of_memory import free_unused, is_out_of_memory
from .probe import probe
from .setup import Live, make_live, make_trainer, state_plan

if TYPE_CHECKING:
    from .stages import Work

NOT_FINITE = ("loss_not_finite", "gradient_not_finite")


def make_live_training(work: Work) -> Live:
    """Trainer and callbacks of a run whose model and rows are ready; says what they will do."""
    context = work.context
    spec, events, training = context.spec, context.events, context.spec.training
    events.decide(
        "optimizer",
        optim=training.optim,
        learning_rate=training.learning_rate,
        schedule=training.lr_scheduler_type,
        weight_decay=training.weight_decay,
    )
    for change in spec.changes:
        events.warn(
            f"{change.key}_changed", step=change.step, value=change.value, before=change.before
        )
    trainer = make_trainer(context, work.model, work.device)
    state_plan(context, trainer)
    events.decide("exports_best" if exports_best(context) else "exports_last")
    parent = context.folder / "checkpoints"

    def save(trainer: Trainer, reason: str) -> None:
        memory = live.memory
        folder = write_checkpoint(parent, trainer, memory, spec, reason)
        prune(parent, spec.keep_checkpoints, memory.saved_step)
        step = trainer.progress.step
        events.emit(
            "train.checkpoint",
            step=step,
            folder=f"checkpoints/{folder.name}",
            reason=reason,
            best=memory.saved_step == step,
        )

    live = make_live(context, trainer, save, lambda: work.peaks.phase("evaluate"))
    return live


def exports_best(context: RunContext) -> bool:
    """The best is known where there is a check set and more than the last checkpoint is kept."""
    saves = context.spec.training.save_strategy != "no"
    return bool(context.check) and saves and context.spec.plan.exports == "best"


def train(work: Work, live: Live) -> int:
    """Train to the end, from the newest checkpoint if there is one; the exported step."""
    context, trainer = work.context, live.trainer
    parent = context.folder / "checkpoints"
    parent.mkdir(exist_ok=True)
    drop_superseded(parent, context.spec)
    start = newest_valid(parent, context.spec, context.events)
    resumed: int | None = None
    if start is not None:
        load_checkpoint(start, trainer, live.memory)
        resumed = trainer.progress.step
        folder = f"checkpoints/{start.name}"
        context.events.emit("train.resumed", step=resumed, folder=folder)
    stopper = next(c for c in live.callbacks if isinstance(c, EarlyStopping))
    if resumed is None or not stopper.is_over(trainer):
        ladder = Ladder(context, live)
        ladder.stand()
        _probe(work, live, ladder)
        context.wishes.check()
        try:
            ladder.train()
        except AppError as error:
            if error.code in NOT_FINITE:
                step = trainer.progress.step + 1
                error.params["good_checkpoint"] = good_checkpoint(parent, context.spec, step)
            raise
    live.checkpointer.finish(trainer, resumed)
    chosen = _choose(work, live)
    record = read_record(chosen)
    assert record is not None, "a checkpoint just written must be whole"
    choice = "best" if exports_best(context) else "last"
    export_adapter(chosen, context.adapter_folder, context.spec, record.step, choice)
    return record.step


def _probe(work: Work, live: Live, ladder: Ladder) -> None:
    """Find out before the first step what would run out of memory in a later one."""
    context = work.context
    while True:
        try:
            with work.peaks.phase("probe"):
                probe(live.trainer, context.spec.training, context.check, context.wishes.check)
            break
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        free_unused()
        ladder.lower()
    state_peak(work, "probe")


def _choose(work: Work, live: Live) -> Any:
    """The best checkpoint or the last one, whole on disk."""
    parent = work.context.folder / "checkpoints"
    best = parent / f"step-{live.memory.saved_step:06d}"
    if exports_best(work.context) and read_record(best) is not None:
        return best
    return list_checkpoints(parent)[-1]
