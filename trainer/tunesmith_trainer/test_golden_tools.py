from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .golden_tools import TOOL_ROWS, tool_prompts, write_tool_prompts
from .rows import TokenRow
from .template import freeze
from .testing_templates import NAMES, frozen, read_template, template_files, tokenizer_for
from .tokenize_rows import takes_tools

FILES = {file.name: file for file in template_files()}
QWEN = "Qwen-Qwen2.5-7B-Instruct.jinja"


def definition(name: str) -> dict[str, Any]:
    parameters = {"type": "object", "properties": {"name": {"type": "string"}}}
    return {
        "type": "function",
        "function": {"name": name, "description": "", "parameters": parameters},
    }


def row(id: str, *tools: str) -> TokenRow:
    call = {"type": "function", "function": {"name": "find", "arguments": {"name": "Sol"}}}
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": f"Which colour is {id}?"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": "cafe\u0301"},
        {"role": "assistant", "content": "White."},
    ]
    return TokenRow(id, messages, [], [], [], "", [definition(name) for name in tools] or None)


def plain(id: str) -> TokenRow:
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    return TokenRow(id, messages, [], [], [], "")


def test_a_prompt_is_what_training_renders_before_the_last_answer() -> None:
    template, tokenizer = frozen(FILES[QWEN]), tokenizer_for(read_template(FILES[QWEN]))
    one = row("a:1", "find")
    [found] = tool_prompts(template, tokenizer, [plain("a:0"), one], 0)
    assert found["id"] == "a:1"
    assert found["messages"] == one.messages[:-1]
    assert found["tools"] == one.tools
    assert found["prompt"] == template.render(one.messages[:-1], True, one.tools)
    assert '"name": "find"' in found["prompt"]
    assert found["prompt"].endswith("<|im_start|>assistant\n")
    assert found["ids"] == tokenizer.encode(found["prompt"])


@pytest.mark.parametrize("count", [1, 2, 10, 43])
def test_rare_definitions_are_among_those_of_a_common_kind(count: int) -> None:
    template, tokenizer = frozen(FILES[QWEN]), tokenizer_for(read_template(FILES[QWEN]))
    rows = [row(f"a:{i}", "find") for i in range(count)] + [row("rare", "find", "other")]
    first, again = (tool_prompts(template, tokenizer, rows, 7) for _ in range(2))
    assert first == again
    assert len(first) == min(count + 1, TOOL_ROWS)
    assert len({entry["id"] for entry in first}) == len(first)
    assert "rare" in {entry["id"] for entry in first}


def test_rows_without_tools_make_no_file(tmp_path: Path) -> None:
    template, tokenizer = frozen(FILES[QWEN]), tokenizer_for(read_template(FILES[QWEN]))
    file = tmp_path / "golden-tools.jsonl"
    write_tool_prompts(file, tool_prompts(template, tokenizer, [plain("a")], 0))
    assert not file.exists()
    write_tool_prompts(file, tool_prompts(template, tokenizer, [row("b", "find")], 0))
    assert [json.loads(line)["id"] for line in file.open(encoding="utf-8")] == ["b"]


def test_what_templates_do_with_tools() -> None:
    everything = {"definitions": True, "calls": True, "results": True}
    for name in (QWEN, "meta-llama-Llama-3.1-8B-Instruct.jinja"):
        assert takes_tools(frozen(FILES[name])) == everything
    chatml = "{% for m in messages %}{{ m.role }}\n{{ m.content }}<|im_end|>{% endfor %}"
    template = freeze(chatml, "x", dict(NAMES))
    assert takes_tools(template) == {"definitions": False, "calls": False, "results": True}
    phi = takes_tools(frozen(FILES["microsoft-Phi-3.5-mini-instruct.jinja"]))
    assert phi == {"definitions": False, "calls": False, "results": False}
    refusing = "{% if tools %}{{ raise_exception('no tools') }}{% endif %}" + chatml
    assert not takes_tools(freeze(refusing, "x", dict(NAMES)))["definitions"]
