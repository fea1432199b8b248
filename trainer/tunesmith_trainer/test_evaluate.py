from __future__ import annotations

import contextlib
import random
from pathlib import Path

import numpy
import pytest
import torch

from .evaluate import evaluation, mean_loss, row_losses
from .random_state import random_state, restore_random_state, untouched_random_state
from .rows import IGNORED
from .testing_models import shared_model
from .testing_runs import make_rows, make_run, prepare


def draws() -> list[float]:
    return [random.random(), float(numpy.random.rand()), torch.rand(1).item()]


def test_random_states_are_kept_and_restored() -> None:
    state = random_state()
    first = draws()
    assert draws() != first
    restore_random_state(state)
    assert draws() == first
    with untouched_random_state():
        draws()
    second = draws()
    restore_random_state(state)
    draws()
    assert draws() == second


def test_row_losses_are_those_of_the_model_itself(tmp_path: Path) -> None:
    work = prepare(make_run(tmp_path / "run", shared_model("qwen2"), make_rows(9)))
    rows = work.context.train
    found = row_losses(work.model, rows, 0, contextlib.nullcontext())
    for row, loss in zip(rows, found, strict=True):
        ids = torch.tensor([row.ids])
        labels = torch.tensor([row.labels])
        with torch.no_grad():
            mean = work.model(input_ids=ids, labels=labels).loss.item()
        assert loss == pytest.approx(mean * row.supervised, rel=1e-5)
    learned = sum(label != IGNORED for row in rows for label in row.labels)
    assert mean_loss(found, rows) == pytest.approx(sum(found) / learned)


def test_modes_are_as_before_even_after_a_failure(tmp_path: Path) -> None:
    model = torch.nn.Sequential(torch.nn.Dropout()).train()

    def fail() -> None:
        with evaluation(model):
            assert not model.training
            assert not torch.is_grad_enabled()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert model.training
    assert model[0].training
