from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from .errors import AppError
from .template import ChatTemplate, freeze, load_template, thinking_values, thinks, with_system
from .template_environment import ChatEnvironment
from .testing_models import shared_model
from .testing_templates import (
    NAMES,
    case_name,
    frozen,
    read_template,
    template_cases,
    template_files,
)
from .tokenizer import load_tokenizer

USER = {"role": "user", "content": "Größe <b>?</b> “x” & 日本"}
CONVERSATIONS = [
    ([USER], True),
    ([{"role": "system", "content": "Be brief."}, USER], True),
    ([USER, {"role": "assistant", "content": "Yes.\n\nNo."}], False),
    (
        [USER, {"role": "assistant", "content": "Yes."}, {"role": "user", "content": "Why?"}],
        True,
    ),
]
FILES = template_files()


def rendered_by_transformers(source: str, messages: Any, prompt: bool, **more: Any) -> str | None:
    """What Transformers' own compiled template gives, or None where it raises."""
    from transformers.utils.chat_template_utils import _compile_jinja_template

    template = _compile_jinja_template(source)
    try:
        return template.render(messages=messages, add_generation_prompt=prompt, **NAMES, **more)
    except Exception:
        return None


@pytest.mark.parametrize(("file", "thinking"), template_cases(), ids=case_name)
def test_it_renders_like_transformers(file: Path, thinking: bool) -> None:
    source = read_template(file)
    template = frozen(file, thinking)
    # Freezing writes the switch into the template; Transformers is given it as a value.
    switches = thinking_values(thinking)
    compared = 0
    for messages, prompt in CONVERSATIONS:
        expected = rendered_by_transformers(source, messages, prompt, **switches)
        try:
            found: str | None = template.render(messages, prompt)
        except AppError:
            found = None
        if template.reads_clock and expected != found:
            # Transformers' clock is the machine's: the rest of the text must be the same.
            expected = _without_dates(expected)
            found = _without_dates(found)
        assert found == expected
        compared += expected is not None
    assert compared or "firefunction" in file.name, "this one demands a list of functions"


def _without_dates(text: str | None) -> str | None:
    months = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
    pattern = (
        rf"\d{{1,2}} (?:{months})\w* \d{{4}}|(?:{months})\w* \d{{1,2}}, \d{{4}}|\d{{4}}-\d\d-\d\d"
    )
    return None if text is None else re.sub(pattern, "DATE", text)


@pytest.mark.parametrize("family", ["starter", "llama3", "phi3", "gemma3", "llama2"])
def test_ids_are_those_of_apply_chat_template(family: str) -> None:
    from transformers import PreTrainedTokenizerFast

    folder = shared_model(family)
    tokenizer = load_tokenizer(folder)
    template = load_template(folder, tokenizer)
    theirs = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), chat_template=template.original,
        **tokenizer.names,
    )  # fmt: skip
    messages = [USER, {"role": "assistant", "content": "Yes."}, USER]
    expected = theirs.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
    assert tokenizer.encode(template.render(messages, True)) == expected


def test_a_frozen_clock_always_tells_the_same_day() -> None:
    source = "{{ strftime_now('%d %b %Y') }}{{ messages[0].content }}"
    template = freeze(source, "x", {}, date(2026, 11, 22))
    assert template.reads_clock
    assert template.render([USER]).startswith("22 Nov 2026")
    assert "strftime_now" not in template.source


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_clock_is_left_in_a_frozen_template(file: Path) -> None:
    assert "strftime_now(" not in frozen(file).source


def test_a_thinking_switch_is_fixed_in_the_source_itself() -> None:
    source = "{% if enable_thinking %}think{% else %}answer{% endif %}"
    on, off = (freeze(source, "x", {}, thinking=value) for value in (True, False))
    assert (on.thinking, off.thinking) == ("on", "off")
    assert rendered_by_transformers(on.source, [], False, enable_thinking=False) == "think"
    assert rendered_by_transformers(off.source, [], False, enable_thinking=True) == "answer"


def test_freezing_changes_no_white_space() -> None:
    source = "\n  {% if enable_thinking is defined %}\n  x\n  {% endif %}\n  y\n"
    frozen_template = freeze(source, "x", {})
    expected = rendered_by_transformers(source, [], False, enable_thinking=False)
    assert frozen_template.render([]) == expected


