from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from .errors import AppError
from .masking import Masked
from .rows import IGNORED, Row
from .template import freeze
from .testing_models import shared_model
from .testing_templates import (
    NAMES,
    case_name,
    frozen,
    read_template,
    template_cases,
    template_files,
    tokenizer_for,
)
from .tokenize_rows import RowTokenizer, row_tokenizer
from .tokenizer import TextTokenizer, load_tokenizer

FILES = template_files()
# One template demands a list of functions: see the test of it below.
CASES = [(file, on) for file, on in template_cases() if "firefunction" not in file.name]
NOWHERE = Path("no such folder")
ONE = [{"role": "user", "content": "Hi, who?"}, {"role": "assistant", "content": "It is me."}]
TWO = [
    *ONE,
    {"role": "user", "content": "Where?"},
    {"role": "assistant", "content": "Over there."},
]
# Templates of the bundle whose earlier answers are rendered as the last one is.
ALL_ANSWERS = {
    "Bielik-11B-v3.0-Instruct", "HuggingFaceTB-SmolLM3-3B", "LFM2-8B-A1B", "LFM2.5-8B-A1B",
    "Mistral-Small-3.2-24B-Instruct-2506", "Qwen-Qwen2.5-7B-Instruct", "Qwen3-Coder",
    "google-gemma-2-2b-it", "ibm-granite-granite-4.0", "meta-llama-Llama-3.1-8B-Instruct",
    "meta-llama-Llama-3.2-3B-Instruct", "microsoft-Phi-3.5-mini-instruct",
    "mistralai-Mistral-Nemo-Instruct-2407", "moonshotai-Kimi-K2", "upstage-Solar-Open-100B",
}  # fmt: skip


def learned(masked: Masked, tokenizer: TextTokenizer) -> list[str]:
    """Texts of the learned stretches of a row."""
    texts: list[list[int]] = [[]]
    for id, label in zip(masked.row.ids, masked.row.labels, strict=True):
        assert label in (id, IGNORED)
        if label != IGNORED:
            texts[-1].append(id)
        elif texts[-1]:
            texts.append([])
    return [tokenizer.decode(ids, skip_special=False) for ids in texts if ids]


@pytest.mark.parametrize(("file", "thinking"), CASES, ids=case_name)
@pytest.mark.parametrize("conversation", [ONE, TWO], ids=["one", "two"])
def test_answers_of_every_bundled_template(
    file: Path, thinking: bool, conversation: list[dict[str, str]]
) -> None:
    tokenizer = tokenizer_for(read_template(file))
    template = frozen(file, thinking)
    tokenize, stops = row_tokenizer(NOWHERE, tokenizer, template, None, "answers")
    masked = tokenize(Row("r", conversation))
    row = masked.row
    prompt = tokenizer.encode(template.render(conversation[:-1], True))
    assert row.prompt_ids == prompt
    assert row.ids[: len(prompt)] == prompt, "what is served begins what is learned"
    assert row.ids[-1] in stops.ids
    texts = learned(masked, tokenizer)
    assert "Over there." in texts[-1] or "It is me." in texts[-1]
    for text, ids in zip(texts, [tokenizer.encode(t) for t in texts], strict=True):
        assert ids[-1] in stops.ids, text
        assert "Hi, who?" not in text
        assert "Where?" not in text
    answers = sum(m["role"] == "assistant" for m in conversation)
    assert masked.complete == (len(texts) == answers)
    if masked.mode == "last":
        assert len(texts) == 1
    if file.stem in ALL_ANSWERS and not thinking:
        assert masked.complete
        assert masked.mode in ("prefix", "generation")


def test_a_template_that_demands_more_refuses_the_row() -> None:
    file = next(f for f in FILES if "firefunction" in f.name)
    tokenizer = tokenizer_for(read_template(file))
    tokenize, _ = row_tokenizer(NOWHERE, tokenizer, frozen(file), None, "answers")
    with pytest.raises(AppError) as caught:
        tokenize(Row("r", ONE))
    assert caught.value.code == "row_template_failed"


def own(source: str, train_on: str = "answers", system: str | None = None) -> RowTokenizer:
    tokenizer = tokenizer_for(source)
    return row_tokenizer(NOWHERE, tokenizer, freeze(source, "x", dict(NAMES)), system, train_on)[0]


CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
MARKED = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}"
    "{% generation %}{{ m.content }}{% endgeneration %}<|im_end|>\n{% else %}{{ m.content }}"
    "<|im_end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def test_all_answers_and_their_end_tokens_are_learned() -> None:
    tokenize = own(CHATML)
    masked = tokenize(Row("r", TWO))
    texts = learned(masked, tokenize.masker.tokenizer)
    assert texts == ["It is me.<|im_end|>", "Over there.<|im_end|>"]
    assert masked.mode == "prefix"


def test_an_end_token_outside_the_marks_is_learned_too() -> None:
    tokenize = own(MARKED)
    masked = tokenize(Row("r", TWO))
    texts = learned(masked, tokenize.masker.tokenizer)
    assert texts == ["It is me.<|im_end|>", "Over there.<|im_end|>"]
    assert masked.mode == "generation"


