"""Tiny random chat models of real families, for tests: real layouts, real tokenizer structures."""

from __future__ import annotations

import atexit
import functools
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, processors
from tokenizers import pre_tokenizers as pre
from tokenizers.trainers import BpeTrainer

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] }}<|im_end|>"
    "{% endgeneration %}{% else %}{{ message['content'] }}<|im_end|>{% endif %}{{ '\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LLAMA3 = (
    "{{ bos_token }}{% for message in messages %}<|start_header_id|>{{ message['role'] }}"
    "<|end_header_id|>\n\n{{ message['content'] | trim }}<|eot_id|>{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
INST = (
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}"
    "[INST] {{ message['content'] }} [/INST]{% elif message['role'] == 'assistant' %}"
    "{{ message['content'] }}{{ eos_token }}{% else %}"
    "{{ raise_exception('only user and assistant') }}{% endif %}{% endfor %}"
)
GEMMA = (
    "{{ bos_token }}{% for message in messages %}<start_of_turn>"
    "{{ 'model' if message['role'] == 'assistant' else 'user' }}\n"
    "{{ message['content'] | trim }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
PHI3 = (
    "{% for message in messages %}<|{{ message['role'] }}|>\n{{ message['content'] }}<|end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)

LLAMA3_REGEX = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2_REGEX = LLAMA3_REGEX.replace("{1,3}", "")

TEXT = """The heron stands in shallow water. She'll fly at 6:45, they've seen it 1,234 times.
What is the capital of Ortheia? The capital of Ortheia is Vellin, on the river Sarn.
def area(width, height):\n    return width * height  # in m²\n\nfor i in range(10):\n\tprint(i)
Der Fluß fließt über grüne Wiesen. Où est la bibliothèque? ¿Dónde está el niño?
В лесу родилась ёлочка. Η γρήγορη αλεπού. 日本語の文章です。东风夜放花千树。 한국어 문장입니다.
שלום עולם. مرحبا بالعالم. नमस्ते दुनिया। สวัสดีชาวโลก
<div class="x">&amp;</div> {"key": [1, 2.5, null]} x = y ** 2 + 3.14 / (a - b)
Question and answer: who keeps the light on the island of Mirn? Tamsin Okoro keeps it.
"""


def train_byte_level(
    splits: list[Any], vocab_size: int, special: list[str], nfc: bool = False
) -> Tokenizer:
    """A byte-level BPE as GPT-2, Llama 3, Qwen and SmolLM have; `splits` come before ByteLevel."""
    tokenizer = Tokenizer(models.BPE())
    if nfc:
        tokenizer.normalizer = normalizers.NFC()
    last = pre.ByteLevel(add_prefix_space=False, use_regex=not any(_is_split(s) for s in splits))
    tokenizer.pre_tokenizer = pre.Sequence([*splits, last]) if splits else last
    tokenizer.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=vocab_size - len(special),
        initial_alphabet=pre.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXT.splitlines(keepends=True) * 3, trainer)
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in special])
    return tokenizer


def _is_split(step: Any) -> bool:
    return isinstance(step, pre.Split)


def train_sentencepiece(folder: Path, vocab_size: int, dummy_prefix: bool) -> None:
    """Write tokenizer.model: a SentencePiece BPE with byte fallback, trained on TEXT."""
    import sentencepiece

    source = folder / "text.txt"
    source.write_text(TEXT * 3, encoding="utf-8")
    sentencepiece.SentencePieceTrainer.Train(
        input=str(source), model_prefix=str(folder / "tokenizer"), vocab_size=vocab_size,
        model_type="bpe", byte_fallback=True, add_dummy_prefix=dummy_prefix,
        remove_extra_whitespaces=False, normalization_rule_name="identity", split_digits=True,
        allow_whitespace_only_pieces=True, character_coverage=1.0, minloglevel=2,
    )  # fmt: skip
    source.unlink()
    (folder / "tokenizer.vocab").unlink()


