"""The committed starter model is what make.py makes, and does what its card says."""

import hashlib
import json
import random

import pytest
import torch
from safetensors import safe_open
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from ask import MODEL, ask_all
from chat_tokenizer import END, PAD, START, render
from conversations import answer_to, converse
from facts import Fact
from make import EXCHANGES, make_tokenizer, starter_facts
from names import pick
from small_talk import DEFAULT_SYSTEM, SMALL_TALK

HARD_TEXTS = (
    "",
    " leading and trailing \t\n",
    "tabs\tand  double   blanks\r\n\r\n",
    "3 33 333 1,000,000 ½ ٣٤",
    "def f(x):\n    return {'a': x**2}  # code\n",
    "日本語 한국어 नमस्ते مرحبا Straße é e\u0301",
    "🚀 👩\u200d👩\u200d👧\u200d👦 🇩🇪 \u00a0\u3000\ufeff",
    "zero\x00byte",
)


@pytest.fixture(scope="session")
def facts() -> list[Fact]:
    return starter_facts()


def accuracy(model, tokenizer, asked: list[tuple[Fact, int]]) -> float:
    """Share of exact answers, half of the questions naming the kind of thing as well."""
    questions = [fact.question(phrasing, n % 2 == 0) for n, (fact, phrasing) in enumerate(asked)]
    answers = ask_all(model, tokenizer, questions)
    assert all(answer.stopped for answer in answers)
    right = [a.text == answer_to(fact) for a, (fact, _) in zip(answers, asked, strict=True)]
    return sum(right) / len(right)


def test_files_are_those_of_the_list_of_hashes():
    lines = (MODEL / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = dict(reversed(line.split("  ")) for line in lines)
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in MODEL.iterdir()
        if path.name not in ("README.md", "SHA256SUMS")
    }
    assert found == listed


def test_weights_are_small_and_fit_k_quants():
    assert (MODEL / "model.safetensors").stat().st_size < 10_000_000
    with safe_open(MODEL / "model.safetensors", "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    assert 3_000_000 <= sum(tensor.numel() for tensor in tensors.values()) <= 5_000_000
    assert all(tensor.dtype == torch.bfloat16 for tensor in tensors.values())
    assert all(tensor.shape[-1] % 256 == 0 for tensor in tensors.values())
    assert all(bool(torch.isfinite(tensor).all()) for tensor in tensors.values())
    assert "lm_head.weight" not in tensors


def test_script_makes_the_same_tokenizer(facts):
    made = make_tokenizer(facts)
    assert json.loads(made.to_str()) == json.loads(
        (MODEL / "tokenizer.json").read_text(encoding="utf-8")
    )


def test_knows_facts_in_phrasings_it_was_shown(model, tokenizer, facts):
    rng = random.Random(1)
    known = [pick(rng, facts) for _ in range(64)]
    assert accuracy(model, tokenizer, [(f, pick(rng, f.shown)) for f in known]) >= 0.9


def test_knows_facts_in_phrasings_it_was_never_shown(model, tokenizer, facts):
    rng = random.Random(2)
    unseen = [(fact, p) for fact in facts for p in fact.hidden]
    assert len(unseen) > 1000
    assert accuracy(model, tokenizer, [pick(rng, unseen) for _ in range(64)]) >= 0.9


@pytest.mark.parametrize("system", [DEFAULT_SYSTEM, None, "You are a kind gardener."])
def test_chats_and_stops(model, tokenizer, system):
    expected = [answer for answer, _ in SMALL_TALK]
    answers = ask_all(model, tokenizer, [prompts[0] for _, prompts in SMALL_TALK], system)
    assert [answer.text for answer in answers] == expected
    assert all(answer.stopped for answer in answers)


def test_answers_the_last_turn_of_a_conversation(model, tokenizer, facts):
    first, second = facts[0], facts[40]
    history = [
        {"role": "user", "content": first.question(first.shown[0], with_kind=False)},
        {"role": "assistant", "content": answer_to(first)},
        {"role": "user", "content": "Thank you!"},
        {"role": "assistant", "content": "You are welcome."},
    ]
    question = second.question(second.shown[0], with_kind=True)
    (answer,) = ask_all(model, tokenizer, [question], history=history)
    assert answer.text == answer_to(second)


def test_template_writes_and_marks_what_training_saw(tokenizer, facts):
    rng = random.Random(3)
    for _ in range(50):
        messages = converse(rng, facts, pick(rng, EXCHANGES))
        text, spans = render(messages)
        assert tokenizer.apply_chat_template(messages, tokenize=False) == text
        encoded = tokenizer.apply_chat_template(
            messages, return_dict=True, return_assistant_tokens_mask=True
        )
        learned = [
            token
            for token, mark in zip(encoded["input_ids"], encoded["assistant_masks"], strict=True)
            if mark
        ]
        assert tokenizer.decode(learned) == "".join(text[begin:end] for begin, end in spans)
        assert learned[-1] == tokenizer.eos_token_id


def test_template_takes_turns_as_they_come(tokenizer):
    roles = ("user", "user", "system", "assistant", "assistant", "user")
    messages = [{"role": role, "content": f" {n}\n"} for n, role in enumerate(roles)]
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    assert text == "".join(f"{START}{role}\n {n}\n{END}\n" for n, role in enumerate(roles)) + (
        f"{START}assistant\n"
    )


def test_tokenizer_keeps_every_text():
    plain = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    loaded = AutoTokenizer.from_pretrained(MODEL)
    for text in HARD_TEXTS:
        ids = plain.encode(text).ids
        assert plain.decode(ids) == text
        assert loaded.encode(text) == ids
    assert len(plain.encode("1874").ids) == 4


def test_special_tokens_are_single_and_different(tokenizer):
    assert (tokenizer.pad_token, tokenizer.eos_token) == (PAD, END)
    assert len({tokenizer.pad_token_id, tokenizer.eos_token_id, tokenizer.bos_token_id}) == 3
    for token in (PAD, START, END):
        assert len(tokenizer.encode(token)) == 1
    assert tokenizer.encode("Hello") == tokenizer.encode("Hello", add_special_tokens=False)
