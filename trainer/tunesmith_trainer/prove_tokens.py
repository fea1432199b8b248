"""Proof that a GGUF reads text as training did: equal token ids, text by text."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tokenizers import normalizers

from .errors import AppError
from .hard_corpus import HARD_TEXTS
from .llama_cpp import LlamaModel
from .rows import TokenRow
from .template import ChatTemplate
from .tokenizer import TextTokenizer
from .unicode_form import form_of

ROW_LIMIT = 2000


@dataclass(frozen=True)
class TokenProof:
    """`texts` were compared and all were equal; `normalized` is what was done to them before."""

    texts: int
    normalized: str | None


def prefixes_first_piece_only(tokenizer: TextTokenizer) -> bool:
    """Whether a blank is put before a text's first piece alone, never after a control token."""
    described = json.loads(tokenizer.inner.to_str()).get("pre_tokenizer") or {}
    parts = described.get("pretokenizers", [described])
    return any(part.get("prepend_scheme") == "first" for part in parts)


def proof_texts(
    tokenizer: TextTokenizer,
    template: ChatTemplate,
    golden: Iterable[dict[str, Any]],
    rows: Sequence[TokenRow],
    seed: int,
) -> list[str]:
    """The hard corpus as it stands and inside conversations, golden prompts, rows of the run.

    At most ROW_LIMIT rows, drawn by `seed`.
    """
    # llama.cpp has no rule for the very start of a text; no prompt begins without a control token.
    anchor = tokenizer.names.get("bos_token", "") if prefixes_first_piece_only(tokenizer) else ""
    texts = [anchor + text for text in HARD_TEXTS]
    talks = [[{"role": "user", "content": text}] for text in HARD_TEXTS]
    talks += [[*talk, {"role": "assistant", "content": talk[0]["content"]}] for talk in talks]
    for talk in talks:
        answered = talk[-1]["role"] == "assistant"
        try:
            texts.append(template.render(talk, add_generation_prompt=not answered))
        except AppError:  # templates may refuse, say, an empty turn
            continue
    texts += [entry["prompt"] for entry in golden if "prompt" in entry]
    if len(rows) > ROW_LIMIT:
        rows = random.Random(seed).sample(list(rows), ROW_LIMIT)
    return texts + [
        template.render(row.messages, tools=row.tools) if row.text is None else row.text
        for row in rows
    ]


def prove_tokens(model: LlamaModel, tokenizer: TextTokenizer, texts: Iterable[str]) -> TokenProof:
    """Compare the ids of every text. Error: export_tokenizer_not_proven, with the first difference.

    Text is put into the tokenizer's own Unicode form first, which the result says.
    """
    form = form_of(tokenizer)
    normalizer = getattr(normalizers, form)() if form else None
    count = 0
    for text in texts:
        given = normalizer.normalize_str(text) if normalizer else text
        expected, found = tokenizer.encode(text), model.tokenize(given)
        if expected != found:
            raise _difference(text, expected, found, tokenizer, model)
        count += 1
    return TokenProof(count, form)


def _difference(
    text: str, expected: list[int], found: list[int], tokenizer: TextTokenizer, model: LlamaModel
) -> AppError:
    pairs = zip(expected, found, strict=False)
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(expected), len(found)))

    def shown(ids: list[int], spell: Any) -> str:
        return ", ".join(f"{i} ({spell(i)!r})" for i in ids[at : at + 4]) or "(end)"

    return AppError(
        "export_tokenizer_not_proven",
        text=repr(text if len(text) <= 200 else text[:200] + "…"),
        expected=f"…{shown(expected, tokenizer.inner.id_to_token)}",
        found=f"…{shown(found, model.text_of)}",
    )
