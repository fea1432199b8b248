"""bitsandbytes' 4-bit layers: finding them, and keeping them fit for training."""

from __future__ import annotations

import types
from typing import Any

import torch
from torch import nn


def is_four_bit(module: nn.Module) -> bool:
    """Whether a module is bitsandbytes' own (PEFT's wrapper around it has the same name)."""
    kind = type(module)
    return kind.__name__ == "Linear4bit" and kind.__module__.startswith("bitsandbytes")


def keep_trainable(model: nn.Module) -> None:
    """Keep evaluation from repacking weights for one CPU's instructions.

    bitsandbytes does so at the first forward pass without gradients, in place: training would go
    on with other weights than it began with.
    """
    for module in model.modules():
        if is_four_bit(module) and hasattr(module, "support_avx512bf16_for_cpu"):
            module.support_avx512bf16_for_cpu = False


def keep_bias_apart(module: Any) -> None:
    """Add a 4-bit layer's trained bias outside of it.

    bitsandbytes casts a bias to the compute dtype in place, which would round the trained values
    and pull the parameter out of the optimizer's dtype at the first step.
    """
    plain = module.forward

    def forward(self: Any, x: torch.Tensor) -> torch.Tensor:
        bias, self._parameters["bias"] = self._parameters["bias"], None
        try:
            out = plain(x)
        finally:
            self._parameters["bias"] = bias
        return out + bias.to(out.dtype)

    module.forward = types.MethodType(forward, module)
