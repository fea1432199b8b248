"""The embedded template, the choice of a pre-tokenizer, the name in the GGUF."""

import dataclasses
import json
from datetime import date
from pathlib import Path

import pytest

from tunesmith_trainer.errors import AppError
from tunesmith_trainer.export_template import PADDING, template_for_export
from tunesmith_trainer.gguf_vocabulary import adds_space_prefix, is_sentencepiece, model_name
from tunesmith_trainer.golden import golden_conversations
from tunesmith_trainer.llama_library import engine_folder
from tunesmith_trainer.pretokenizer import NAMES, llama_cpp_name, read_tokenizer, steps
from tunesmith_trainer.template import freeze, thinking_values, thinks
from tunesmith_trainer.testing_export import text_side
from tunesmith_trainer.testing_models import LLAMA3_REGEX, QWEN2_REGEX, shared_model
from tunesmith_trainer.testing_templates import (
    case_name,
    frozen,
    read_template,
    template_cases,
    template_files,
)
from tunesmith_trainer.unicode_form import unicode_form

TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}
DAY = date(2026, 11, 22)


def bundled_templates() -> list[Path]:
    return sorted((engine_folder() / "source" / "models" / "templates").glob("*.jinja"))


@pytest.mark.parametrize("file", bundled_templates(), ids=lambda f: f.stem)
def test_padding_changes_no_template_of_the_bundle(file):
    template = freeze(file.read_text(encoding="utf-8"), file.name, TOKENS)
    embedded = template_for_export(template, list(golden_conversations().items()))
    assert embedded == PADDING + template.source
    # 200 edits at least, where Ollama replaces a template within 100 of one it knows.
    assert embedded.count("~") - template.source.count("~") == 200


def rendered_while_serving(source, messages, prompt, **given):
    """What Transformers' own template gives, or None where it raises."""
    from transformers.utils.chat_template_utils import _compile_jinja_template

    try:
        return _compile_jinja_template(source).render(
            messages=messages, add_generation_prompt=prompt, **TOKENS, **given
        )
    except Exception:
        return None


def rendered_in_training(template, messages, prompt):
    try:
        return template.render(messages, prompt)
    except AppError:
        return None


@pytest.mark.parametrize(("file", "thinking"), template_cases(), ids=case_name)
def test_the_exported_template_gives_training_s_prompt_whatever_is_asked_while_serving(
    file, thinking
):
    """Without variables, and with the switch that llama.cpp and Ollama pass by themselves."""
    template = frozen(file, thinking)
    talks = golden_conversations()
    embedded = template_for_export(template, list(talks.items()))
    servings = [{}]
    if template.thinking != "none":
        servings += [thinking_values(True), thinking_values(False)]
    for id in ("one-turn", "one-turn-system", "three-turns", "emoji-joiners"):
        for prompt in (True, False):
            expected = rendered_in_training(template, talks[id], prompt)
            for given in servings:
                found = rendered_while_serving(embedded, talks[id], prompt, **given)
                assert found == expected, (id, given)


THINKING = "<think>\nFour letters.\n</think>\n\nIt is blue."


@pytest.mark.parametrize("name", ["Qwen-Qwen3-0.6B", "HuggingFaceTB-SmolLM3-3B", "Qwen3.5-4B"])
def test_the_switch_is_what_the_answers_had(name):
    """An answer learned follows the very prompt that serving gives, thinking or not."""
    [file] = [f for f in template_files() if f.stem == name]
    talk = [{"role": "user", "content": "What colour?"}]
    for answer in ("It is blue.", THINKING):
        rows = [[*talk, {"role": "assistant", "content": answer}]]
        template = freeze(read_template(file), file.name, TOKENS, DAY, thinks(rows))
        prompt, learned = template.render(talk, True), template.render(rows[0])
        assert learned.startswith(prompt)
        assert ("Four letters." in learned) == (answer == THINKING)
        # Without thoughts in the data, none are asked for: the block is closed in the prompt.
        assert ("</think>" in prompt.rpartition("What colour?")[2]) == (answer != THINKING)


def test_a_template_that_padding_changes_is_refused():
    # Jinja drops a newline behind a comment: here it would be one that training rendered.
    template = freeze("\n{{ messages[0]['content'] }}", "x", {})
    with pytest.raises(AppError) as caught:
        template_for_export(template, list(golden_conversations().items()))
    assert caught.value.code == "export_template_changed"


