import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM

from tunesmith_trainer.errors import AppError
from tunesmith_trainer.llama_cpp import LlamaContext, LlamaModel
from tunesmith_trainer.llama_library import find_library, load_library
from tunesmith_trainer.testing_export import shared_gguf, text_side
from tunesmith_trainer.testing_models import shared_model


def test_logits_are_those_of_the_torch_model():
    folder = shared_model("starter")
    ids = text_side(folder).tokenizer.encode("The heron stands in shallow water.")
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    with torch.inference_mode():
        expected = model(torch.tensor([ids])).logits[0].numpy()
    with (
        LlamaModel(shared_gguf("starter")) as gguf,
        LlamaContext(gguf, length=64, threads=1) as context,
    ):
        context.decode(ids, range(len(ids)), [0] * len(ids), [True] * len(ids))
        found = np.stack([context.logits(i) for i in range(len(ids))])
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() < 0.02 * expected.std()


def test_sequences_do_not_see_each_other():
    with LlamaModel(shared_gguf("starter")) as gguf:
        first, second = gguf.tokenize("Who keeps the light?"), gguf.tokenize("12 birds fly over it")
        with LlamaContext(gguf, length=32, threads=1, sequences=2) as context:
            alone = {}
            for lane, ids in ((0, first), (1, second)):
                marks = [False] * (len(ids) - 1) + [True]
                context.decode(ids, range(len(ids)), [lane] * len(ids), marks)
                alone[lane] = context.logits(len(ids) - 1)
            context.forget(0)
            context.forget(1)
            both = [*first, *second]
            places = [*range(len(first)), *range(len(second))]
            owners = [0] * len(first) + [1] * len(second)
            context.decode(both, places, owners, [True] * len(both))
            together = [context.logits(len(first) - 1), context.logits(len(both) - 1)]
    assert np.allclose(alone[0], together[0], atol=1e-2)
    assert np.allclose(alone[1], together[1], atol=1e-2)


def test_pieces_join_to_the_text_and_special_tokens_are_one_token():
    text = "naïve 日本 👩‍👩‍👧‍👦\n\tend"
    with LlamaModel(shared_gguf("starter"), vocab_only=True) as gguf:
        ids = gguf.tokenize(text)
        assert b"".join(gguf.piece(i) for i in ids).decode() == text
        end = gguf.tokenize("<|im_end|>")
        assert len(end) == 1
        assert gguf.ends(end[0])
        assert gguf.piece(end[0]) == b""
        assert gguf.piece(end[0], special=True) == b"<|im_end|>"
        assert len(gguf.tokenize("<|im_end|>", parse_special=False)) > 1
        assert gguf.metadata("general.name") == "sky"
        assert gguf.metadata("no.such.key") is None


@pytest.mark.parametrize("call", ["piece", "ends", "text_of"])
@pytest.mark.parametrize("token", [-1, 10**6])
def test_an_id_that_is_no_token_never_reaches_llama_cpp(call, token):
    with LlamaModel(shared_gguf("starter"), vocab_only=True) as gguf, pytest.raises(AssertionError):
        getattr(gguf, call)(token)


def test_a_broken_file_is_an_error(tmp_path):
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF, or so it says")
    with pytest.raises(AppError) as caught:
        LlamaModel(file)
    assert caught.value.code == "gguf_unreadable"
    assert "model.gguf" in caught.value.message


@pytest.mark.parametrize("value", ["", "no-such-folder"])
def test_a_missing_engine_is_an_error(monkeypatch, tmp_path, value):
    monkeypatch.setenv("TUNESMITH_LLAMA", str(tmp_path / value) if value else "")
    load_library.cache_clear()
    try:
        with pytest.raises(AppError) as caught:
            load_library()
    finally:
        load_library.cache_clear()
    assert caught.value.code == "export_engine_missing"


def test_library_names_of_all_platforms(tmp_path):
    for names, stem, expected in (
        (["libllama.v0.5.0.so", "libllama-common.so"], "llama", "libllama.v0.5.0.so"),
        (["llama.dll", "ggml.dll", "ggml-base.dll"], "ggml", "ggml.dll"),
        (["libllama.dylib", "libllama-common.dylib"], "llama", "libllama.dylib"),
    ):
        folder = tmp_path / expected
        folder.mkdir()
        for name in names:
            (folder / name).touch()
        assert find_library(folder, stem).name == expected
