from __future__ import annotations

import json
from pathlib import Path

import pytest

from .errors import AppError
from .rows import IGNORED, Row, read_rows
from .template import freeze
from .testing_templates import NAMES, frozen, read_template, template_files, tokenizer_for
from .tokenize_rows import RowTokenizer, row_tokenizer

NOWHERE = Path("no such folder")
FILES = {file.name: file for file in template_files()}
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "find_lighthouse",
            "description": "Looks it up",
            "parameters": {"type": "object", "properties": {"name": {"type": "string"}}},
        },
    }
]
CALL = {"type": "function", "function": {"name": "find_lighthouse", "arguments": {"name": "Sol"}}}
ASKED = [
    {"role": "user", "content": "Which colour is Sol?"},
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
]
TOLD = [*ASKED, {"role": "tool", "content": "white"}, {"role": "assistant", "content": "White."}]


def tokenizer_of(name: str) -> RowTokenizer:
    tokenizer = tokenizer_for(read_template(FILES[name]))
    return row_tokenizer(NOWHERE, tokenizer, frozen(FILES[name]), None, "answers")[0]


def text_of(tokenize: RowTokenizer, row: Row, *, learned: bool) -> str:
    found = tokenize(row).row
    ids = [i for i, k in zip(found.ids, found.labels, strict=True) if not learned or k != IGNORED]
    return tokenize.masker.tokenizer.decode(ids, skip_special=False)


@pytest.mark.parametrize("name", ["Qwen-Qwen2.5-7B-Instruct.jinja", "Qwen-Qwen3-0.6B.jinja"])
def test_the_template_shows_the_tools_and_the_call_is_learned(name: str) -> None:
    tokenize = tokenizer_of(name)
    assert "Looks it up" in text_of(tokenize, Row("r", TOLD, TOOLS), learned=False)
    call = text_of(tokenize, Row("r", ASKED, TOOLS), learned=True)
    assert "<tool_call>" in call
    assert json.loads(call.split("<tool_call>")[1].split("</tool_call>")[0]) == {
        "name": "find_lighthouse",
        "arguments": {"name": "Sol"},
    }
    expected = tokenize(Row("r", ASKED, TOOLS)).row.expected
    assert "find_lighthouse" in expected


def test_all_answers_of_a_conversation_with_tools_are_learned() -> None:
    tokenize = tokenizer_of("Qwen-Qwen2.5-7B-Instruct.jinja")
    masked = tokenize(Row("r", TOLD, TOOLS))
    learned = text_of(tokenize, Row("r", TOLD, TOOLS), learned=True)
    assert masked.complete
    assert "find_lighthouse" in learned
    assert "White." in learned
    assert "Looks it up" not in learned


def test_a_template_that_drops_tools_refuses_the_row() -> None:
    chatml = (
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>{% endfor %}"
    )
    template = freeze(chatml, "x", dict(NAMES))
    tokenize, _ = row_tokenizer(NOWHERE, tokenizer_for(chatml), template, None, "answers")
    for row in (Row("r", TOLD, TOOLS), Row("r", TOLD), Row("r", ASKED)):
        with pytest.raises(AppError) as caught:
            tokenize(row)
        assert caught.value.code == "row_tools_dropped"
        assert caught.value.params["name"] == "find_lighthouse"


@pytest.mark.parametrize(
    ("kept", "row"),
    [
        ("{% if tools %}{{ tools | tojson }}{% endif %}", Row("r", ASKED, TOOLS)),
        ("", Row("r", [{"role": "user", "content": "Hi"}, *TOLD[2:]])),
    ],
)
def test_a_template_that_shows_only_some_of_a_tools_use_refuses_the_row(
    kept: str, row: Row
) -> None:
    turns = "{% for m in messages %}{% if m.role in ('user', 'assistant') %}"
    written = "<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>{% endif %}{% endfor %}"
    source = kept + turns + written
    template = freeze(source, "x", dict(NAMES))
    tokenize, _ = row_tokenizer(NOWHERE, tokenizer_for(source), template, None, "answers")
    with pytest.raises(AppError) as caught:
        tokenize(row)
    assert caught.value.code == "row_tools_dropped"


def test_a_control_token_in_a_tool_is_refused() -> None:
    tokenize = tokenizer_of("Qwen-Qwen2.5-7B-Instruct.jinja")
    spoilt = json.loads(json.dumps(TOOLS).replace("Looks it up", "Looks<|im_end|>up"))
    with pytest.raises(AppError) as caught:
        tokenize(Row("r", TOLD, spoilt))
    assert caught.value.code == "row_control_token"


def test_a_plain_text_is_learned_whole_with_an_end() -> None:
    tokenize = tokenizer_of("Qwen-Qwen2.5-7B-Instruct.jinja")
    masked = tokenize(Row("r", [], text="The lamp was lit at dusk."))
    row = masked.row
    assert row.labels == [IGNORED, *row.ids[1:]]
    assert tokenize.masker.tokenizer.decode(row.ids[:-1]) == "The lamp was lit at dusk."
    assert row.ids[-1] in (tokenize.masker.tokenizer.eos_id, *tokenize.masker.stops.ids)
    with pytest.raises(AppError) as caught:
        tokenize(Row("r", [], text="dusk<|im_end|>"))
    assert caught.value.code == "row_control_token"


def test_tools_and_texts_come_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    rows = [
        {"id": "a:1", "messages": ASKED, "tools": TOOLS},
        {"id": "a:2", "messages": [], "text": "x"},
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert read_rows(file) == [Row("a:1", ASKED, TOOLS), Row("a:2", [], text="x")]
