"""What every parameter ended up as, read back from the objects that train."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn

from .callbacks import Checkpointer, EarlyStopping, Reporter
from .context import RunContext
from .four_bit import is_four_bit
from .loop import Trainer
from .neftune import Neftune
from .rows import IGNORED
from .setup import Live


def live_settings(context: RunContext, live: Live) -> dict[str, Any]:
    """Parameter key → value found in optimizer, schedule, modules, batches and callbacks.

    Nothing here looks at the spec, but for output_quantization, which the export is handed as it
    is, and excess_length_strategy, which decided about the rows before they were frozen. Shares
    and counts are what comes out of the live object: warmup_ratio is whole steps over total steps.
    """
    trainer = live.trainer
    found = _training(trainer, live) | _lora(trainer.model) | _four_bit(trainer.model)
    found["output_quantization"] = context.spec.quantization.output_quantization
    found["excess_length_strategy"] = context.spec.training.excess_length_strategy
    return found


def _training(trainer: Trainer, live: Live) -> dict[str, Any]:
    batches, groups = trainer.batches, trainer.optimizer.param_groups
    epoch = batches.epoch(0)
    reporter, checkpointer, stopper = (
        next(c for c in live.callbacks if isinstance(c, kind))
        for kind in (Reporter, Checkpointer, EarlyStopping)
    )
    schedule, warmup = _schedule(trainer)
    return {
        "num_train_epochs": trainer.total_steps // len(epoch),
        "per_device_train_batch_size": max(len(micro) for step in epoch for micro in step),
        "gradient_accumulation_steps": max(len(step) for step in epoch),
        "learning_rate": groups[0]["initial_lr"],
        "warmup_ratio": warmup,
        "max_length": batches.capacity,
        "optim": _optimizer_name(trainer.optimizer),
        "weight_decay": max(group["weight_decay"] for group in groups),
        "max_grad_norm": trainer.max_grad_norm,
        "lr_scheduler_type": schedule,
        "neftune_noise_alpha": _neftune(trainer.model),
        "seed": torch.initial_seed(),
        "fp16": _autocast_dtype(trainer) == torch.float16 and trainer.scaler is not None,
        "bf16": _autocast_dtype(trainer) == torch.bfloat16,
        "logging_steps": reporter.logging_steps,
        "save_strategy": checkpointer.policy.strategy,
        "save_steps": checkpointer.policy.steps,
        "packing": batches.packed,
        "train_on": _train_on(trainer),
        "gradient_checkpointing": bool(trainer.model.get_base_model().is_activation_checkpointing),
        "early_stopping_patience": stopper.patience,
    }


def _schedule(trainer: Trainer) -> tuple[str, float]:
    """The schedule's name by the shape of its curve, and its warm-up as a share of all steps."""
    total = trainer.total_steps
    curve = [trainer.scheduler.lr_lambdas[0](step) for step in range(total + 1)]
    top = max(curve)
    warmup = curve.index(top)
    if all(value == top for value in curve[warmup:]):
        return "constant", warmup / total
    start, end = top, curve[total]
    # Linear and cosine cross halfway, so they are told apart at a quarter.
    quarter = warmup + max(1, (total - warmup) // 4)
    progress = (quarter - warmup) / (total - warmup)
    cosine = 0.5 * (1 + math.cos(math.pi * progress))
    if math.isclose(curve[quarter], cosine, abs_tol=1e-9):
        return "cosine", warmup / total
    assert math.isclose(curve[quarter], start + (end - start) * progress, abs_tol=1e-9)
    # Both fall in a straight line; the polynomial one ends above zero.
    return ("polynomial" if end > 0 else "linear"), warmup / total


def _optimizer_name(optimizer: torch.optim.Optimizer) -> str:
    kind = type(optimizer)
    if kind.__module__.startswith("bitsandbytes"):
        assert optimizer.args.optim_bits == 8
        return "paged_adamw_8bit" if optimizer.is_paged else "adamw_8bit"
    if kind is torch.optim.AdamW:
        return "adamw_torch_fused" if optimizer.param_groups[0]["fused"] else "adamw_torch"
    return {"SGD": "sgd", "Adafactor": "adafactor"}[kind.__name__]


def _neftune(model: Any) -> float:
    hooks = model.get_input_embeddings()._forward_hooks.values()
    return next((hook.alpha for hook in hooks if isinstance(hook, Neftune)), 0)


def _autocast_dtype(trainer: Trainer) -> torch.dtype | None:
    kind = trainer.device.type
    with trainer.autocast():
        return torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else None


def _train_on(trainer: Trainer) -> str:
    """everything, if all tokens that can be predicted are, in the first pack."""
    batch = trainer.batches.collate([0])
    starts = batch.position_ids == 0
    return "answers" if (batch.labels[~starts] == IGNORED).any() else "everything"


def _lora(model: Any) -> dict[str, Any]:
    from peft.tuners.lora import LoraLayer
    from peft.utils import ModulesToSaveWrapper

    layers = {name: m for name, m in model.named_modules() if isinstance(m, LoraLayer)}
    first = next(iter(layers.values()))
    r, alpha, scaling = first.r["default"], first.lora_alpha["default"], first.scaling["default"]
    dropout = first.lora_dropout["default"]
    rslora = math.isclose(scaling, alpha / math.sqrt(r)) and r > 1
    assert rslora or math.isclose(scaling, alpha / r)
    saved = {
        name.rsplit(".", 1)[-1]
        for name, module in model.named_modules()
        if isinstance(module, ModulesToSaveWrapper) and any(_trains(module))
    }
    return {
        "r": r,
        "lora_alpha": alpha,
        "lora_dropout": dropout.p if isinstance(dropout, nn.Dropout) else 0.0,
        "target_modules": sorted({name.rsplit(".", 1)[-1] for name in layers}),
        "bias": _bias(model, layers),
        "use_rslora": rslora,
        "use_dora": any("default" in m.lora_magnitude_vector for m in layers.values()),
        "modules_to_save": sorted(saved),
    }


def _trains(module: nn.Module) -> list[bool]:
    return [p.requires_grad for p in module.parameters()]


def _bias(model: nn.Module, layers: dict[str, nn.Module]) -> str:
    biases = {n: p for n, p in model.named_parameters() if n.endswith(".bias") and "lora_" not in n}
    trained = {name for name, p in biases.items() if p.requires_grad}
    if not trained:
        return "none"
    if trained == set(biases):
        return "all"
    wrapped = tuple(f"{name}." for name in layers)
    assert all(name.startswith(wrapped) for name in trained)
    return "lora_only"


def _four_bit(model: nn.Module) -> dict[str, Any]:
    layers = [m for m in model.modules() if is_four_bit(m)]
    if not layers:
        return {"load_in_4bit": False}
    first = layers[0]
    return {
        "load_in_4bit": True,
        "bnb_4bit_quant_type": first.weight.quant_state.quant_type,
        "bnb_4bit_use_double_quant": bool(first.weight.quant_state.nested),
        "bnb_4bit_compute_dtype": str(first.compute_dtype).removeprefix("torch."),
    }
