"""Rows as they come from disk, and as training feeds them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import AppError
from .template import Message

IGNORED = -100
ROLES = {"system", "user", "assistant", "tool"}
MESSAGE_KEYS = ("role", "content", "tool_calls", "tool_call_id", "name")


@dataclass(frozen=True)
class Row:
    """A normalised conversation, or a `text` for continued training without any messages.

    `tools` are the definitions that the chat template shows the model.
    """

    id: str
    messages: list[Message]
    tools: list[dict[str, Any]] | None = None
    text: str | None = None

    @property
    def calls(self) -> list[dict[str, Any]]:
        """The functions that its answers call, as {name, arguments}."""
        with_calls = [m["tool_calls"] for m in self.messages if "tool_calls" in m]
        return [call["function"] for calls in with_calls for call in calls]


@dataclass(frozen=True)
class TokenRow:
    """A conversation in tokens.

    `labels` has the length of `ids`: the id where a token is learned, -100 elsewhere (not shifted).
    `prompt_ids` is what the model is given before its last answer, `expected` that answer's text.
    `messages` holds the system turn that was put in.
    """

    id: str
    messages: list[Message]
    ids: list[int]
    labels: list[int]
    prompt_ids: list[int]
    expected: str
    tools: list[dict[str, Any]] | None = None
    text: str | None = None

    @property
    def supervised(self) -> int:
        """Number of learned tokens."""
        return sum(label != IGNORED for label in self.labels)


def read_rows(file: Path) -> list[Row]:
    """Read normalised rows, one JSON object per line. Errors: file_unreadable, rows_unreadable."""
    try:
        lines = file.read_bytes().split(b"\n")
    except OSError as error:
        raise AppError("file_unreadable", file=str(file), detail=str(error)) from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rows.append(parse_row(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            detail = f"{type(error).__name__}: {error}"
            raise AppError("rows_unreadable", line=number, file=file.name, detail=detail) from error
    return rows


def parse_row(data: dict[str, Any]) -> Row:
    """A normalised row from its JSON. Raises ValueError, KeyError or TypeError where it is none."""
    messages = [{k: m[k] for k in MESSAGE_KEYS if k in m} for m in data["messages"]]
    text = data.get("text")
    if text is None:
        _check_messages(messages)
    elif messages or not isinstance(text, str):
        raise ValueError("a text stands alone")
    return Row(str(data["id"]), messages, data.get("tools"), text)


def _check_messages(messages: list[Message]) -> None:
    if not messages:
        raise ValueError("there are no messages")
    if not all(isinstance(m["role"], str) and isinstance(m["content"], str) for m in messages):
        raise TypeError("role and content must be texts")
    # A template may build control tokens from a role's name.
    if strange := {m["role"] for m in messages} - ROLES:
        raise ValueError(f"there is no role {min(strange)}")


def sha256_file(file: Path) -> str:
    """Hash of a file's bytes as hex."""
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while block := source.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
