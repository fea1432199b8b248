"""The loss: summed negative log-likelihood of the learned tokens."""

from __future__ import annotations

import inspect
from typing import Any

import torch
from torch.nn import functional

from .batches import Batch
from .rows import IGNORED


class LossFunction:
    """Sums cross entropy over a batch, in float32 whatever the model computes in.

    Only positions that predict a learned token go through the output layer: for answers behind
    long prompts and large vocabularies that layer is a good part of the work.
    """

    def __init__(self, model: Any) -> None:
        inner = model.get_base_model() if hasattr(model, "get_base_model") else model
        self._model = model
        self._selects = "logits_to_keep" in inspect.signature(inner.forward).parameters

    def __call__(self, batch: Batch) -> torch.Tensor:
        """Summed loss of a batch, a float32 scalar with a gradient."""
        return self.per_token(batch)[0].sum()

    def per_token(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Losses and labels, both [batch, kept positions]; unlearned positions have loss 0."""
        labels = functional.pad(batch.labels[:, 1:], (0, 1), value=IGNORED)
        options: dict[str, Any] = {}
        if self._selects:
            keep = (labels != IGNORED).any(0).nonzero()[:, 0]
            if keep.numel() < labels.shape[1]:
                options["logits_to_keep"] = keep
                labels = labels[:, keep]
        logits = self._model(
            input_ids=batch.input_ids,
            position_ids=batch.position_ids,
            attention_mask=batch.attention_mask,
            use_cache=False,
            **options,
        ).logits
        losses = functional.cross_entropy(
            logits.float().flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="none"
        )
        return losses.view(labels.shape), labels
