"""The command base: the untouched base of a run as a GGUF, to be heard beside the tuned model."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .convert import convert_to_gguf
from .errors import AppError
from .export_template import template_for_export
from .model_folder import weight_files, weights_sha256
from .prepare_rows import frozen_rows, run_template, stop_tokens_of
from .quantize import quantize
from .run_command import expected
from .spec import load_spec
from .wishes import EXIT_FAILED, Wishes, listen

Report = Callable[[str, int, int], None]


def make_base_gguf(run_folder: Path, target: Path, format: str, report: Report) -> None:
    """Write the run's base as `target` in `format`, with the template and stops of its training.

    `report(step, done, total)` gets bytes for the steps hash, convert, quantize.
    Errors: model_changed and those of the export stages.
    """
    spec = load_spec(run_folder)
    folder = Path(spec.model.path)
    train, _check = frozen_rows(run_folder, spec)
    tokenizer, template = run_template(spec, train)
    _tokenize, stops = stop_tokens_of(spec, tokenizer, template)
    files = weight_files(folder)
    total = sum(file.stat().st_size for file in files)
    if weights_sha256(files, lambda done: report("hash", done, total)) != spec.model.sha256:
        raise AppError("model_changed", part="weights")
    target.parent.mkdir(parents=True, exist_ok=True)
    f16 = target.with_name("base-f16.gguf")
    try:
        convert_to_gguf(
            folder,
            f16,
            name=spec.model.id,
            template=template_for_export(template, []),
            stop_ids=stops.ids,
            on_progress=lambda done, total: report("convert", done, total),
        )
        if format == "f16":
            f16.replace(target)
            return
        threads = spec.device.threads
        quantize(f16, target, format, threads, lambda done, total: report("quantize", done, total))
    finally:
        f16.unlink(missing_ok=True)


def main(arguments: argparse.Namespace) -> int:
    """The command line's entry; progress and outcome are JSON lines on stdout."""
    # Another's prints must not come between the lines.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    listen(Wishes())

    def send(value: dict[str, Any]) -> None:
        out.write(json.dumps(value, ensure_ascii=False) + "\n")
        out.flush()

    def report(step: str, done: int, total: int) -> None:
        send({"type": "progress", "step": step, "done": done, "total": total})

    try:
        make_base_gguf(arguments.run_folder, arguments.target, arguments.format, report)
    except Exception as error:
        send({"error": expected(error, "convert_gguf", arguments.target.parent).to_dict()})
        return EXIT_FAILED
    send({"type": "done", "bytes": arguments.target.stat().st_size})
    return 0
