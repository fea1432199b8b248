"""The stage evaluate: base and tuned model on the same check rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .checkpoint import load_adapter
from .context import RunContext
from .export_adapter import exported_step
from .loop import Trainer
from .score_answers import as_base, score, scored_rows
from .scores import read_scores, write_scores

if TYPE_CHECKING:
    from .stages import Work

SCORES = ("base.json", "tuned.json")


def is_scored(context: RunContext) -> bool:
    """Whether the exported adapter and its base have their scores already."""
    step = exported_step(context.adapter_folder, context.spec)
    marker = context.evaluation_folder / f"step-{step}"
    files = [context.evaluation_folder / name for name in SCORES]
    return marker.exists() and all(read_scores(file) is not None for file in files)


def evaluate(work: Work, trainer: Trainer, step: int) -> None:
    """Scores of base and tuned model, written to evaluation/."""
    context = work.context
    if is_scored(context):
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