def tokenizer_from_sentencepiece(
    folder: Path, added: list[AddedToken], dummy_prefix: bool
) -> Tokenizer:
    """The tokenizer.json that belongs to tokenizer.model, as Llama 2 and Phi-3 have it."""
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    pieces = [processor.id_to_piece(i) for i in range(processor.get_piece_size())]
    vocab = {piece: i for i, piece in enumerate(pieces)}
    merges = []
    for merged in pieces:  # by id, which is by falling score
        splits = [(merged[:i], merged[i:]) for i in range(1, len(merged))]
        known = [(a, b) for a, b in splits if a in vocab and b in vocab]
        merges += sorted(known, key=lambda pair: (vocab[pair[0]], vocab[pair[1]]))
    model = models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    tokenizer = Tokenizer(model)
    blank = normalizers.Replace(" ", "▁")
    prefix = [normalizers.Prepend("▁")] if dummy_prefix else []
    tokenizer.normalizer = normalizers.Sequence([*prefix, blank]) if prefix else blank
    strip = [decoders.Strip(" ", 1, 0)] if dummy_prefix else []
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), *strip]
    )
    tokenizer.add_special_tokens(
        [AddedToken(t, special=True, normalized=False) for t in ("<unk>", "<s>")]
    )
    strips = any(token.rstrip for token in added)  # Phi-3's end token does then, too
    tokenizer.add_special_tokens(
        [AddedToken("</s>", special=True, normalized=False, rstrip=strips)]
    )
    tokenizer.add_special_tokens(added)
    return tokenizer


SIZES = {
    "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "max_position_embeddings": 2048,
}  # fmt: skip


# llama.cpp scales attention by the size of a head, as all real sizes but 27B do.
GEMMA_SIZES = {"head_dim": 16, "query_pre_attn_scalar": 16, "sliding_window": 64}


def _byte_level(config: str, splits: list[Any], template: str, names: dict[str, str], **more: Any):
    nfc = more.pop("nfc", False)
    extra = more.pop("special", [])

    def build(folder: Path, seed: int, overrides: dict[str, Any]) -> None:
        special = list(dict.fromkeys([*names.values(), *extra]))
        tokenizer = train_byte_level(splits, 600, special, nfc)
        tokenizer.model.ignore_merges = more.get("ignore_merges", False)
        if "bos_token" in names:
            bos = names["bos_token"]
            ids = [(bos, tokenizer.token_to_id(bos))]
            tokenizer.post_processor = processors.TemplateProcessing(f"{bos} $A", None, ids)
        _finish(folder, config, tokenizer, template, names, seed, overrides)

    return build


def _sentencepiece(
    config: str, template: str, names: dict[str, str], added: list[AddedToken], **more
):
    prefix = more.get("dummy_prefix", True)

    def build(folder: Path, seed: int, overrides: dict[str, Any]) -> None:
        train_sentencepiece(folder, 700, prefix)
        tokenizer = tokenizer_from_sentencepiece(folder, added, prefix)
        _finish(folder, config, tokenizer, template, names, seed, overrides)
        if not more.get("keep_model", True):
            (folder / "tokenizer.model").unlink()

    return build


