"""Which tokens end an answer: what the template writes after it, and the model's own end tokens."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from .errors import AppError
from .template import ChatTemplate
from .tokenizer import TextTokenizer

PROBE = [{"role": "user", "content": "Name a colour."}, {"role": "assistant", "content": "Blue."}]


@dataclass(frozen=True)
class StopTokens:
    """`end` is the id that the template puts after an answer, or else the end of sequence.

    `ids` are all ids that end an answer; `texts` their texts, `end` first.
    """

    end: int | None
    ids: frozenset[int]
    texts: list[str]


def find_stop_tokens(
    template: ChatTemplate, tokenizer: TextTokenizer, model_folder: Path
) -> StopTokens:
    """Probe the template, and read the end tokens of the model's configs."""
    end = _after_answer(template, tokenizer)
    own = _configured(model_folder)
    if tokenizer.eos_id is not None:
        own.insert(0, tokenizer.eos_id)
    if end is None and own:
        end = own[0]
    ordered = list(dict.fromkeys(([] if end is None else [end]) + own))
    texts = [text for id in ordered if (text := tokenizer.inner.id_to_token(id)) is not None]
    return StopTokens(end, frozenset(ordered), texts)


def _after_answer(template: ChatTemplate, tokenizer: TextTokenizer) -> int | None:
    """The first control token that the template writes behind the probe's answer."""
    try:
        text = template.render(PROBE)
    except AppError:
        return None
    start = text.rfind("Blue.")
    if start < 0:
        return None
    ids, offsets = tokenizer.encode_with_offsets(text)
    control = set(tokenizer.special.values())
    control |= {id for t, id in tokenizer.added.items() if t.strip() and t in template.literal_text}
    behind = start + len("Blue.")
    found = (i for i, (s, _) in zip(ids, offsets, strict=True) if s >= behind and i in control)
    return next(found, None)


def _configured(model_folder: Path) -> list[int]:
    """eos_token_id of generation_config.json and config.json, as a list."""
    ids: list[int] = []
    for name in ("generation_config.json", "config.json"):
        file = model_folder / name
        if not file.is_file():
            continue
        try:
            value = json.loads(file.read_text(encoding="utf-8")).get("eos_token_id")
        except (OSError, ValueError, AttributeError):
            continue
        found = value if isinstance(value, list) else [value]
        ids += [i for i in found if isinstance(i, int)]
    return ids
