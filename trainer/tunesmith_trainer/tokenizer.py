"""The tokenizer as tokenizer.json says it, loaded without rebuilding it by class."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from .errors import AppError

NAMED_TOKENS = (
    "bos_token",
    "eos_token",
    "unk_token",
    "sep_token",
    "pad_token",
    "cls_token",
    "mask_token",
)


@dataclass(frozen=True)
class TextTokenizer:
    """A `tokenizers.Tokenizer` with the names its model gives to special tokens.

    `names` maps bos_token, eos_token, … to their text: what a chat template may refer to.
    `added` maps every added token's text to its id, `special` is the subset marked special.
    """

    inner: Tokenizer
    names: dict[str, str]
    added: dict[str, int]
    special: dict[str, int]
    config: dict[str, Any] = field(repr=False)

    def encode(self, text: str) -> list[int]:
        """Token ids of `text`; nothing is put around it, control tokens in it are recognised."""
        return self.inner.encode(text, add_special_tokens=False).ids

    def encode_with_offsets(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Token ids and for each its (start, end) in characters of `text`."""
        encoding = self.inner.encode(text, add_special_tokens=False)
        return encoding.ids, encoding.offsets

    def decode(self, ids: list[int], skip_special: bool = True) -> str:
        """Text of `ids`."""
        return self.inner.decode(ids, skip_special_tokens=skip_special)

    def id_of(self, token: str | None) -> int | None:
        """Id of a token's text, or None."""
        return None if token is None else self.inner.token_to_id(token)

    @property
    def eos_id(self) -> int | None:
        """Id of the end-of-sequence token."""
        return self.id_of(self.names.get("eos_token"))

    @property
    def size(self) -> int:
        """Number of ids, added tokens included."""
        return self.inner.get_vocab_size(with_added_tokens=True)


def load_tokenizer(model_folder: Path) -> TextTokenizer:
    """Load tokenizer.json and the token names of tokenizer_config.json.

    Errors: model_no_tokenizer, model_tokenizer_unreadable.
    """
    file = model_folder / "tokenizer.json"
    if not file.is_file():
        raise AppError("model_no_tokenizer", folder=str(model_folder))
    try:
        inner = Tokenizer.from_file(str(file))
    except Exception as error:  # the Rust side raises bare Exception
        raise AppError("model_tokenizer_unreadable", file=str(file), detail=str(error)) from error
    # A tokenizer.json may bring padding and truncation: a row must never be cut or padded here.
    inner.no_padding()
    inner.no_truncation()
    config = _read_json(model_folder / "tokenizer_config.json")
    names = _named_tokens(_read_json(model_folder / "special_tokens_map.json"))
    names |= _named_tokens(config)
    decoder = inner.get_added_tokens_decoder()
    added = {token.content: id for id, token in decoder.items()}
    special = {token.content: id for id, token in decoder.items() if token.special}
    special |= {t: added[t] for t in names.values() if t in added}
    return TextTokenizer(inner, names, added, special, config)


def _named_tokens(config: dict[str, Any]) -> dict[str, str]:
    """The named special tokens; a value is a text or an object with `content`."""
    names = {}
    for name in NAMED_TOKENS:
        value = config.get(name)
        text = value.get("content") if isinstance(value, dict) else value
        if isinstance(text, str):
            names[name] = text
    return names


def _read_json(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AppError("model_tokenizer_unreadable", file=str(file), detail=str(error)) from error
    return data if isinstance(data, dict) else {}
