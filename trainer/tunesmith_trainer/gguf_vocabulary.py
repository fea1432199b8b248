"""The vocabulary a GGUF gets, read from tokenizer.json itself.

llama.cpp's converter would ask Transformers, which rebuilds some tokenizers by their class and so
loses rules that training used.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .errors import AppError
from .pretokenizer import describe, llama_cpp_name, read_tokenizer

BYTE = re.compile(r"<0x[0-9A-Fa-f]{2}>")
# llama.cpp keys rules on these words in a model's name; a user's name must not set them off.
RESERVED_NAMES = re.compile(r"(phi)-?(3)|(modern)-(bert)", re.IGNORECASE)
PHI3_TOKENS = {"</s>", "<unk>", "<s>", "<|endoftext|>"}


def is_sentencepiece(tokenizer: dict[str, Any]) -> bool:
    """Whether a parsed tokenizer.json is byte-pair merging over whole text with byte fallback."""
    model = tokenizer["model"]
    return model["type"] == "BPE" and bool(model.get("byte_fallback"))


def adds_space_prefix(tokenizer: dict[str, Any]) -> bool:
    """Whether a blank is put before every piece of text (not just before the first)."""
    text = str(tokenizer.get("normalizer")) + str(tokenizer.get("pre_tokenizer"))
    return "'Prepend'" in text or "'prepend_scheme': 'always'" in text


def model_name(name: str, tokenizer: dict[str, Any]) -> str:
    """`name` as `general.name`. llama.cpp strips blanks after control tokens for "phi-3" only."""
    safe = RESERVED_NAMES.sub(lambda m: " ".join(filter(None, m.groups())), name)
    added = tokenizer.get("added_tokens", [])
    strips = any(t.get("rstrip") and t.get("special") for t in added)
    known = {t["content"] for t in added} | set(tokenizer["model"]["vocab"])
    return f"{safe} (phi-3)" if strips and known >= PHI3_TOKENS else safe


def byte_level_vocabulary(instance: Any, gguf: Any) -> tuple[list[str], list[int], str]:
    """Tokens, their types and the pre-tokenizer's name, for the converter's `get_vocab_base`.

    Error: export_tokenizer_unknown.
    """
    folder: Path = instance.dir_model
    tokenizer = read_tokenizer(folder)
    texts, types = _entries(tokenizer, instance.hparams["vocab_size"], gguf, instance)
    name = llama_cpp_name(tokenizer) or _name_by_hash(instance, folder)
    if name is None:
        raise AppError("export_tokenizer_unknown", detail=describe(tokenizer), folder=str(folder))
    return texts, types, name


def set_sentencepiece_vocabulary(instance: Any, gguf: Any) -> None:
    """Write a vocabulary with byte fallback that comes without tokenizer.model.

    llama.cpp merges the pair with the highest score first, tokenizer.json the one listed first:
    minus the place in the list is the score.
    """
    tokenizer = read_tokenizer(instance.dir_model)
    texts, types = _entries(tokenizer, instance.hparams["vocab_size"], gguf, instance)
    ranks: dict[str, int] = {}
    for rank, pair in enumerate(tokenizer["model"]["merges"]):
        merged = pair.replace(" ", "", 1) if isinstance(pair, str) else "".join(pair)
        ranks.setdefault(merged, rank)
    lowest = float(-len(ranks) - 1)
    writer = instance.gguf_writer
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(texts)
    writer.add_token_scores([float(-ranks[t]) if t in ranks else lowest for t in texts])
    writer.add_token_types(types)
    gguf.SpecialVocab(instance.dir_model, n_vocab=len(texts)).add_to_gguf(writer)


def add_missing_tokens(instance: Any, gguf: Any) -> None:
    """Give ids that the converter left unused the added tokens of tokenizer.json.

    It reads them from other files, which not every model has.
    """
    writer = instance.gguf_writer
    texts = _value(writer, gguf.Keys.Tokenizer.LIST)
    types = _value(writer, gguf.Keys.Tokenizer.TOKEN_TYPE)
    tokenizer = read_tokenizer(instance.dir_model)
    known, kinds = _entries(tokenizer, len(texts), gguf, instance)
    for id, kind in enumerate(kinds):
        if types[id] == gguf.TokenType.UNUSED != kind:
            binary = isinstance(texts[id], bytes)
            texts[id] = known[id].encode() if binary else known[id]
            types[id] = kind


def _value(writer: Any, key: str) -> Any:
    return next(data[key].value for data in writer.kv_data if key in data)


def _entries(
    tokenizer: dict[str, Any], size: int, gguf: Any, instance: Any
) -> tuple[list[str], list[int]]:
    """Text and type of each id below `size`; ids without a token become unused padding."""
    kinds = gguf.TokenType
    texts = [f"[PAD{i}]" for i in range(size)]
    types = [int(kinds.UNUSED)] * size
    unknown = tokenizer["model"].get("unk_token")
    for text, id in tokenizer["model"]["vocab"].items():
        byte = is_sentencepiece(tokenizer) and BYTE.fullmatch(text)
        kind = kinds.BYTE if byte else kinds.UNKNOWN if text == unknown else kinds.NORMAL
        texts[id], types[id] = text, int(kind)
    for token in tokenizer.get("added_tokens", []):
        id, text = token["id"], token["content"]
        if types[id] == kinds.UNKNOWN:
            continue
        control = token["special"] or instance.does_token_look_special(text)
        texts[id] = text if control else text.replace("▁", " ")
        types[id] = int(kinds.CONTROL if control else kinds.USER_DEFINED)
    return texts, types


def _name_by_hash(instance: Any, folder: Path) -> str | None:
    """The converter's own table, by a hash over the token ids of its sample text."""
    from tokenizers import Tokenizer

    inner = Tokenizer.from_file(str(folder / "tokenizer.json"))

    class Encoder:
        def encode(self, text: str) -> list[int]:
            return inner.encode(text).ids

    try:
        return instance.get_vocab_base_pre(Encoder())
    except NotImplementedError:
        return None
