"""Every family that counts as supported: converted, its tokens and its answers proven."""

import json
import shutil

import pytest
from safetensors.torch import load_file, save_file

from tunesmith_trainer.chat import Chat
from tunesmith_trainer.convert import convert_to_gguf, convert_vocabulary
from tunesmith_trainer.errors import AppError
from tunesmith_trainer.golden import golden_prompts
from tunesmith_trainer.llama_cpp import LlamaModel
from tunesmith_trainer.llama_library import engine_folder
from tunesmith_trainer.prove_answers import prove_answers
from tunesmith_trainer.prove_tokens import proof_texts, prove_tokens
from tunesmith_trainer.reference import held_out_prompts, reference_answers
from tunesmith_trainer.testing_export import WITHOUT_SYSTEM, shared_gguf, text_side, to_gguf
from tunesmith_trainer.testing_models import FAMILIES, shared_model

PRE_TOKENIZERS = {
    "starter": "gpt-2",
    "smollm": "smollm",
    "llama3": "llama-bpe",
    "smollm3": "llama-bpe",
    "qwen2": "qwen2",
    "qwen3": "qwen2",
}


@pytest.mark.parametrize("family", FAMILIES)
def test_family_is_read_and_answered_as_in_torch(family):
    folder = shared_model(family)
    side = text_side(folder)
    system = None if family in WITHOUT_SYSTEM else "You are a helpful assistant."
    golden = golden_prompts(side.template, side.tokenizer, system)
    with LlamaModel(shared_gguf(family)) as model:
        texts = proof_texts(side.tokenizer, side.template, golden, [], seed=0)
        tokens = prove_tokens(model, side.tokenizer, texts)
        references = reference_answers(
            folder, held_out_prompts([], golden), side.stops.ids, "cpu", 100_000
        )
        answers = prove_answers(model, references, threads=1)
        assert all(model.ends(stop) for stop in side.stops.ids)
        assert model.chat_template().endswith(side.template.source)
        assert model.metadata("tokenizer.ggml.pre") == PRE_TOKENIZERS.get(family, "default")
        assert model.metadata("tokenizer.ggml.add_bos_token") == "false"
    assert tokens.texts > 100
    assert tokens.normalized == ("NFC" if family.startswith("qwen") else None)
    assert answers.answers == 16
    assert answers.equal + answers.near_ties == answers.answers
    assert answers.equal >= 12
    assert sum(len(r.answer_ids) for r in references) > 100


# The families' own templates, as llama.cpp's tree has them.
REAL_TEMPLATES = {
    "llama3": "meta-llama-Llama-3.1-8B-Instruct",
    "mistral": "mistralai-Mistral-Nemo-Instruct-2407",
    "qwen2": "Qwen-Qwen2.5-7B-Instruct",
    "qwen3": "Qwen-Qwen3-0.6B",
    "smollm3": "HuggingFaceTB-SmolLM3-3B",
    "gemma3": "google-gemma-2-2b-it",
    "phi3": "microsoft-Phi-3.5-mini-instruct",
}


@pytest.mark.parametrize("family", REAL_TEMPLATES)
def test_the_familys_own_template_is_rendered_and_read_as_in_training(family, tmp_path):
    folder = shutil.copytree(shared_model(family), tmp_path / family)
    templates = engine_folder() / "source" / "models" / "templates"
    source = templates / f"{REAL_TEMPLATES[family]}.jinja"
    shutil.copyfile(source, folder / "chat_template.jinja")
    side = text_side(folder)
    golden = golden_prompts(side.template, side.tokenizer, None)
    accepted = [entry for entry in golden if "ids" in entry]
    assert len(accepted) >= 20
    with LlamaModel(to_gguf(folder, tmp_path / "m.gguf"), vocab_only=True) as model:
        prove_tokens(model, side.tokenizer, [entry["prompt"] for entry in accepted])
        # What the GGUF alone renders and reads is what training fed, day and switches included.
        chat = Chat(model, None, 1)
        for entry in accepted:
            assert chat._prompt(entry["messages"], {"system": ""}) == entry["ids"]


def test_a_stop_token_that_llama_cpp_does_not_know_ends_answers_all_the_same(tmp_path):
    folder = shared_model("starter")
    side = text_side(folder)
    [own] = side.tokenizer.encode("<|im_start|>")
    file = tmp_path / "m.gguf"
    stops = {own, *side.stops.ids, 10**6}  # the last is one of a careless config
    convert_to_gguf(folder, file, name="sky", template="{{ x }}", stop_ids=stops)
    with LlamaModel(file, vocab_only=True) as model:
        assert model.ends(own)
        assert all(model.ends(stop) for stop in side.stops.ids)


def test_two_tokens_of_the_same_text_are_refused(tmp_path):
    # llama.cpp would end the whole process when it opens such a file.
    folder = shutil.copytree(shared_model("starter"), tmp_path / "double")
    data = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    first, second = list(data["model"]["vocab"])[300:302]
    data["added_tokens"][0] |= {"id": data["model"]["vocab"][second], "content": first}
    (folder / "tokenizer.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(AppError) as caught:
        convert_to_gguf(folder, tmp_path / "m.gguf", name="x", template="", stop_ids=())
    assert caught.value.code == "export_tokenizer_unknown"
    assert not (tmp_path / "m.gguf").exists()


def test_an_architecture_that_llama_cpp_does_not_know_is_an_error(tmp_path):
    folder = shutil.copytree(shared_model("starter"), tmp_path / "new")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["architectures"] = ["TunesmithForCausalLM"]
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(AppError) as caught:
        convert_to_gguf(folder, tmp_path / "m.gguf", name="x", template="", stop_ids=())
    assert caught.value.code == "export_architecture_unsupported"
    assert caught.value.params["architecture"] == "TunesmithForCausalLM"


def test_a_tokenizer_without_equal_is_an_error(tmp_path):
    folder = shutil.copytree(shared_model("starter"), tmp_path / "odd")
    data = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    data["pre_tokenizer"]["add_prefix_space"] = True
    (folder / "tokenizer.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(AppError) as caught:
        convert_vocabulary(folder, tmp_path / "m.gguf")
    assert caught.value.code == "export_tokenizer_unknown"
    assert "add_prefix_space" in caught.value.params["detail"]


def test_weights_that_the_converter_cannot_place_are_an_error(tmp_path):
    folder = shutil.copytree(shared_model("starter"), tmp_path / "cut")
    weights = load_file(folder / "model.safetensors")
    weights["model.layers.0.strange.weight"] = weights.pop("model.norm.weight")
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(AppError) as caught:
        convert_to_gguf(folder, tmp_path / "m.gguf", name="x", template="", stop_ids=())
    assert caught.value.code == "export_convert_failed"
    assert "strange" in caught.value.message
    assert list(tmp_path.iterdir()) == [folder]
