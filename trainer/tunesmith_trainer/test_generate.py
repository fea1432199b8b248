import pytest
import torch

from tunesmith_trainer.generate import BATCH_ROWS, _batches, generate_answers
from tunesmith_trainer.merge import load_causal
from tunesmith_trainer.testing_export import text_side
from tunesmith_trainer.testing_models import FAMILIES, shared_model

TEXTS = (
    "Hello",
    "The heron stands in shallow water and waits for a fish to come by, patiently.",
    "def area(width, height):",
    "1, 2, 3",
    "Who keeps the light on the island of Mirn? " * 4,
)


@pytest.mark.parametrize("family", FAMILIES)
def test_batched_answers_are_those_of_transformers_one_by_one(family):
    folder = shared_model(family)
    side = text_side(folder)
    model = load_causal(folder, torch.float32)
    prompts = [side.tokenizer.encode(text) for text in TEXTS]
    # A stop token that really occurs, so that rows leave the batch at different times.
    free = generate_answers(model, prompts, set(), 24)
    stop = free[1].ids[5]
    found = generate_answers(model, prompts, {stop}, 24)
    for prompt, answer in zip(prompts, found, strict=True):
        expected = model.generate(
            torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
            max_new_tokens=24, do_sample=False, eos_token_id=stop, pad_token_id=0,
        )[0, len(prompt) :].tolist()  # fmt: skip
        stopped = stop in expected
        assert answer.stopped == stopped
        assert answer.ids == (expected[:-1] if stopped else expected)
    assert found[1].stop == stop
    assert any(not a.stopped for a in free)


def test_progress_is_told_and_may_stop_and_the_mode_stays():
    model = load_causal(shared_model("starter"), torch.float32).train()
    seen = []
    generate_answers(model, [[5, 6]] * (BATCH_ROWS + 1), set(), 1, lambda *n: seen.append(n))
    assert seen == [(BATCH_ROWS, BATCH_ROWS + 1), (BATCH_ROWS + 1, BATCH_ROWS + 1)]
    assert model.training

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate_answers(model, [[5, 6]], set(), 1, stop)
    assert model.training


def test_batches_hold_similar_lengths_within_the_limits():
    prompts = [[0] * n for n in (2250, 10, 1250, 11, 12, 1000)]
    assert _batches(prompts) == [[0], [2, 5, 4], [3, 1]]
    many = _batches([[0]] * (2 * BATCH_ROWS + 1))
    assert [len(batch) for batch in many] == [BATCH_ROWS, BATCH_ROWS, 1]
    assert _batches([]) == []