def tokenizer_json(*parts, ignore_merges=False):
    return {
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": list(parts)},
        "model": {"type": "BPE", "ignore_merges": ignore_merges, "vocab": {}},
    }


BYTES = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False}
GPT2 = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}


def split(regex, behavior="Isolated", invert=False):
    return {"type": "Split", "pattern": {"Regex": regex}, "behavior": behavior, "invert": invert}


@pytest.mark.parametrize(
    ("tokenizer", "expected"),
    [
        (tokenizer_json(GPT2), "gpt-2"),
        (tokenizer_json({"type": "Digits", "individual_digits": True}, GPT2), "smollm"),
        (tokenizer_json({"type": "Digits", "individual_digits": False}, GPT2), None),
        (tokenizer_json(split(LLAMA3_REGEX), BYTES, ignore_merges=True), "llama-bpe"),
        (tokenizer_json(split(LLAMA3_REGEX), BYTES), "dbrx"),
        (tokenizer_json(split(QWEN2_REGEX), BYTES), "qwen2"),
        (tokenizer_json(split(QWEN2_REGEX, "Removed", True), BYTES), "qwen2"),
        (tokenizer_json(split(QWEN2_REGEX, "MergedWithNext"), BYTES), None),
        (tokenizer_json(split(QWEN2_REGEX), BYTES, ignore_merges=True), None),
        (tokenizer_json(split(r"\p{L}+"), BYTES), None),
        (tokenizer_json(split(QWEN2_REGEX)), None),
        (tokenizer_json({**GPT2, "add_prefix_space": True}), None),
        (tokenizer_json({"type": "Whitespace"}, GPT2), None),
        ({"pre_tokenizer": None, "model": {"vocab": {}}}, None),
        ({"pre_tokenizer": GPT2, "model": {"vocab": {}}}, "gpt-2"),
    ],
)
def test_the_pre_tokenizer_follows_from_the_structure(tokenizer, expected):
    assert llama_cpp_name(tokenizer) == expected


def test_every_name_is_one_that_llama_cpp_knows():
    source = engine_folder() / "source" / "src" / "llama-vocab.cpp"
    code = source.read_text(encoding="utf-8")
    for names in NAMES.values():
        for name in filter(None, names):
            assert f'tokenizer_pre == "{name}"' in code


def test_the_table_holds_the_expressions_that_llama_cpp_quotes():
    source = engine_folder() / "source" / "src" / "llama-vocab.cpp"
    quoted = source.read_text(encoding="utf-8").replace("\\\\", "\\")
    for regex in (key[-1] for key in NAMES if len(key) == 1 and len(key[0]) > 9):
        assert regex in quoted or regex.replace("(?i:'s|'t|'re|'ve|'m|'ll|'d)", "(?:'[sS]|'[tT]|"
            "'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])") in quoted, regex  # fmt: skip


def test_sentencepiece_is_told_from_byte_level():
    spm, bytes_ = read_tokenizer(shared_model("phi3")), read_tokenizer(shared_model("starter"))
    assert is_sentencepiece(spm)
    assert not is_sentencepiece(bytes_)
    assert steps(spm.get("pre_tokenizer")) is None
    assert adds_space_prefix(spm)
    assert not adds_space_prefix(read_tokenizer(shared_model("gemma3")))


def test_unicode_forms():
    assert unicode_form(read_tokenizer(shared_model("qwen3"))) == "NFC"
    assert unicode_form(read_tokenizer(shared_model("starter"))) is None
    nested = {"normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"}]}}
    assert unicode_form(nested) == "NFKC"


def test_a_name_sets_off_no_rule_of_llama_cpp():
    plain, phi3 = read_tokenizer(shared_model("starter")), read_tokenizer(shared_model("phi3"))
    assert model_name("sky", plain) == "sky"
    assert model_name("my-Phi-3-cook", plain) == "my-Phi 3-cook"
    assert model_name("phi3", plain) == "phi 3"
    assert model_name("modern-bert fan", plain) == "modern bert fan"
    assert model_name("sky", phi3) == "sky (phi-3)"


def test_the_training_template_is_what_is_embedded():
    side = text_side(shared_model("llama3"))
    clocked = dataclasses.replace(side.template, source="{# c #}" + side.template.source)
    assert template_for_export(clocked, []).endswith(clocked.source)
    assert json.loads(json.dumps(PADDING)) == PADDING
