"""The stages that touch tensors, over what an earlier attempt left of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .checkpoint import list_checkpoints
from .context import RunContext
from .evaluate_stage import evaluate, is_scored
from .export_adapter import exported_step
from .live_settings import live_settings
from .model_stages import state_peak
from .score_answers import scored_rows
from .setup import Live
from .train_stage import make_live_training, train

if TYPE_CHECKING:
    from .stages import Work


def model_is_needed(context: RunContext) -> bool:
    """Whether training or evaluation is still to be done."""
    trained = exported_step(context.adapter_folder, context.spec) is not None
    return not (trained and is_scored(context))


def has_trained(context: RunContext) -> bool:
    """Whether optimizer steps were taken that are still there."""
    exported = exported_step(context.adapter_folder, context.spec) is not None
    return exported or bool(list_checkpoints(context.folder / "checkpoints"))


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
            state_peak(work, "train")
        else:
            result["reused"] = True
        result |= {"steps": live.trainer.progress.step, "exportedStep": step}
    _dump(work, live, "end")
    context.wishes.check()
    with events.stage("evaluate") as result:
        with work.peaks.phase("evaluate"):
            evaluate(work, live.trainer, step)
        state_peak(work, "evaluate")
        result["rows"] = len(scored_rows(context))


def _dump(work: Work, live: Live, when: str) -> None:
    if work.dump_live is not None:
        from .stages import write_json

        work.dumped[when] = live_settings(work.context, live)
        write_json(work.dump_live, work.dumped)
