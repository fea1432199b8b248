"""From a spec, a model and rows to a trainer with its callbacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import torch

from .batches import Batches, make_batches, pad_token_id
from .callbacks import (
    Around,
    Checkpointer,
    EarlyStopping,
    HeldOut,
    Memory,
    Reporter,
    SavePolicy,
)
from .context import RunContext
from .loop import Callback, Trainer
from .lora import trainable
from .neftune import add_neftune
from .optimizers import make_optimizer, make_scheduler, warmup_steps
from .packing_check import packing_is_exact
from .random_state import seed_everything
from .rows import TokenRow
from .spec import Training

AUTOCAST = {"bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass
class Live:
    """The live objects of a training: what the settings ended up in."""

    trainer: Trainer
    memory: Memory
    callbacks: list[Callback]
    checkpointer: Checkpointer

    def owed(self) -> list[Callback]:
        """Who still has to hear of a step whose held-out loss a wish broke off."""
        if self.memory.owed_step != self.trainer.progress.step:
            return []
        return [callback for callback in self.callbacks if not isinstance(callback, Reporter)]


def choose_batches(context: RunContext, model: Any, trainer_autocast: Any) -> Batches:
    """Batches as the settings ask for; packing is left out where it would not be exact."""
    training, events = context.spec.training, context.events
    pad = pad_token_id(
        context.tokenizer.size,
        context.stop_ids,
        context.tokenizer.id_of(context.tokenizer.names.get("pad_token")),
        context.tokenizer.id_of(context.tokenizer.names.get("unk_token")),
    )
    packing = training.packing
    shortest = sorted(context.train, key=lambda row: (len(row.ids), row.id))[:2]
    if packing and not packing_is_exact(model, shortest, pad, trainer_autocast):
        packing = False
        events.decide("packing_not_exact", architecture=context.spec.model.architecture)
    return _batches(context.train, training, packing, pad)


def _batches(rows: Sequence[TokenRow], training: Training, packing: bool, pad: int) -> Batches:
    return make_batches(
        rows,
        packing,
        training.max_length,
        training.per_device_train_batch_size,
        training.gradient_accumulation_steps,
        training.seed,
        pad,
    )


def make_trainer(context: RunContext, model: Any, device: torch.device) -> Trainer:
    """A trainer at step 0. `model` has its adapters; the rows are tokenised.

    Errors: optimizer_unavailable.
    """
    spec, training = context.spec, context.spec.training
    seed_everything(training.seed)
    inner = model.get_base_model()
    if training.gradient_checkpointing and inner.supports_gradient_checkpointing:
        # The form without re-entrance needs no gradient at the frozen embeddings.
        inner.activation_checkpointing_enable({"use_reentrant": False})
        context.events.decide("gradient_checkpointing")
    elif training.gradient_checkpointing:
        architecture = spec.model.architecture
        context.events.decide("gradient_checkpointing_unsupported", architecture=architecture)
    dtype = AUTOCAST.get(spec.precision.mode) if spec.precision.autocast else None
    autocast = torch.autocast(device.type, dtype=dtype, enabled=dtype is not None)
    batches = choose_batches(context, model, autocast)
    optimizer = make_optimizer(model, training, context.events)
    total = training.num_train_epochs * batches.steps_per_epoch
    scaler = torch.amp.GradScaler(device.type) if spec.precision.mode == "fp16" else None
    return Trainer(
        model=model,
        batches=batches,
        optimizer=optimizer,
        scheduler=make_scheduler(optimizer, training, total),
        parameters=[parameter for _, parameter in trainable(model)],
        device=device,
        epochs=training.num_train_epochs,
        max_grad_norm=training.max_grad_norm,
        autocast_dtype=dtype,
        scaler=scaler,
        neftune=add_neftune(model, training.neftune_noise_alpha),
        rates=tuple((c.step, float(c.value)) for c in spec.changes if c.key == "learning_rate"),
    )


def make_live(
    context: RunContext,
    trainer: Trainer,
    save: Callable[[Trainer, str], None],
    around_evaluation: Around = nullcontext,
) -> Live:
    """The callbacks around a trainer. `save(trainer, reason)` writes a checkpoint."""
    spec, training, events = context.spec, context.spec.training, context.events
    memory = Memory()
    policy = SavePolicy(training.save_strategy, training.save_steps)
    checkpointer = Checkpointer(memory, policy, spec.checkpoint_seconds, context.wishes, save)
    callbacks: list[Callback] = [
        Reporter(events, memory, training.logging_steps),
        HeldOut(events, memory, policy, context.check, context.wishes, around_evaluation),
        checkpointer,
        EarlyStopping(events, memory, training.early_stopping_patience),
    ]
    return Live(trainer, memory, callbacks, checkpointer)


def state_plan(context: RunContext, trainer: Trainer) -> None:
    """Print what training will do, before it does it."""
    events, training, batches = context.events, context.spec.training, trainer.batches
    tokens = sum(len(row.ids) for row in context.train)
    learned = sum(row.supervised for row in context.train)
    if batches.packed:
        room = len(batches.packs) * batches.capacity
        events.decide(
            "packing_effect",
            rows=len(context.train),
            packs=len(batches.packs),
            capacity=batches.capacity,
            tokens=tokens,
            unused=round(100 * (1 - tokens / room), 1),
        )
    else:
        steps = [m for step in batches.epoch(0) for m in step]
        shapes = [[len(context.train[i].ids) for n in m for i in batches.packs[n]] for m in steps]
        room = sum(max(lengths) * len(lengths) for lengths in shapes)
        share = round(100 * (1 - tokens / room), 1)
        events.decide("no_packing", rows=len(context.train), tokens=tokens, padding=share)
    events.decide(
        "optimizer_steps",
        steps=trainer.total_steps,
        per_epoch=batches.steps_per_epoch,
        epochs=trainer.epochs,
        warmup=0
        if training.lr_scheduler_type == "constant"
        else warmup_steps(training.warmup_ratio, trainer.total_steps),
    )
    if training.lr_scheduler_type == "constant" and training.warmup_ratio > 0:
        events.decide("warmup_ignored", ratio=training.warmup_ratio)
    if trainer.total_steps != context.spec.plan.optimizer_steps:
        planned = context.spec.plan.optimizer_steps
        events.warn("steps_differ", planned=planned, actual=trainer.total_steps)
    events.decide(
        "learned_tokens",
        learned=learned,
        tokens=tokens,
        share=round(100 * learned / tokens, 1),
        train_on=training.train_on,
    )
    if training.neftune_noise_alpha > 0:
        events.decide("neftune", alpha=training.neftune_noise_alpha)
    if training.early_stopping_patience > 0 and not context.check:
        events.decide("early_stopping_without_check")
