"""The stages load_model and setup_lora, and what is done with the model before it learns."""

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

from .checkpoint import write_adapter
from .load_model import check_precision, load_model
from .lora import add_lora, is_tied, trainable
from .memory import PeakMemory
from .model_folder import weight_files
from .output_file import disk_guard
from .protocol import Events
from .score_answers import original_values

if TYPE_CHECKING:
    from .stages import Work

COPIES = 3  # of a model's weights that merging may hold in memory


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
    state_peak(work, "load")
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


def state_peak(work: Work, phase: str) -> None:
    """Tell the most that was held in a phase, where it is known."""
    if (held := work.peaks.bytes.get(phase)) is not None:
        work.context.events.emit("memory.peak", phase=phase, bytes=held)


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
