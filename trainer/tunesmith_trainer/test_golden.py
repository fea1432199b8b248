import json
import unicodedata

from tunesmith_trainer.golden import golden_conversations, golden_prompts, read_golden, write_golden
from tunesmith_trainer.testing_export import text_side
from tunesmith_trainer.testing_models import shared_model


def test_there_are_conversations_of_every_kind():
    talks = golden_conversations()
    text = json.dumps(list(talks.values()), ensure_ascii=False)
    assert len(talks) >= 24
    assert all(talk[-1]["role"] == "user" for talk in talks.values())
    assert sum(talk[0]["role"] == "system" for talk in talks.values()) >= 5
    assert max(len(talk) for talk in talks.values()) >= 7
    assert "\u200d" in text
    assert unicodedata.normalize("NFC", text) != text
    assert any(len(m["content"]) > 4000 for talk in talks.values() for m in talk)
    blanks = [m["content"] for talk in talks.values() for m in talk]
    assert any(b.startswith(" ") for b in blanks)
    assert any(b.endswith(" ") for b in blanks)
    roles = ["".join(m["role"][0] for m in talk) for talk in talks.values()]
    assert any("uu" in r for r in roles)
    assert any("aa" in r for r in roles)


def test_prompts_are_what_training_renders_and_feeds():
    side = text_side(shared_model("starter"))
    prompts = {p["id"]: p for p in golden_prompts(side.template, side.tokenizer, "Be brief.")}
    one = prompts["one-turn"]
    assert one["messages"][0] == {"role": "system", "content": "Be brief."}
    assert one["prompt"].endswith("<|im_start|>assistant\n")
    assert one["prompt"].startswith("<|im_start|>system\nBe brief.<|im_end|>\n")
    assert one["ids"] == side.tokenizer.encode(one["prompt"])
    own = prompts["one-turn-system"]["messages"]
    assert [m["content"] for m in own if m["role"] == "system"] == ["You are a helpful assistant."]


def test_what_a_template_refuses_is_kept_apart(tmp_path):
    side = text_side(shared_model("mistral"))
    prompts = golden_prompts(side.template, side.tokenizer, None)
    write_golden(tmp_path / "golden.jsonl", prompts)
    accepted = read_golden(tmp_path / "golden.jsonl")
    rejected = read_golden(tmp_path / "golden-rejected.jsonl")
    assert len(accepted) + len(rejected) == len(golden_conversations())
    assert all({"id", "messages", "prompt", "ids"} == set(entry) for entry in accepted)
    assert {"one-turn-system", "system-later"} <= {entry["id"] for entry in rejected}
    assert all("only user and assistant" in entry["rejected"] for entry in rejected)
    assert len(accepted) >= 24


def test_texts_are_in_the_tokenizers_unicode_form():
    for family, composed in (("qwen3", True), ("starter", False)):
        side = text_side(shared_model(family))
        prompts = {p["id"]: p for p in golden_prompts(side.template, side.tokenizer, None)}
        [turn] = prompts["decomposed"]["messages"]
        assert ("\u0301" not in turn["content"]) == composed
        assert turn["content"] in prompts["decomposed"]["prompt"]
