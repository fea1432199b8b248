from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from .neftune import Neftune
from .setup import make_trainer
from .testing_models import shared_model
from .testing_runs import make_rows, make_run, prepare


def noise(alpha: float, lengths: torch.Tensor, width: int = 64) -> torch.Tensor:
    layer = nn.Embedding(10, width)
    layer.register_forward_hook(hook := Neftune(alpha))
    hook.row_lengths = lengths
    ids = torch.zeros_like(lengths)
    return layer(ids).detach() - layer.weight[ids].detach()


def test_noise_is_as_strong_as_the_paper_says() -> None:
    found = noise(5.0, torch.full((1, 400), 400))
    bound = 5.0 / (400 * 64) ** 0.5
    assert found.abs().max() <= bound * 1.0001
    assert found.abs().max() > 0.99 * bound
    # The variance of a uniform distribution on ±bound.
    assert found.var().item() == pytest.approx(bound**2 / 3, rel=0.03)


def test_each_row_of_a_pack_gets_the_noise_of_its_own_length() -> None:
    found = noise(5.0, torch.tensor([[16] * 16 + [100] * 100]))
    short, long = found[0, :16].abs().max().item(), found[0, 16:].abs().max().item()
    assert short / long == pytest.approx((100 / 16) ** 0.5, rel=0.05)


def test_evaluation_gets_no_noise_and_draws_nothing(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", shared_model("starter"), make_rows(8), neftune_noise_alpha=10)
    work = prepare(run)
    make_trainer(work.context, work.model, work.device)
    layer = work.model.get_input_embeddings()
    ids = torch.tensor([[1, 2, 3]])
    layer.eval()
    state = torch.get_rng_state()
    assert torch.equal(layer(ids), layer.weight[ids])
    assert torch.equal(torch.get_rng_state(), state)
