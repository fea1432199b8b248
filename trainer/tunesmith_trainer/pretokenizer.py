"""Which of llama.cpp's pre-tokenizers splits text like a tokenizer.json does.

Chosen from the file's structure; that the choice is right is proven afterwards by token ids.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

# The steps that text passes before byte-pair merging -> llama.cpp's name, from the table of
# regular expressions in its src/llama-vocab.cpp. A pair: without / with ignore_merges.
CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
WORDS = r"[^\r\n\p{L}\p{N}]?\p{L}+"
REST = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
CASED = rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+%s|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*%s"
REST_SLASH = r" ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
GPT2 = "gpt2"
DIGITS = "digits"

Steps = tuple[str, ...]
NAMES: dict[Steps, tuple[str | None, str | None]] = {
    (GPT2,): ("gpt-2", None),
    (DIGITS, GPT2): ("smollm", None),
    (rf"{CONTRACTIONS}|{WORDS}|\p{{N}}{{1,3}}|{REST}",): ("dbrx", "llama-bpe"),
    (rf"{CONTRACTIONS}|{WORDS}|\p{{N}}|{REST}",): ("qwen2", None),
    (rf"{WORDS}|\p{{N}}|{REST}",): ("ufakzeka", None),
    (CASED % ("", "") + rf"|\p{{N}}|{REST_SLASH}",): (None, "tekken"),
    (CASED % ((CONTRACTIONS + "?",) * 2) + rf"|\p{{N}}{{1,3}}|{REST_SLASH}",): ("gpt-4o", None),
    (
        rf"{CONTRACTIONS}|[^\r\n\p{{L}}\p{{N}}]?[\p{{L}}\p{{M}}]+|\p{{N}}"
        r"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    ): ("qwen35", None),
}


def read_tokenizer(folder: Path) -> dict[str, Any]:
    """tokenizer.json as parsed JSON."""
    return json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))


def steps(pre_tokenizer: dict[str, Any] | None) -> Steps | None:
    """The splitting steps of a byte-level pre-tokenizer; None for a kind that is not known."""
    parts = (pre_tokenizer or {}).get("pretokenizers", [pre_tokenizer])
    found: list[str] = []
    byte_level = False
    for part in parts:
        kind = (part or {}).get("type")
        if kind == "ByteLevel" and not part.get("add_prefix_space", True):
            byte_level = True
            found += [GPT2] if part.get("use_regex", True) else []
        elif kind == "Digits" and part.get("individual_digits"):
            found.append(DIGITS)
        elif kind == "Split" and "Regex" in part["pattern"] and _keeps_matches(part):
            found.append(part["pattern"]["Regex"])
        else:
            return None
    return tuple(found) if byte_level else None


def _keeps_matches(split: dict[str, Any]) -> bool:
    """Matches become pieces of their own; the two ways are equal where all text matches."""
    way = (split.get("behavior"), bool(split.get("invert")))
    return way in (("Isolated", False), ("Removed", True))


def llama_cpp_name(tokenizer: dict[str, Any]) -> str | None:
    """llama.cpp's name for the pre-tokenizer of a parsed tokenizer.json, or None."""
    found = NAMES.get(steps(tokenizer.get("pre_tokenizer")) or ())
    return None if found is None else found[bool(tokenizer["model"].get("ignore_merges"))]


def describe(tokenizer: dict[str, Any]) -> str:
    """The pre-tokenizer as short text for an error message."""
    text = json.dumps(tokenizer.get("pre_tokenizer"), ensure_ascii=False)
    return text if len(text) <= 300 else text[:300] + "…"
