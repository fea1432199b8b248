"""Every family that counts as supported: converted, its tokens and its answers proven."""

import pytest

from tunesmith_trainer.golden import golden_prompts
from tunesmith_trainer.llama_cpp import LlamaModel
from tunesmith_trainer.prove_answers import prove_answers
from tunesmith_trainer.prove_tokens import proof_texts, prove_tokens
from tunesmith_trainer.reference import held_out_prompts, reference_answers
from tunesmith_trainer.testing_export import WITHOUT_SYSTEM, shared_gguf, text_side
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
