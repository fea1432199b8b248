"""LoRA, rsLoRA and DoRA through PEFT, checked against the model at hand."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from .errors import AppError
from .four_bit import is_four_bit, keep_bias_apart
from .spec import Lora

EMBEDDINGS = ("lm_head", "embed_tokens")


def is_tied(model: Any) -> bool:
    """Whether input and output embeddings are one tensor."""
    inner, outer = model.get_input_embeddings(), model.get_output_embeddings()
    return outer is not None and inner is not None and outer.weight is inner.weight


def add_lora(model: Any, lora: Lora, seed: int) -> Any:
    """The model with adapters; only they, the biases asked for and modules_to_save train.

    Trainable parameters are float32, whatever the frozen weights are.
    Errors: lora_no_targets, lora_module_unknown, lora_tied_target.
    """
    from peft import LoraConfig, get_peft_model

    names = {name.rsplit(".", 1)[-1] for name, _ in model.named_modules()}
    if not lora.target_modules or not names.intersection(lora.target_modules):
        raise AppError("lora_no_targets", targets=", ".join(lora.target_modules) or "(none)")
    for module in [*lora.target_modules, *lora.modules_to_save]:
        if module not in names:
            raise AppError("lora_module_unknown", module=module)
    tied = is_tied(model)
    for module in lora.target_modules:
        if tied and module in EMBEDDINGS:
            raise AppError("lora_tied_target", module=module)
    config = LoraConfig(
        r=lora.r,
        lora_alpha=lora.lora_alpha,
        lora_dropout=lora.lora_dropout,
        target_modules=list(lora.target_modules),
        bias=lora.bias,
        use_rslora=lora.use_rslora,
        use_dora=lora.use_dora,
        modules_to_save=list(lora.modules_to_save) or None,
        # One tensor stays one tensor: training the head trains the embeddings with it.
        ensure_weight_tying=tied and bool(lora.modules_to_save),
        task_type="CAUSAL_LM",
    )
    torch.manual_seed(seed)
    adapted = get_peft_model(model, config, autocast_adapter_dtype=True)
    _train_in_float32(adapted)
    return adapted


def _train_in_float32(model: nn.Module) -> None:
    for module in model.modules():
        own = dict(module.named_parameters(recurse=False))
        if not any(p.requires_grad for p in own.values()):
            continue
        if is_four_bit(module):
            keep_bias_apart(module)
        for parameter in own.values():
            # A norm cannot mix formats, so its frozen weight follows its trained bias; a linear
            # layer's large frozen weight stays as it is, because autocast casts both.
            small = parameter.dim() < 2
            if parameter.is_floating_point() and (parameter.requires_grad or small):
                parameter.data = parameter.data.float()


def trainable(model: nn.Module) -> list[tuple[str, nn.Parameter]]:
    """Names and parameters that train, each tensor once."""
    return [(name, p) for name, p in model.named_parameters() if p.requires_grad]
