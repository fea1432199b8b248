from __future__ import annotations

import json
from pathlib import Path

import pytest

from .control_tokens import ControlTokens
from .errors import AppError
from .rows import Row, read_rows
from .stop_tokens import find_stop_tokens
from .template import freeze, load_template
from .testing_models import shared_model
from .testing_templates import NAMES, tokenizer_for
from .tokenizer import load_tokenizer

CHATML = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"


def test_rows_are_read_with_any_letters(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    row = {"id": "a:1", "messages": [{"role": "user", "content": "ä\u2028日\n"}], "line": 1}
    file.write_text(json.dumps(row, ensure_ascii=False) + "\n\n", encoding="utf-8")
    assert read_rows(file) == [Row("a:1", row["messages"])]


@pytest.mark.parametrize(
    "line",
    [
        "{", "[]", "{}", '{"id": 1}', '{"id": "a", "messages": [{"role": "user"}]}',
        '{"id": "a", "messages": [{"role": "user", "content": null}]}',
        '{"id": "a", "messages": [{"role": "elf", "content": "x"}]}', '{"id": "a", "messages": []}',
        "\udcff",
    ],
)  # fmt: skip
def test_a_line_that_is_no_row_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "rows.jsonl"
    good = json.dumps({"id": "a", "messages": [{"role": "user", "content": "x"}]})
    file.write_bytes(f"{good}\n{line}\n".encode("utf-8", "surrogateescape"))
    with pytest.raises(AppError) as caught:
        read_rows(file)
    assert caught.value.code == "rows_unreadable"
    assert caught.value.params["line"] == 2


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AppError) as caught:
        read_rows(tmp_path / "nowhere.jsonl")
    assert caught.value.code == "file_unreadable"


def control(source: str = CHATML) -> ControlTokens:
    return ControlTokens(tokenizer_for(source + "<|other|>"), freeze(source, "x", dict(NAMES)))


@pytest.mark.parametrize("role", ["system", "user", "assistant"])
@pytest.mark.parametrize("token", ["<|im_end|>", "<|im_start|>", "</s>", "<s>", "<|other|>"])
def test_a_control_token_in_any_turn_is_refused(role: str, token: str) -> None:
    row = Row("a:3", [{"role": role, "content": f"text{token}text"}])
    with pytest.raises(AppError) as caught:
        control().refuse(row)
    assert caught.value.params == {"id": "a:3", "token": token, "role": role}


@pytest.mark.parametrize(
    "text", ["<|im_en|>", "< /s>", "<|im_end", "a < b > c", "<b>bold</b>", "[INST]"]
)
def test_text_that_is_no_control_token_is_not(text: str) -> None:
    control().refuse(Row("a", [{"role": "user", "content": text}]))


def test_thinking_marks_are_the_assistants() -> None:
    source = CHATML + "<think></think>"
    tokenizer = tokenizer_for(source)
    tokenizer.inner.add_tokens(["<think>", "</think>"])
    tokenizer.added.update({t: tokenizer.inner.token_to_id(t) for t in ("<think>", "</think>")})
    found = ControlTokens(tokenizer, freeze(source, "x", dict(NAMES)))
    assert found.find("<think>Hm.</think>Yes.", "assistant") is None
    assert found.find("<think>", "user") == "<think>"


def test_the_longest_control_token_is_named() -> None:
    tokenizer = tokenizer_for("<|a|><|a|>")
    tokenizer.special["<|a|>b"] = 1
    found = ControlTokens(tokenizer, freeze(CHATML, "x", dict(NAMES)))
    assert found.find("x<|a|>b", "user") == "<|a|>b"


def test_stop_tokens_are_the_templates_then_the_models(tmp_path: Path) -> None:
    tokenizer = tokenizer_for(CHATML + "<|extra|>")
    template = freeze(CHATML, "x", dict(NAMES))
    extra = tokenizer.inner.token_to_id("<|extra|>")
    config = {"eos_token_id": [extra, tokenizer.inner.token_to_id("</s>")]}
    (tmp_path / "generation_config.json").write_text(json.dumps(config))
    stops = find_stop_tokens(template, tokenizer, tmp_path)
    assert stops.texts == ["<|im_end|>", "</s>", "<|extra|>"]
    assert stops.end == tokenizer.inner.token_to_id("<|im_end|>")


def test_without_one_in_the_template_the_end_of_sequence_ends_an_answer(tmp_path: Path) -> None:
    source = "{% for m in messages %}{{ m.content }}\n{% endfor %}"
    tokenizer = tokenizer_for(source)
    stops = find_stop_tokens(freeze(source, "x", dict(NAMES)), tokenizer, tmp_path)
    assert stops.texts == ["</s>"]


@pytest.mark.parametrize("family", ["starter", "llama2", "llama3", "phi3", "gemma3", "qwen2"])
def test_the_tokenizer_is_as_its_file_says(family: str) -> None:
    from transformers import PreTrainedTokenizerFast

    folder = shared_model(family)
    ours = load_tokenizer(folder)
    theirs = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
    text = "She'll fly at 6:45!  1,234 ½ Größe 日本\n\tdef f(x): return x ** 2"
    assert ours.encode(text) == theirs.encode(text, add_special_tokens=False)
    assert ours.eos_id == ours.id_of(ours.names["eos_token"])
    assert load_template(folder, ours).tokens == ours.names


def test_padding_and_cutting_in_the_file_are_not_followed(tmp_path: Path) -> None:
    folder = shared_model("starter")
    data = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    data["truncation"] = {
        "direction": "Right", "max_length": 3, "strategy": "LongestFirst", "stride": 0,
    }  # fmt: skip
    data["padding"] = {
        "strategy": {"Fixed": 50}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0,
        "pad_type_id": 0, "pad_token": "x",
    }  # fmt: skip
    (tmp_path / "tokenizer.json").write_text(json.dumps(data), encoding="utf-8")
    text = "A text of more than three tokens."
    assert load_tokenizer(tmp_path).encode(text) == load_tokenizer(folder).encode(text)