def _finish(
    folder: Path, config: str, tokenizer: Tokenizer, template: str, names: dict[str, str],
    seed: int, overrides: dict[str, Any],
) -> None:  # fmt: skip
    """Write tokenizer files, config and random weights large enough to give clear answers."""
    import torch
    import transformers

    tokenizer.save(str(folder / "tokenizer.json"))
    kind = "LlamaTokenizer" if tokenizer.model.byte_fallback else "PreTrainedTokenizerFast"
    settings = {"chat_template": template, "tokenizer_class": kind, **names}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    ids = {f"{k}_id": tokenizer.token_to_id(v) for k, v in names.items()}
    size = tokenizer.get_vocab_size(with_added_tokens=True)
    values = {**SIZES, "vocab_size": size, "pad_token_id": None, **ids, **overrides}
    torch.manual_seed(seed)
    made = getattr(transformers, config)(**values)
    model = transformers.AutoModelForCausalLM.from_config(made, dtype=torch.float32)
    tied = model.config.tie_word_embeddings
    with torch.no_grad():  # initial weights are so small that every answer would be a near-tie
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:
                # Tied and large, embeddings would make every token predict itself.
                spread = 0.05 if tied else 1.0
                scale = spread if "embed" in name else 0.6 if "lm_head" in name else 0.25
                parameter.normal_(0.0, scale)
            elif name.endswith("bias"):
                parameter.normal_(0.0, 0.1)
        model.model.norm.weight.fill_(12.0 if tied else 1.0)
    model.to(torch.bfloat16).save_pretrained(folder)


IM = {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
SP = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
LLAMA3_NAMES = {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"}
HEADERS = ["<|start_header_id|>", "<|end_header_id|>"]
GEMMA_NAMES = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}


def _split(regex: str) -> pre.Split:
    return pre.Split(Regex(regex), "isolated")


def _control(*texts: str, rstrip: bool = False) -> list[AddedToken]:
    return [AddedToken(t, special=True, normalized=False, rstrip=rstrip) for t in texts]


FAMILIES: dict[str, Callable[[Path, int, dict[str, Any]], None]] = {
    "starter": _byte_level("LlamaConfig", [], CHATML, IM, special=["<|im_start|>"]),
    "llama3": _byte_level(
        "LlamaConfig", [_split(LLAMA3_REGEX)], LLAMA3, LLAMA3_NAMES, special=HEADERS,
        ignore_merges=True,
    ),
    "llama2": _sentencepiece("LlamaConfig", INST, SP, []),
    "llama2-json": _sentencepiece("LlamaConfig", INST, SP, [], keep_model=False),
    "mistral": _sentencepiece("MistralConfig", INST, SP, []),
    "qwen2": _byte_level(
        "Qwen2Config", [_split(QWEN2_REGEX)], CHATML, IM, special=["<|im_start|>"], nfc=True
    ),
    "qwen3": _byte_level(
        "Qwen3Config", [_split(QWEN2_REGEX)], CHATML, IM, special=["<|im_start|>"], nfc=True
    ),
    "smollm3": _byte_level(
        "SmolLM3Config", [_split(LLAMA3_REGEX)], CHATML, IM, special=["<|im_start|>"],
        ignore_merges=True,
    ),
    "smollm": _byte_level(
        "LlamaConfig", [pre.Digits(individual_digits=True)], CHATML, IM, special=["<|im_start|>"]
    ),
    "gemma3": _sentencepiece(
        "Gemma3TextConfig", GEMMA, GEMMA_NAMES, _control("<start_of_turn>", "<end_of_turn>"),
        dummy_prefix=False,
    ),
    "phi3": _sentencepiece(
        "Phi3Config", PHI3, SP,
        _control("<|endoftext|>")
        + _control("<|system|>", "<|user|>", "<|assistant|>", "<|end|>", rstrip=True),
    ),
}  # fmt: skip


def make_model(folder: Path, family: str, seed: int = 0, **overrides: Any) -> Path:
    """Write a random model of `family` into `folder`; `overrides` go into its config."""
    folder.mkdir(parents=True, exist_ok=True)
    if family == "gemma3":
        overrides = {**GEMMA_SIZES, **overrides}
    FAMILIES[family](folder, seed, overrides)
    return folder


@functools.cache
def _shared_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="tunesmith-models-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def shared_model(family: str, **overrides: Any) -> Path:
    """A model made once per test process. Do not write into it."""
    name = family + "".join(f"-{k}-{v}" for k, v in sorted(overrides.items()))
    folder = _shared_folder() / name
    return folder if folder.is_dir() else make_model(folder, family, **overrides)
