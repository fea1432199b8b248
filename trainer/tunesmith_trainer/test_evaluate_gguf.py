import pytest
import torch

from tunesmith_trainer import evaluate_gguf
from tunesmith_trainer.evaluate_gguf import generate, row_loss, score_gguf
from tunesmith_trainer.generate import generate_answers
from tunesmith_trainer.llama_cpp import LlamaContext, LlamaModel
from tunesmith_trainer.merge import load_causal
from tunesmith_trainer.rows import IGNORED, TokenRow
from tunesmith_trainer.testing_export import shared_gguf, text_side
from tunesmith_trainer.testing_models import shared_model


def make_rows(side, count):
    found = []
    for i in range(count):
        talk = [{"role": "user", "content": f"What is {i} times {i * 7}?" + " Think." * (i % 4)}]
        answer = f"It is {i * i * 7}, surely."
        prompt = side.tokenizer.encode(side.template.render(talk, add_generation_prompt=True))
        talk = [*talk, {"role": "assistant", "content": answer}]
        ids = side.tokenizer.encode(side.template.render(talk))
        labels = [IGNORED] * len(prompt) + ids[len(prompt) :]
        found.append(TokenRow(f"r:{i}", talk, ids, labels, prompt, answer))
    return found


@pytest.mark.parametrize("family", ["starter", "gemma3"])
def test_losses_are_those_of_torch(family):
    side = text_side(shared_model(family))
    rows = make_rows(side, 4)
    model = load_causal(shared_model(family), torch.float32)
    file = shared_gguf(family)
    with LlamaModel(file) as gguf, LlamaContext(gguf, length=200, threads=1) as context:
        found = [row_loss(context, row) for row in rows]
    for row, loss in zip(rows, found, strict=True):
        with torch.inference_mode():
            logits = model(torch.tensor([row.ids])).logits[0, :-1]
        expected = torch.nn.functional.cross_entropy(
            logits, torch.tensor(row.labels[1:]), ignore_index=IGNORED, reduction="sum"
        )
        assert loss == pytest.approx(expected.item(), rel=0.01)


def test_answers_side_by_side_are_those_of_torch():
    side = text_side(shared_model("starter"))
    prompts = [row.prompt_ids for row in make_rows(side, 12)]
    model = load_causal(shared_model("starter"), torch.float32)
    expected = generate_answers(model, prompts, side.stops.ids, 16)
    seen = []
    with LlamaModel(shared_gguf("starter")) as gguf:
        found = generate(gguf, prompts, side.stops.ids, 16, 1, lambda *n: seen.append(n))
    # One in 800 tokens of such models is a near-tie.
    same = [(a.ids, a.stopped) == b for a, b in zip(expected, found, strict=True)]
    assert sum(same) >= 10
    assert seen == [(i, 12) for i in range(1, 13)]


def test_a_stop_token_ends_an_answer_and_makes_room_for_the_next(monkeypatch):
    monkeypatch.setattr(evaluate_gguf, "SEQUENCES", 2)
    side = text_side(shared_model("starter"))
    prompts = [row.prompt_ids for row in make_rows(side, 5)]
    with LlamaModel(shared_gguf("starter")) as gguf:
        free = generate(gguf, prompts, (), 12, 1)
        stop = free[2][0][4]
        found = generate(gguf, prompts, {stop}, 12, 1)
    for (long, _), (ids, stopped) in zip(free, found, strict=True):
        assert stopped == (stop in long)
        assert ids == (long[: long.index(stop)] if stopped else long)


def test_long_prompts_take_several_steps_and_fewer_lanes(monkeypatch):
    side = text_side(shared_model("starter"))
    prompt = side.tokenizer.encode("word and word " * 200)
    assert len(prompt) > 600
    with LlamaModel(shared_gguf("starter")) as gguf:
        wide = generate(gguf, [prompt] * 3, (), 4, 1)
        monkeypatch.setattr(evaluate_gguf, "CACHE_TOKENS", 1000)
        assert generate(gguf, [prompt] * 3, (), 4, 1) == wide
        assert generate(gguf, [], (), 4, 1) == []


def test_scores_hold_what_the_report_needs():
    side = text_side(shared_model("starter"))
    rows = make_rows(side, 3)
    with LlamaModel(shared_gguf("starter")) as gguf:
        scores = score_gguf(gguf, rows, side.stops.ids, 6, 1)
    assert [s.id for s in scores] == ["r:0", "r:1", "r:2"]
    assert scores[1].prompt == "What is 1 times 7? Think."
    assert scores[1].expected == "It is 7, surely."
    assert scores[1].tokens == rows[1].supervised
    assert all(s.loss > 0 and s.answer and not s.stops for s in scores)
