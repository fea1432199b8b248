"""Each kind of adapter: merged, converted, and answering like its merged model."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tunesmith_trainer import merge
from tunesmith_trainer.errors import AppError
from tunesmith_trainer.golden import golden_prompts
from tunesmith_trainer.llama_cpp import LlamaModel
from tunesmith_trainer.merge import is_merged, merge_adapter, stored_dtype
from tunesmith_trainer.prove_answers import prove_answers
from tunesmith_trainer.prove_tokens import proof_texts, prove_tokens
from tunesmith_trainer.reference import held_out_prompts, reference_answers
from tunesmith_trainer.testing_export import text_side, to_gguf, train_adapter
from tunesmith_trainer.testing_models import shared_model

TIED = {"tie_word_embeddings": True}
BOTH = ["lm_head", "embed_tokens"]
# name: family, the model's overrides, whether in 4 bit, LoRA settings
CASES = {
    "lora": ("starter", {}, False, {}),
    "4-bit-dora": ("llama3", {}, True, {"use_dora": True}),
    "4-bit-bias": ("qwen2", {}, True, {"bias": "all"}),
    "rslora-64": ("qwen3", {}, False, {"r": 64, "lora_alpha": 64, "use_rslora": True}),
    "saved-embeddings-tied": ("starter", TIED, False, {"modules_to_save": ["embed_tokens"]}),
    "saved-head-tied": ("smollm3", TIED, False, {"modules_to_save": ["lm_head"]}),
    "saved-both-tied": ("starter", TIED, False, {"modules_to_save": BOTH}),
    "saved-both-untied": ("smollm3", {}, False, {"modules_to_save": BOTH}),
    "saved-both-parted": ("qwen2", TIED, False, {"modules_to_save": BOTH, "keep_tied": False}),
    "bias-all": ("qwen2", {}, False, {"bias": "all"}),
    "bias-lora-only": ("qwen2", {}, False, {"bias": "lora_only"}),
    "fused-layers": ("phi3", {}, False, {}),
    "dora-tied": ("gemma3", TIED, False, {"use_dora": True}),
}


def merged(base: Path, adapter: Path, target: Path):
    tokenizer = text_side(base).tokenizer
    probes = [tokenizer.encode(t) for t in ("Who keeps the light on Mirn? 12", "def f(x):\n")]
    stamp = {"adapter": "a"}
    return merge_adapter(base, adapter, target, template="{{ x }}", stamp=stamp, probes=probes)


@pytest.mark.parametrize("case", CASES)
def test_adapter_merges_converts_and_answers_like_its_merged_model(case, tmp_path):
    family, overrides, four_bit, settings = CASES[case]
    base = shared_model(family, **overrides)
    train_adapter(base, tmp_path / "adapter", four_bit=four_bit, **settings)
    result = merged(base, tmp_path / "adapter", tmp_path / "merged")
    assert result["effect"] > 0.02  # the adapter does something
    assert result["difference"] < 0.1 * result["effect"]
    side = text_side(base)
    golden = golden_prompts(side.template, side.tokenizer, None)
    (tmp_path / "merged" / "chat_template.jinja").write_text(side.template.source)
    with LlamaModel(to_gguf(tmp_path / "merged", tmp_path / "m.gguf")) as model:
        prove_tokens(model, side.tokenizer, proof_texts(side.tokenizer, side.template, [], [], 0))
        references = reference_answers(
            tmp_path / "merged", held_out_prompts([], golden), side.stops.ids, "cpu", 10**5
        )
        proof = prove_answers(model, references, threads=1)
    assert proof.answers == 16
    assert proof.equal + proof.near_ties == 16


def test_tokenizer_files_are_copied_byte_for_byte(tmp_path):
    base = shared_model("phi3")
    train_adapter(base, tmp_path / "adapter")
    merged(base, tmp_path / "adapter", tmp_path / "merged")
    for name in ("tokenizer.json", "tokenizer.model", "tokenizer_config.json"):
        assert (tmp_path / "merged" / name).read_bytes() == (base / name).read_bytes()
    assert (tmp_path / "merged" / "chat_template.jinja").read_text() == "{{ x }}"
    assert is_merged(tmp_path / "merged", {"adapter": "a"})
    assert not is_merged(tmp_path / "merged", {"adapter": "b"})
    # One other byte, and it is a merge of something else.
    file = next((tmp_path / "merged").glob("*.safetensors"))
    weights = bytearray(file.read_bytes())
    weights[-1] ^= 1
    file.write_bytes(weights)
    assert not is_merged(tmp_path / "merged", {"adapter": "a"})
    assert not (tmp_path / "merged.part").exists()


def test_large_models_are_written_in_shards(tmp_path, monkeypatch):
    base = shared_model("starter")
    train_adapter(base, tmp_path / "adapter")
    monkeypatch.setattr(merge, "SHARD_SIZE", "100KB")
    merged(base, tmp_path / "adapter", tmp_path / "merged")
    assert len(list((tmp_path / "merged").glob("model-*.safetensors"))) > 1
    index = json.loads((tmp_path / "merged" / "model.safetensors.index.json").read_text())
    assert "model.norm.weight" in index["weight_map"]


@pytest.mark.parametrize(
    ("scale", "expected"), [(1.0, torch.float16), (1e6, torch.bfloat16)], ids=["fits", "too-large"]
)
def test_a_float32_base_becomes_16_bits_that_hold_its_weights(tmp_path, scale, expected):
    base = shared_model("starter", seed=3)
    wide = tmp_path / "wide"
    model = merge.load_causal(base, torch.float32)
    with torch.no_grad():
        model.model.norm.weight.mul_(scale)
        model.lm_head.weight.div_(scale)
    merge.write_model(model, base, wide, "{{ x }}")
    assert stored_dtype(wide) == torch.float32
    train_adapter(wide, tmp_path / "adapter")
    merged(wide, tmp_path / "adapter", tmp_path / "merged")
    assert stored_dtype(tmp_path / "merged") == expected


def test_a_merge_that_lost_the_adapter_is_refused(tmp_path, monkeypatch):
    base = shared_model("starter")
    train_adapter(base, tmp_path / "adapter")
    original = merge.write_model

    def write_base(_model, folder, target, template):
        original(merge.load_causal(folder, torch.bfloat16), folder, target, template)

    monkeypatch.setattr(merge, "write_model", write_base)
    with pytest.raises(AppError) as caught:
        merged(base, tmp_path / "adapter", tmp_path / "merged")
    assert caught.value.code == "export_merge_not_equal"
    assert not (tmp_path / "merged").exists()


def test_a_merge_in_4_bits_is_not_what_happens(tmp_path):
    base = shared_model("llama3")
    train_adapter(base, tmp_path / "adapter", four_bit=True, steps=0)
    merged(base, tmp_path / "adapter", tmp_path / "merged")
    before = load_file(base / "model.safetensors")
    after = load_file(tmp_path / "merged" / "model.safetensors")
    # An adapter that was never trained changes nothing: the weights are the base's, exactly.
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_full_disk_is_said(tmp_path, monkeypatch):
    base = shared_model("starter")
    train_adapter(base, tmp_path / "adapter")
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("tunesmith_trainer.output_file.shutil.disk_usage", lambda _path: usage)
    with pytest.raises(AppError) as caught:
        merged(base, tmp_path / "adapter", tmp_path / "merged")
    assert caught.value.code == "disk_full"
