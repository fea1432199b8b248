"""Golden rows with tools: what training feeds for them, for Ollama to be held against."""

from __future__ import annotations

import json
import random
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .errors import AppError
from .output_file import written
from .rows import TokenRow
from .template import ChatTemplate
from .tokenizer import TextTokenizer
from .unicode_form import form_of

# Half as many as there are golden conversations: each costs Ollama a prompt of its full length.
TOOL_ROWS = 16


def tool_prompts(
    template: ChatTemplate, tokenizer: TextTokenizer, rows: Iterable[TokenRow], seed: int
) -> list[dict[str, Any]]:
    """`{id, messages, tools?, prompt, ids}` of at most TOOL_ROWS rows that use tools.

    Each ends before its last answer. Rows are drawn by `seed`, from every set of definitions in
    turn, so that a rare set is not lost among the rows of a common one; they come in their order.
    """
    form = form_of(tokenizer)
    found: list[dict[str, Any]] = []
    with_tools = [row for row in rows if _uses_tools(row)]
    for row in _in_turn(with_tools, seed):
        asked: dict[str, Any] = {"id": row.id, "messages": row.messages[: _last_answer(row)]}
        if row.tools:
            asked["tools"] = row.tools
        if form is not None:
            asked = json.loads(unicodedata.normalize(form, json.dumps(asked, ensure_ascii=False)))
        try:
            prompt = template.render(asked["messages"], True, asked.get("tools"))
        except AppError:  # it takes the whole row, but no prompt of it
            continue
        found.append({**asked, "prompt": prompt, "ids": tokenizer.encode(prompt)})
        if len(found) == TOOL_ROWS:
            break
    place = {row.id: index for index, row in enumerate(with_tools)}
    return sorted(found, key=lambda entry: place[entry["id"]])


def write_tool_prompts(file: Path, prompts: Sequence[dict[str, Any]]) -> None:
    """One JSON object per line; no file where there are none. Error: disk_full."""
    if not prompts:
        file.unlink(missing_ok=True)
        return
    with written(file) as part:
        lines = [json.dumps(prompt, ensure_ascii=False) + "\n" for prompt in prompts]
        part.write_text("".join(lines), encoding="utf-8", newline="\n")


def _uses_tools(row: TokenRow) -> bool:
    turns = any("tool_calls" in m or m["role"] == "tool" for m in row.messages)
    return bool(row.tools) or turns


def _last_answer(row: TokenRow) -> int:
    answers = [i for i, m in enumerate(row.messages) if m["role"] == "assistant"]
    return answers[-1]


def _in_turn(rows: Sequence[TokenRow], seed: int) -> Iterable[TokenRow]:
    """All rows, one of each kind after the other; a kind has the same definitions and turns."""
    kinds: dict[str, list[TokenRow]] = defaultdict(list)
    for row in rows:
        told = any(m["role"] == "tool" for m in row.messages)
        kinds[json.dumps([row.tools, told])].append(row)
    order = random.Random(seed)
    piles = list(kinds.values())
    for pile in piles:
        order.shuffle(pile)
    order.shuffle(piles)
    for turn in range(max(map(len, piles), default=0)):
        yield from (pile[turn] for pile in piles if turn < len(pile))
