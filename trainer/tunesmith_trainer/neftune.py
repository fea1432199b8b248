"""NEFTune: uniform noise on the input embeddings while training (arXiv 2310.05914)."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


class Neftune:
    """A forward hook that adds noise of ±alpha / √(L·d), with L each row's own length.

    The loop sets `row_lengths` (shape [batch, positions], the length of the row that each position
    belongs to) before a step, so that a row gets the same noise packed and unpacked.
    """

    def __init__(self, alpha: float) -> None:
        self.alpha = alpha
        self.row_lengths: torch.Tensor | None = None

    def __call__(self, module: nn.Module, _inputs: Any, output: torch.Tensor) -> torch.Tensor:
        """Noise in training mode only; evaluation draws no random numbers."""
        if not module.training or self.row_lengths is None:
            return output
        width = output.shape[-1]
        scale = self.alpha / (self.row_lengths.to(output.device, torch.float32) * width).sqrt()
        noise = torch.empty_like(output).uniform_(-1, 1)
        return output + noise * scale.unsqueeze(-1).to(output.dtype)


def add_neftune(model: Any, alpha: float) -> Neftune | None:
    """Hook NEFTune onto the model's input embeddings; None where alpha is 0."""
    if alpha == 0:
        return None
    hook = Neftune(alpha)
    model.get_input_embeddings().register_forward_hook(hook)
    return hook
