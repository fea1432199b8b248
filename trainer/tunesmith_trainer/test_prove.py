import dataclasses
import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from tunesmith_trainer import gguf_vocabulary
from tunesmith_trainer.errors import AppError
from tunesmith_trainer.generate import generate_answers
from tunesmith_trainer.golden import golden_prompts
from tunesmith_trainer.llama_cpp import LlamaContext, LlamaModel
from tunesmith_trainer.merge import load_causal
from tunesmith_trainer.prove_answers import answer_logits, prove_answers, softmax
from tunesmith_trainer.prove_tokens import proof_texts, prove_tokens
from tunesmith_trainer.reference import (
    compute_in_float32,
    held_out_prompts,
    reference_answers,
)
from tunesmith_trainer.rows import TokenRow
from tunesmith_trainer.testing_export import shared_gguf, text_side, to_gguf
from tunesmith_trainer.testing_models import shared_model


def references(folder, count=6):
    side = text_side(folder)
    golden = golden_prompts(side.template, side.tokenizer, None)
    found = reference_answers(folder, held_out_prompts([], golden), side.stops.ids, "cpu", 10**5)
    return found[:count]


def test_a_wrong_pre_tokenizer_is_found(tmp_path, monkeypatch):
    # The starter's digits stay together; this name splits them, and nothing else would say so.
    monkeypatch.setattr(gguf_vocabulary, "llama_cpp_name", lambda _tokenizer: "smollm")
    folder = shared_model("starter")
    side = text_side(folder)
    with LlamaModel(to_gguf(folder, tmp_path / "m.gguf"), vocab_only=True) as model:
        texts = proof_texts(side.tokenizer, side.template, [], [], seed=0)
        with pytest.raises(AppError) as caught:
            prove_tokens(model, side.tokenizer, texts)
    assert caught.value.code == "export_tokenizer_not_proven"
    assert "in training, but" in caught.value.message
    assert all(isinstance(v, str) for v in caught.value.params.values())


def test_rows_of_the_run_are_among_the_texts():
    side = text_side(shared_model("starter"))
    messages = [
        {"role": "user", "content": "Who keeps the light of Mirn?"},
        {"role": "assistant", "content": "Tamsin Okoro."},
    ]
    row = TokenRow("a:1", messages, [], [], [], "")
    texts = proof_texts(side.tokenizer, side.template, [], [row], seed=0)
    assert side.template.render(messages) in texts


def test_text_is_normalised_as_the_tokenizer_does_and_only_then():
    for family, form in (("qwen2", "NFC"), ("starter", None)):
        side = text_side(shared_model(family))
        with LlamaModel(shared_gguf(family), vocab_only=True) as model:
            proof = prove_tokens(model, side.tokenizer, ["cafe\u0301 o\u0302\u0323"])
            assert proof.normalized == form
            assert proof.texts == 1


def test_changed_weights_are_found(tmp_path):
    folder = shared_model("starter")
    changed = tmp_path / "changed"
    shutil.copytree(folder, changed)
    weights = load_file(changed / "model.safetensors")
    weights["model.layers.1.mlp.down_proj.weight"] *= -1
    save_file(weights, changed / "model.safetensors", metadata={"format": "pt"})
    file = to_gguf(changed, tmp_path / "m.gguf")
    with LlamaModel(file) as model, pytest.raises(AppError) as caught:
        prove_answers(model, references(folder), threads=1)
    assert caught.value.code == "export_not_proven"
    assert float(caught.value.params["found_probability"]) > float(
        caught.value.params["expected_probability"]
    )


def test_one_wrong_token_in_the_middle_of_an_answer_is_found():
    found = references(shared_model("starter"))
    place = len(found[2].answer_ids) // 2
    ids = list(found[2].answer_ids)
    ids[place] = (ids[place] + 7) % 500
    found[2] = dataclasses.replace(found[2], answer_ids=ids)
    with LlamaModel(shared_gguf("starter")) as model, pytest.raises(AppError) as caught:
        prove_answers(model, found, threads=1)
    assert caught.value.code == "export_not_proven"
    assert caught.value.params["id"] == found[2].id


def swapped_at_the_closest_place(found, model):
    """A reference whose answer takes the second best token where the two best are closest."""
    best = None
    for number, reference in enumerate(found):
        start = len(reference.prompt_ids)
        ids = reference.prompt_ids + reference.answer_ids
        with LlamaContext(model, length=len(ids), threads=1) as context:
            for place, logits in answer_logits(context, ids, range(start, len(ids))):
                p = softmax(logits)
                second, first = (int(i) for i in np.argsort(p)[-2:])
                if first == ids[place] and (best is None or p[first] - p[second] < best[0]):
                    best = (p[first] - p[second], number, place - start, second)
    gap, number, place, token = best
    answer = [*found[number].answer_ids[:place], token]
    swapped = dataclasses.replace(
        found[number],
        answer_ids=answer,
        log_probabilities=found[number].log_probabilities[: place + 1],
        seconds=[*found[number].seconds[:place], (-1, 1.0)],
    )
    return gap, [*found[:number], swapped, *found[number + 1 :]]


def test_a_near_tie_is_counted_and_a_wider_gap_is_not_one(monkeypatch):
    with LlamaModel(shared_gguf("starter")) as model:
        gap, found = swapped_at_the_closest_place(references(shared_model("starter")), model)
        assert gap < 0.05
        proof = prove_answers(model, found, threads=1)
        assert (proof.answers, proof.equal + proof.near_ties) == (6, 6)
        assert proof.near_ties >= 1
        monkeypatch.setattr("tunesmith_trainer.prove_answers.NEAR_TIE", gap / 2)
        with pytest.raises(AppError, match="does not answer like"):
            prove_answers(model, found, threads=1)


def test_equal_choices_with_other_probabilities_are_found(tmp_path):
    # Halving the head's weights leaves every best token the best, and makes all less sure.
    folder = shared_model("starter")
    changed = tmp_path / "changed"
    shutil.copytree(folder, changed)
    weights = load_file(changed / "model.safetensors")
    weights["lm_head.weight"] /= 2
    save_file(weights, changed / "model.safetensors", metadata={"format": "pt"})
    file = to_gguf(changed, tmp_path / "m.gguf")
    with LlamaModel(file) as model, pytest.raises(AppError) as caught:
        prove_answers(model, references(folder), threads=1)
    assert caught.value.code == "export_not_proven"
    assert caught.value.params["expected"] == caught.value.params["found"]


def test_the_reference_computes_in_float32_from_16_bit_weights():
    folder = shared_model("llama3")
    side = text_side(folder)
    prompts = [side.tokenizer.encode("Hello, what is 12 + 30?"), side.tokenizer.encode("def f")]
    wide = load_causal(folder, torch.float32)
    narrow = load_causal(folder, torch.bfloat16)
    compute_in_float32(narrow)
    with torch.inference_mode():
        ids = torch.tensor([prompts[0]])
        assert narrow(ids).logits.dtype == torch.float32
        assert torch.allclose(wide(ids).logits, narrow(ids).logits, atol=1e-3, rtol=1e-3)
    assert next(narrow.parameters()).dtype == torch.bfloat16
    assert generate_answers(wide, prompts, {1}, 12) == generate_answers(narrow, prompts, {1}, 12)


def test_softmax():
    row = np.array([1000.0, 1001.0, -1000.0], dtype=np.float32)
    assert np.allclose(softmax(row), [1 / (1 + np.e), np.e / (1 + np.e), 0])
