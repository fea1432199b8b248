"""The Unicode form that a tokenizer puts text into first, which llama.cpp leaves to its caller."""

from __future__ import annotations

from typing import Any

FORMS = ("NFC", "NFD", "NFKC", "NFKD")
# Written into the GGUF, so that whoever feeds it can do the same.
UNICODE_FORM_KEY = "tunesmith.unicode_form"


def unicode_form(tokenizer: dict[str, Any]) -> str | None:
    """One of FORMS, or None; `tokenizer` is a parsed tokenizer.json."""
    normalizer = tokenizer.get("normalizer") or {}
    parts = normalizer.get("normalizers", [normalizer])
    return next((part["type"] for part in parts if part.get("type") in FORMS), None)
