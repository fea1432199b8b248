"""The kinds of LoRA that go wrong most easily, from examples to a GGUF that answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .protocol import Events
from .scores import read_scores
from .spec import load_spec
from .stages import run_stages
from .testing_models import shared_model
from .testing_runs import make_rows, make_run, read_events
from .wishes import Wishes

TIED = {"tie_word_embeddings": True}
VARIANTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "4-bit and DoRA": ({}, {"load_in_4bit": True, "use_dora": True}),
    "rank-stabilised, rank 64": ({}, {"r": 64, "use_rslora": True}),
    "tied embeddings saved": (TIED, {"modules_to_save": ["embed_tokens", "lm_head"]}),
    "all biases": ({}, {"bias": "all"}),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_variant_trains_merges_converts_and_answers(tmp_path: Path, name: str) -> None:
    config, settings = VARIANTS[name]
    run = make_run(
        tmp_path / "run", shared_model("qwen2", **config), make_rows(20), make_rows(6, 60),
        num_train_epochs=4, learning_rate=5e-3, packing=True, max_length=256,
        per_device_train_batch_size=1, **settings,
    )  # fmt: skip
    # Merging and converting prove what they made, and raise where it answers differently.
    run_stages(run, load_spec(run), Events(run / "trainer.jsonl"), Wishes())
    report = read_events(run, "report")[0]
    assert report["verdict"] == "better"
    assert report["tuned"]["loss"] < 0.9 * report["base"]["loss"]
    assert report["gguf"]["loss"] < 0.9 * report["base"]["loss"]
    proof = read_events(run, "proof.gguf")[0]
    assert proof["answers"] > 0
    assert proof["answersEqual"] + proof["nearTies"] == proof["answers"]
    scores = [read_scores(run / "evaluation" / f"{who}.json") for who in ("base", "tuned", "gguf")]
    assert all(score is not None and len(score) == 6 for score in scores)
