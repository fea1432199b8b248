"""The final GGUF on the check rows, and report.json with or without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .context import RunContext
from .evaluate_gguf import score_gguf
from .llama_cpp import LlamaModel
from .report import make_report, write_report
from .scores import RowScore, answer_limit, read_scores, write_scores


def report_run(
    context: RunContext, final: Path, format: str, on_progress: Callable[[int, int], None]
) -> None:
    """Score the final GGUF on the rows that base and tuned were scored on; write report.json."""
    folder = context.evaluation_folder
    base, tuned = _trained(context)
    scored = {score.id for score in base}
    rows = [row for row in context.check if row.id in scored]
    gguf: list[RowScore] = []
    if rows:
        limit = answer_limit([len(context.tokenizer.encode(row.expected)) for row in rows])
        threads = context.spec.device.threads
        with LlamaModel(final) as model:
            gguf = score_gguf(model, rows, context.stop_ids, limit, threads, on_progress)
        write_scores(folder / "gguf.json", gguf)
    _publish(context, make_report(base, tuned, gguf, format, context.spec.training.seed))


def report_training(context: RunContext) -> None:
    """Write report.json of a run that is measured, but not exported."""
    base, tuned = _trained(context)
    _publish(context, make_report(base, tuned, [], "", context.spec.training.seed))


def _trained(context: RunContext) -> tuple[list[RowScore], list[RowScore]]:
    folder = context.evaluation_folder
    return read_scores(folder / "base.json") or [], read_scores(folder / "tuned.json") or []


def _publish(context: RunContext, report: dict[str, Any]) -> None:
    write_report(context.folder / "report.json", report)
    context.events.emit(
        "report",
        verdict=report["verdict"],
        decidedBy=report["decidedBy"],
        base=report["base"],
        tuned=report["tuned"],
        gguf=report["gguf"],
        interval=report["differences"].get(report["decidedBy"]),
    )