def test_nothing_stands_behind_the_last_end_token() -> None:
    tokenize = own(CHATML)
    trailing = [*ONE, {"role": "user", "content": "And?"}]
    for messages in (ONE, trailing):
        row = tokenize(Row("r", messages)).row
        assert tokenize.masker.tokenizer.decode(row.ids[-1:], False) == "<|im_end|>"
        assert row.messages == ONE


def test_a_template_without_an_end_token_gets_one() -> None:
    source = (
        "{% for m in messages %}{{ '### ' + m.role + ': ' + m.content + '\n\n' }}{% endfor %}"
        "{% if add_generation_prompt %}### assistant: {% endif %}"
    )
    tokenize = own(source)
    masked = tokenize(Row("r", ONE))
    assert learned(masked, tokenize.masker.tokenizer) == ["It is me.</s>"]
    # Between two turns there is none, so the earlier answer cannot be learned.
    masked = tokenize(Row("r", TWO))
    assert learned(masked, tokenize.masker.tokenizer) == ["Over there.</s>"]
    assert (masked.mode, masked.complete) == ("last", False)


def test_a_template_that_drops_earlier_thinking_teaches_the_last_answer() -> None:
    source = (
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' and not "
        "loop.last %}{{ m.content.split('</think>')[-1] }}{% else %}{{ m.content }}{% endif %}"
        "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    tokenize = own(source)
    thinking = [dict(m) for m in TWO]
    for message in thinking:
        if message["role"] == "assistant":
            message["content"] = "<think>Hm.</think>" + message["content"]
    masked = tokenize(Row("r", thinking))
    texts = learned(masked, tokenize.masker.tokenizer)
    assert texts == ["<think>Hm.</think>Over there.<|im_end|>"]
    assert masked.mode == "last"


def test_a_prompt_that_does_not_begin_the_row_is_followed_by_the_answer() -> None:
    source = CHATML.replace(
        "<|im_start|>assistant\n{% endif %}", "<|im_start|>assistant\nOK: {% endif %}"
    )
    tokenize = own(source)
    masked = tokenize(Row("r", ONE))
    tokenizer = tokenize.masker.tokenizer
    assert masked.mode == "last"
    assert tokenizer.decode(masked.row.ids, False).endswith("assistant\nOK: It is me.<|im_end|>")
    assert learned(masked, tokenizer) == ["It is me.<|im_end|>"]


def test_everything_is_all_but_the_first_token() -> None:
    tokenize = own(CHATML, train_on="everything")
    row = tokenize(Row("r", TWO)).row
    assert row.labels == [IGNORED, *row.ids[1:]]


def test_the_first_token_is_never_learned() -> None:
    tokenize = own("{{ messages[-1].content if messages[-1].role == 'assistant' else '' }}</s>")
    with pytest.raises(AppError):
        tokenize(Row("r", [ONE[0]]))
    rows = [own(CHATML, t)(Row("r", ONE)).row for t in ("answers", "everything")]
    assert all(row.labels[0] == IGNORED for row in rows)


@pytest.mark.parametrize("content", ["", "  \n"])
def test_a_row_without_an_answer_is_refused(content: str) -> None:
    tokenize = own(CHATML)
    for messages in ([ONE[0]], [ONE[0], {"role": "assistant", "content": content}]):
        with pytest.raises(AppError) as caught:
            tokenize(Row("r", messages))
        assert caught.value.code == "row_no_answer"


def test_a_model_without_any_end_token_teaches_nothing() -> None:
    source = "{% for m in messages %}{{ m.content }}\n{% endfor %}"
    tokenizer = replace(tokenizer_for(source), names={})
    template = freeze(source, "x", {})
    tokenize, _ = row_tokenizer(NOWHERE, tokenizer, template, None, "answers")
    with pytest.raises(AppError) as caught:
        tokenize(Row("r", ONE))
    assert caught.value.code == "row_not_learnable"


def test_system_turns_where_the_template_takes_none() -> None:
    source = CHATML.replace(
        "{% for",
        "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}{% for",
    )
    tokenize = own(source, system="Served.")
    assert not tokenize.takes_system
    assert tokenize(Row("r", ONE)).row.messages == ONE
    with pytest.raises(AppError) as caught:
        tokenize(Row("r", [{"role": "system", "content": "Mine."}, *ONE]))
    assert caught.value.code == "row_template_failed"


@pytest.mark.parametrize("family", ["llama2", "phi3", "gemma3", "mistral", "llama3", "qwen3"])
def test_real_tokenizer_structures(family: str) -> None:
    folder = shared_model(family)
    tokenizer = load_tokenizer(folder)
    from .template import load_template

    template = load_template(folder, tokenizer)
    tokenize, stops = row_tokenizer(folder, tokenizer, template, None, "answers")
    conversation: list[Any] = TWO
    masked = tokenize(Row("r", conversation))
    texts = learned(masked, tokenizer)
    assert [t.removesuffix(stops.texts[0]).strip() for t in texts] == ["It is me.", "Over there."]
    assert masked.mode in ("prefix", "generation")
