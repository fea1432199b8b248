"""Packed and alone, rows have the same loss and give the same gradients, per architecture."""

from __future__ import annotations

import contextlib
import inspect
import random
from pathlib import Path
from typing import Any

import pytest
import torch

from .batches import make_batches
from .loss import LossFunction
from .packing_check import packing_is_exact
from .rows import IGNORED, TokenRow
from .testing_models import shared_model
from .testing_runs import make_rows, make_run, prepare, read_events
from .train_stage import make_live_training

FAMILIES = {
    "starter": {},
    "qwen2": {},
    "qwen3": {},
    "gemma3": {"sliding_window": 16},
    "phi3": {"sliding_window": 16},
    "mistral": {"sliding_window": 16},
    "smollm3": {},
}
LENGTHS = (50, 3, 17, 40, 9, 28, 33)  # several are longer than the sliding windows


def random_rows(vocabulary: int) -> list[TokenRow]:
    draw = random.Random(0)
    rows = []
    for number, length in enumerate(LENGTHS):
        ids = [draw.randrange(3, vocabulary) for _ in range(length)]
        learned = length // 2
        labels = [IGNORED] * learned + ids[learned:]
        rows.append(TokenRow(str(number), [], ids, labels, [], ""))
    return rows


def load(family: str, **overrides: Any) -> Any:
    from transformers import AutoModelForCausalLM

    folder = shared_model(family, **overrides)
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)


def loss_and_gradient(model: Any, rows: list[TokenRow], packing: bool, size: int) -> Any:
    batches = make_batches(rows, packing, 100, size, 1, 0, 0)
    total, learned = 0.0, 0
    model.zero_grad()
    loss = LossFunction(model)
    for step in batches.epoch(0):
        batch = batches.collate(step[0])
        summed = loss(batch)
        summed.backward()
        total, learned = total + summed.item(), learned + batch.supervised
    return total / learned, model.get_input_embeddings().weight.grad.clone(), batches


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("size", [1, 2])
def test_packed_equals_unpacked(family: str, size: int) -> None:
    model = load(family, **FAMILIES[family]).train()
    rows = random_rows(model.config.vocab_size)
    alone, alone_gradient, _ = loss_and_gradient(model, rows, False, 1)
    packed, packed_gradient, batches = loss_and_gradient(model, rows, True, size)
    assert len(batches.packs) < len(rows)
    assert packed == pytest.approx(alone, abs=1e-5)
    scale = alone_gradient.abs().max()
    assert (packed_gradient - alone_gradient).abs().max() <= 1e-4 * scale


@pytest.mark.parametrize("family", FAMILIES)
def test_check_finds_packing_exact(family: str) -> None:
    model = load(family, **FAMILIES[family])
    rows = random_rows(model.config.vocab_size)[:2]
    assert packing_is_exact(model, rows, 0, contextlib.nullcontext())


class LeakyModel(torch.nn.Module):
    """A model in which rows of a pack see each other, as architectures without such masks do."""

    def __init__(self, inner: Any) -> None:
        super().__init__()
        self.inner, self.config, self.dtype = inner, inner.config, inner.dtype

    def forward(self, input_ids: Any, position_ids: Any, **options: Any) -> Any:
        return self.inner(input_ids=input_ids, **options)


def test_check_finds_a_leak() -> None:
    model = LeakyModel(load("starter"))
    rows = random_rows(model.config.vocab_size)[:2]
    assert not packing_is_exact(model, rows, 0, contextlib.nullcontext())


def test_packing_that_is_not_exact_is_switched_off_and_said(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", shared_model("starter"), make_rows(12), packing=True)
    work = prepare(run)
    inner = work.model.get_base_model()
    plain = inner.forward

    def leaky(*arguments: Any, position_ids: Any = None, **options: Any) -> Any:
        return plain(*arguments, **options)

    leaky.__signature__ = inspect.signature(plain)  # type: ignore[attr-defined]
    inner.forward = leaky
    live = make_live_training(work)
    assert not live.trainer.batches.packed
    codes = [event["code"] for event in read_events(run, "decision")]
    assert "packing_not_exact" in codes
    assert "no_packing" in codes