@pytest.mark.parametrize(
    "source",
    [
        "{{ messages.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ messages.append(1) }}",
        "{% set ns = namespace(x=1) %}{% set ns.__init__ = 1 %}",
        "{{ cycler.__init__.__globals__.os.system('id') }}",
    ],
)
def test_a_template_cannot_leave_its_sandbox(source: str) -> None:
    with pytest.raises(AppError) as caught:
        freeze(source, "x", {}).render([USER])
    assert caught.value.code == "template_failed"


def test_generation_marks_give_spans_of_the_plain_text() -> None:
    source = (
        "{% for m in messages %}[{% if m.role == 'assistant' %}{% generation %}{{ m.content }}"
        "{% endgeneration %}{% else %}{{ m.content }}{% endif %}]{% endfor %}"
    )
    template = freeze(source, "x", {})
    marked = template.render_marked([USER, {"role": "assistant", "content": "Yes."}])
    assert marked is not None
    text, spans = marked
    assert text == template.render([USER, {"role": "assistant", "content": "Yes."}])
    assert [text[a:b] for a, b in spans] == ["Yes."]


def make_folder(folder: Path, config: dict[str, Any], **files: str) -> Path:
    folder.mkdir()
    model = shared_model("starter")
    (folder / "tokenizer.json").write_bytes((model / "tokenizer.json").read_bytes())
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def load(folder: Path) -> ChatTemplate:
    return load_template(folder, load_tokenizer(folder))


def test_the_file_counts_before_the_config(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "m", {"chat_template": "config"}, chat_template__jinja="file")
    assert load(folder).render([USER]) == "file"
    assert load(folder).origin == "chat_template.jinja"


def test_of_several_templates_the_default_is_taken(tmp_path: Path) -> None:
    several = [{"name": "tools", "template": "a"}, {"name": "default", "template": "b"}]
    folder = make_folder(tmp_path / "m", {"chat_template": several})
    assert load(folder).render([USER]) == "b"


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({}, "model_no_template"),
        ({"chat_template": "  "}, "model_no_template"),
        ({"chat_template": "{% if %}"}, "template_failed"),
        (
            {"chat_template": [{"name": n, "template": "x"} for n in ("a", "b")]},
            "template_ambiguous",
        ),
    ],
)
def test_a_model_without_a_usable_template_is_refused(
    tmp_path: Path, config: dict[str, Any], code: str
) -> None:
    with pytest.raises(AppError) as caught:
        load(make_folder(tmp_path / "m", config))
    assert caught.value.code == code


def test_the_served_system_prompt_is_put_in_where_a_row_has_none() -> None:
    own = [{"role": "system", "content": "Mine."}, USER]
    assert with_system([USER], "Served.") == [{"role": "system", "content": "Served."}, USER]
    assert with_system(own, "Served.") == own
    assert with_system([USER], "") == [USER]


def test_thinking_is_found_in_answers_alone() -> None:
    def answer(text: str) -> list[dict[str, str]]:
        return [USER, {"role": "assistant", "content": text}]

    assert thinks([answer("x"), answer("<think>\nHm.\n</think>\nYes.")])
    assert not thinks([answer("<think>\n\n</think>\n\nYes.")])
    assert not thinks([[{"role": "user", "content": "<think>Hm.</think>"}]])


def test_a_date_that_serving_passes_changes_nothing() -> None:
    """llama.cpp passes `date_string` and `datetime` of today to every template."""
    source = (
        "{%- if not date_string is defined %}{%- set date_string = '26 Jul 2024' %}{%- endif -%}"
        "{{ date_string }}{{ datetime | default('') }}{{ messages[0]['content'] }}"
    )
    frozen = freeze(source, "test", {})
    environment = ChatEnvironment(frozen.day)
    messages = [{"role": "user", "content": "Hi"}]
    trained = frozen.render(messages, add_generation_prompt=False)
    served = environment.from_string(frozen.source).render(
        messages=messages, date_string="22 Nov 2026", datetime="Nov 22 2026"
    )
    assert served == trained == "26 Jul 2024Hi"
