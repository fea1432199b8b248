"""Optimizers and schedules with the settings of transformers.Trainer."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from .errors import AppError
from .protocol import Events
from .spec import Training

# Names that transformers.Trainer keeps free from weight decay: biases and norms.
NO_DECAY = re.compile(r"bias|layernorm|rmsnorm|(?:^|\.)norm(?:$|\.)|_norm(?:$|\.)", re.IGNORECASE)
BETAS, EPSILON = (0.9, 0.999), 1e-8


@dataclass(frozen=True)
class ParameterGroups:
    """Trainable parameters with and without weight decay."""

    decayed: list[nn.Parameter]
    free: list[nn.Parameter]


def split_parameters(model: nn.Module) -> ParameterGroups:
    """Trainable parameters, split as transformers.Trainer does: by name and by LayerNorm."""
    norms = {
        f"{name}.{own}" if name else own
        for name, module in model.named_modules()
        if isinstance(module, nn.LayerNorm)
        for own, _ in module.named_parameters(recurse=False)
    }
    groups = ParameterGroups([], [])
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            free = name in norms or NO_DECAY.search(name)
            (groups.free if free else groups.decayed).append(parameter)
    return groups


def make_optimizer(model: nn.Module, training: Training, events: Events) -> torch.optim.Optimizer:
    """The optimizer `training.optim` names. Error: optimizer_unavailable."""
    groups = split_parameters(model)
    options = {"lr": training.learning_rate}
    split = [
        {"params": groups.decayed, "weight_decay": training.weight_decay},
        {"params": groups.free, "weight_decay": 0.0},
    ]
    split = [group for group in split if group["params"]]
    optim = training.optim
    if optim in ("adamw_torch", "adamw_torch_fused"):
        # None leaves the choice of the loop over tensors to torch, as Trainer does.
        fused = True if optim == "adamw_torch_fused" else None
        return torch.optim.AdamW(split, betas=BETAS, eps=EPSILON, fused=fused, **options)
    if optim == "sgd":
        return torch.optim.SGD(split, **options)
    if optim == "adafactor":
        from transformers.optimization import Adafactor

        return Adafactor(split, scale_parameter=False, relative_step=False, **options)
    assert optim in ("adamw_8bit", "paged_adamw_8bit"), optim
    return _eight_bit(model, split, optim == "paged_adamw_8bit", options, events)


def _eight_bit(
    model: nn.Module, split: Any, paged: bool, options: dict[str, float], events: Events
) -> torch.optim.Optimizer:
    try:
        import bitsandbytes as library
    except ImportError as error:
        detail = "bitsandbytes is not installed"
        raise AppError("optimizer_unavailable", optim="adamw_8bit", detail=detail) from error
    on_gpu = any(p.is_cuda for p in model.parameters())
    if paged and not on_gpu:
        events.decide("paged_optimizer_unpaged")
        paged = False
    optimizer = library.optim.AdamW(
        split, betas=BETAS, eps=EPSILON, optim_bits=8, is_paged=paged, **options
    )
    # Embeddings have rare, large updates, which 8 bits hold badly: Trainer keeps them in 32, too.
    manager = library.optim.GlobalOptimManager.get_instance()
    for module in model.modules():
        if isinstance(module, nn.Embedding):
            manager.register_module_override(module, "weight", {"optim_bits": 32})
    return optimizer


def warmup_steps(ratio: float, total_steps: int) -> int:
    """Steps of warm-up, rounded up as Trainer does."""
    return math.ceil(total_steps * ratio)


def make_scheduler(
    optimizer: torch.optim.Optimizer, training: Training, total_steps: int
) -> torch.optim.lr_scheduler.LambdaLR:
    """Transformers' schedule. `constant` has no warm-up there, and so it has none here."""
    from transformers.optimization import get_scheduler

    specific = {}
    if training.lr_scheduler_type == "polynomial":
        # Its end rate of 1e-7 must lie below the rate it starts from.
        specific["lr_end"] = min(1e-7, training.learning_rate / 10)
    return get_scheduler(
        training.lr_scheduler_type,
        optimizer,
        num_warmup_steps=warmup_steps(training.warmup_ratio, total_steps),
        num_training_steps=total_steps,
        scheduler_specific_kwargs=specific,
    )
