"""The final GGUF on the check rows, report.json, and answers for the proof in Ollama."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from .context import RunContext
from .evaluate_gguf import answer_text, generate, score_gguf
from .export_proof import prepare_golden
from .llama_cpp import LlamaModel
from .output_file import written
from .report import make_report, write_report
from .scores import RowScore, answer_limit, read_scores, write_scores
from .unicode_form import form_of, in_form

# Ollama answers the same prompts; there the answers must be these.
HELD_OUT_ANSWERS = 12
HELD_OUT_TOKENS = 48
LONGEST_PROMPT = 1024


def report_run(
    context: RunContext, final: Path, format: str, on_progress: Callable[[int, int], None]
) -> None:
    """Score the final GGUF on the rows that base and tuned were scored on; write report.json."""
    folder = context.evaluation_folder
    base, tuned = read_scores(folder / "base.json") or [], read_scores(folder / "tuned.json") or []
    scored = {score.id for score in base}
    rows = [row for row in context.check if row.id in scored]
    gguf: list[RowScore] = []
    with LlamaModel(final) as model:
        if rows:
            limit = answer_limit([len(context.tokenizer.encode(row.expected)) for row in rows])
            threads = context.spec.device.threads
            gguf = score_gguf(model, rows, context.stop_ids, limit, threads, on_progress)
            write_scores(folder / "gguf.json", gguf)
        write_held_out_answers(context, model)
    report = make_report(base, tuned, gguf, format, context.spec.training.seed)
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


def write_held_out_answers(context: RunContext, model: LlamaModel) -> None:
    """gguf/answers.jsonl: `{id, messages, text, stopped, limit}`, greedy, no stop strings."""
    form = form_of(context.tokenizer)
    prompts = [(r.id, in_form(r.messages[:-1], form), r.prompt_ids) for r in context.check]
    golden = [entry for entry in prepare_golden(context) if entry["id"] != "only-blanks"]
    prompts += [(entry["id"], entry["messages"], entry["ids"]) for entry in golden]
    chosen = [p for p in prompts if len(p[2]) <= LONGEST_PROMPT][:HELD_OUT_ANSWERS]
    answers = generate(
        model,
        [ids for _, _, ids in chosen],
        context.stop_ids,
        HELD_OUT_TOKENS,
        context.spec.device.threads,
    )
    lines = [
        {
            "id": id,
            "messages": messages,
            "text": answer_text(model, ids),
            "stopped": stopped,
            "limit": HELD_OUT_TOKENS,
        }
        for (id, messages, _), (ids, stopped) in zip(chosen, answers, strict=True)
    ]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    with written(context.folder / "gguf" / "answers.jsonl") as part:
        part.write_text(text, encoding="utf-8", newline="\n")
