"""The Unicode form that a tokenizer puts text into first, which llama.cpp leaves to its caller."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from .template import Message
from .tokenizer import TextTokenizer

FORMS = ("NFC", "NFD", "NFKC", "NFKD")
# Written into the GGUF, so that whoever feeds it can do the same.
UNICODE_FORM_KEY = "tunesmith.unicode_form"


def unicode_form(tokenizer: dict[str, Any]) -> str | None:
    """One of FORMS, or None; `tokenizer` is a parsed tokenizer.json."""
    normalizer = tokenizer.get("normalizer") or {}
    parts = normalizer.get("normalizers", [normalizer])
    return next((part["type"] for part in parts if part.get("type") in FORMS), None)


def form_of(tokenizer: TextTokenizer) -> str | None:
    """The Unicode form of a loaded tokenizer, or None."""
    return unicode_form(json.loads(tokenizer.inner.to_str()))


def in_form(messages: list[Message], form: str | None) -> list[Message]:
    """The conversation as the tokenizer sees it: all texts in `form`."""
    if form is None:
        return messages
    return [{**m, "content": unicodedata.normalize(form, m["content"])} for m in messages]
