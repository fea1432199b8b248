"""The stages that touch tensors: load_model, setup_lora, train, evaluate."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import torch

from .callbacks import EarlyStopping
from .checkpoint import (
    drop_superseded,
    good_checkpoint,
    list_checkpoints,
    load_adapter,
    load_checkpoint,
    newest_valid,
    prune,
    read_record,
    write_adapter,
    write_checkpoint,
)
from .context import RunContext
from .errors import AppError
from .export_adapter import export_adapter, exported_step
from .ladder import Ladder
from .live_settings import live_settings
from .load_model import check_precision, load_model
from .loop import Trainer
from .lora import add_lora, is_tied, trainable
from .memory import PeakMemory
from .model_folder import weight_files
from .out_of_memory import free_unused, is_out_of_memory
from .output_file import disk_guard
from .probe import probe
from .protocol import Events
from .score_answers import as_base, original_values, score, scored_rows
from .scores import read_scores, write_scores
from .setup import Live, make_live, make_trainer, state_plan

if TYPE_CHECKING:
    from .stages import Work

NOT_FINITE = ("loss_not_finite", "gradient_not_finite")
SCORES = ("base.json", "tuned.json")
COPIES = 3  # of a model's weights that merging may hold in memory


def model_is_needed(context: RunContext) -> bool:
    """Whether training or evaluation is still to be done."""
    trained = exported_step(context.adapter_folder, context.spec) is not None
    return not (trained and _scored(context))


def _scored(context: RunContext) -> bool:
    step = exported_step(context.adapter_folder, context.spec)
    marker = context.evaluation_folder / f"step-{step}"
    files = [context.evaluation_folder / name for name in SCORES]
    return marker.exists() and all(read_scores(file) is not None for file in files)


def load(work: Work) -> dict[str, Any]:
    """Load the base model onto the run's device."""
    context = work.context
    spec, events = context.spec, context.events
    work.device = torch.device(spec.device.type)
    check_precision(spec.precision, work.device)
    work.peaks = work.peaks or PeakMemory(work.device)
    with work.peaks.phase("load"):
        work.model = load_model(
            context.model_folder,
            spec.precision.weights_dtype,
            spec.quantization,
            work.device,
            events,
        )
    if spec.quantization.load_in_4bit:
        settings = work.model.config.quantization_config
        events.decide(
            "four_bit",
            quant_type=settings.bnb_4bit_quant_type,
            double="on" if settings.bnb_4bit_use_double_quant else "off",
            compute=str(settings.bnb_4bit_compute_dtype).removeprefix("torch."),
        )
    return {"parameters": work.model.num_parameters(), "dtype": str(work.model.dtype)}


def setup_lora(work: Work) -> dict[str, Any]:
    """Put the adapters in, and say what trains."""
    spec, events = work.context.spec, work.context.events
    tied = is_tied(work.model)
    total = spec.model.parameters
    with work.peaks.phase("load"):
        work.model = add_lora(work.model, spec.lora, spec.training.seed)
    _state_peak(work, "load")
    work.originals = original_values(work.model)
    count = sum(p.numel() for _, p in trainable(work.model))
    events.decide(
        "trainable",
        trainable=count,
        total=total,
        share=round(100 * count / total, 2),
        r=spec.lora.r,
        targets=", ".join(spec.lora.target_modules),
    )
    if spec.lora.bias != "none" and not work.originals:
        events.decide("bias_without_effect", bias=spec.lora.bias)
    if spec.lora.modules_to_save:
        events.decide("modules_to_save", modules=", ".join(spec.lora.modules_to_save))
        if tied:
            events.decide("weights_stay_tied")
    return {"trainable": count}


def _state_peak(work: Work, phase: str) -> None:
    if (held := work.peaks.bytes.get(phase)) is not None:
        work.context.events.emit("memory.peak", phase=phase, bytes=held)


def has_trained(context: RunContext) -> bool:
    """Whether optimizer steps were taken that are still there."""
    exported = exported_step(context.adapter_folder, context.spec) is not None
    return exported or bool(list_checkpoints(context.folder / "checkpoints"))


def leave_adapter(work: Work, folder: Path) -> None:
    """Write the adapter as it is before training. Error: disk_full."""
    with disk_guard(work.context.folder / "adapter"):
        folder.mkdir(parents=True)
        write_adapter(work.model, folder, work.context.spec.model.id)


@contextmanager
def room_for_another_model(work: Work) -> Iterator[None]:
    """Give the model's memory free where it could not be loaded a second time beside it.

    Afterwards it is loaded anew, its adapter as it was: both follow from the seed.
    """
    files = weight_files(work.context.model_folder)
    size = sum(file.stat().st_size for file in files)
    tight = psutil.virtual_memory().available < COPIES * size
    if not tight:
        yield
        return
    work.model, work.originals = None, {}
    gc.collect()
    yield
    # What was decided has been said.
    silent = Events(Path(os.devnull))
    again = replace(work, context=replace(work.context, events=silent))
    load(again)
    setup_lora(again)
    silent.close()
    work.model, work.originals = again.model, again.originals


def train_and_evaluate(work: Work) -> None:
    """The stages train and evaluate; both leave what they did before, if it is whole."""
    context = work.context
    events, spec = context.events, context.spec
    if work.model is None:
        for stage in ("train", "evaluate"):
            with events.stage(stage) as result:
                result["reused"] = True
        return
    live = make_live_training(work)
    _dump(work, live, "setup")
    with events.stage("train") as result:
        step = exported_step(context.adapter_folder, spec)
        if step is None:
            with work.peaks.phase("train"):
                step = train(work, live)
            _state_peak(work, "train")
        else:
            result["reused"] = True
        result |= {"steps": live.trainer.progress.step, "exportedStep": step}
    _dump(work, live, "end")
    context.wishes.check()
    with events.stage("evaluate") as result:
        with work.peaks.phase("evaluate"):
            _evaluate(work, live.trainer, step)
        _state_peak(work, "evaluate")
        result["rows"] = len(scored_rows(context))


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
    events.decide("exports_best" if _exports_best(context) else "exports_last")
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


def _exports_best(context: RunContext) -> bool:
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
    choice = "best" if _exports_best(context) else "last"
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
    _state_peak(work, "probe")


def _choose(work: Work, live: Live) -> Any:
    """The best checkpoint or the last one, whole on disk."""
    parent = work.context.folder / "checkpoints"
    best = parent / f"step-{live.memory.saved_step:06d}"
    if _exports_best(work.context) and read_record(best) is not None:
        return best
    return list_checkpoints(parent)[-1]


def _evaluate(work: Work, trainer: Trainer, step: int) -> None:
    """Scores of base and tuned model, written to evaluation/."""
    context = work.context
    if _scored(context):
        return
    folder = context.evaluation_folder
    folder.mkdir(exist_ok=True)
    for marker in folder.glob("step-*"):
        marker.unlink()
    answered, rows = len(scored_rows(context)), len(context.check)
    if answered < rows:
        context.events.decide("answers_limited", answered=answered, rows=rows)
    load_adapter(trainer.model, context.adapter_folder)
    write_scores(folder / "tuned.json", score(context, trainer, "tuned"))
    with as_base(trainer.model, work.originals):
        write_scores(folder / "base.json", score(context, trainer, "base"))
    (folder / f"step-{step}").touch()


def _dump(work: Work, live: Live, when: str) -> None:
    if work.dump_live is not None:
        from .stages import write_json

        work.dumped[when] = live_settings(work.context, live)
        write_json(work.dump_live, work.dumped)
