"""The stages of one run, from the device to the GGUF. Each can be repeated after any crash."""

from __future__ import annotations

import gc
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .context import RunContext
from .device import detect_device, usable_cores
from .errors import AppError
from .libraries import import_libraries, needs_bitsandbytes
from .model_folder import read_config, weight_files, weights_sha256
from .prepare_rows import frozen_rows, run_template, stop_tokens_of, tokenize_run
from .protocol import Events
from .spec import Spec
from .wishes import Wishes


@dataclass
class Work:
    """What the torch stages hand on. `model` is released before the export begins."""

    context: RunContext
    dump_live: Path | None
    device: Any = None
    model: Any = None
    originals: dict[str, Any] = field(default_factory=dict)
    peaks: Any = None
    dumped: dict[str, Any] = field(default_factory=dict)


def run_stages(
    run_folder: Path,
    spec: Spec,
    events: Events,
    wishes: Wishes,
    dump_live: Path | None = None,
    *,
    train_only: bool = False,
) -> None:
    """Carry a run through all trainer stages; with `train_only` through all before the export.

    Raises AppError for expected failures and `Stopped` after a granted wish.
    """
    train, check = frozen_rows(run_folder, spec)
    read_config(Path(spec.model.path))
    tokenizer, template = run_template(spec, train)
    tokenize, stops = stop_tokens_of(spec, tokenizer, template)
    context = RunContext(run_folder, spec, events, wishes, tokenizer, template, stops.ids)
    work = Work(context, dump_live)
    wishes.check()
    with events.stage("detect_device") as result:
        result |= _detect(context)
    wishes.check()
    with events.stage("import_libraries") as result:
        result |= _import(context)
    from . import model_stages, torch_stages  # only now: they import torch

    needed = torch_stages.model_is_needed(context)
    wishes.check()
    with events.stage("load_model") as result:
        _check_weights(context)
        result |= model_stages.load(work) if needed else {"reused": True}
    wishes.check()
    with events.stage("setup_lora") as result:
        result |= model_stages.setup_lora(work) if needed else {"reused": True}
    wishes.check()
    with events.stage("tokenize") as result:
        tokenize_run(context, train, check, tokenize)
        if needed:
            _rehearse(work)
        result |= {"rows": len(context.train), "checkRows": len(context.check)}
    wishes.check()
    torch_stages.train_and_evaluate(work)
    work.model = None
    gc.collect()
    wishes.check()
    if train_only:
        from .export_report import report_training

        report_training(context)
    else:
        _export(context)


def _detect(context: RunContext) -> dict[str, Any]:
    planned, found = context.spec.device, detect_device()
    # Every machine has a CPU to train on; another device must be the one that was planned for.
    if planned.type not in ("cpu", found["type"]):
        raise AppError("device_unavailable", device=f"{planned.type} ({planned.name})")
    events = context.events
    if planned.threads > usable_cores():
        events.warn("threads_fewer", cores=usable_cores(), threads=planned.threads)
    events.decide("device", name=planned.name, type=planned.type, threads=planned.threads)
    precision = context.spec.precision
    events.decide(
        "precision",
        mode=precision.mode,
        weights=precision.weights_dtype,
        reason=precision.reason,
    )
    return {"type": planned.type, "name": planned.name}


def _import(context: RunContext) -> dict[str, Any]:
    spec = context.spec
    needed = needs_bitsandbytes(spec.quantization.load_in_4bit, spec.training.optim)
    versions = import_libraries(needed)
    import torch

    torch.set_num_threads(spec.device.threads)
    if not needed:
        context.events.decide("bitsandbytes_left_out")
    return versions


def _check_weights(context: RunContext) -> None:
    """Error model_changed: the weights are not those the run was planned with."""
    files = weight_files(context.model_folder)
    total = sum(file.stat().st_size for file in files)
    reported = 0

    def between(done: int) -> None:
        nonlocal reported
        context.wishes.check()
        if done - reported >= 256 << 20:
            reported = done
            context.events.progress("load_model", done, total, "bytes", "sha256")

    if weights_sha256(files, between) != context.spec.model.sha256:
        raise AppError("model_changed", part="weights")


def _rehearse(work: Work) -> None:
    """What would fail after hours of training is found out now."""
    from . import model_stages, torch_stages
    from .export_stages import rehearse_export
    from .rehearsal import is_answered, must_rehearse, rehearsal_folder, rehearse, require_room

    context = work.context
    shutil.rmtree(rehearsal_folder(context), ignore_errors=True)
    # Who has trained already gets to the end, whatever was taken or changed in the meantime.
    if torch_stages.has_trained(context):
        return
    rehearse_export(context)
    require_room(context)
    if not is_answered() or not must_rehearse(context):
        return
    adapter = rehearsal_folder(context) / "adapter"
    model_stages.leave_adapter(work, adapter)
    with model_stages.room_for_another_model(work):
        rehearse(context, adapter)


def _export(context: RunContext) -> None:
    from .export_stages import run_export

    run_export(context)


def write_json(file: Path, data: Any) -> None:
    """Write JSON for other programs to read."""
    file.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
