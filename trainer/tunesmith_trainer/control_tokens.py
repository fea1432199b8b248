"""Text in a row that the model would read as a control token.

Rendering is plain text, and llama.cpp reads such text the same way: the row is refused.
"""

from __future__ import annotations

import json
import re

from .errors import AppError
from .rows import Row
from .template import ChatTemplate
from .template_environment import MARK_CLOSE, MARK_OPEN
from .tokenizer import TextTokenizer

# A thinking model's answers hold these on purpose.
THINK_MARKS = ("<think>", "</think>")


class ControlTokens:
    """Finds control tokens in the texts of rows."""

    def __init__(self, tokenizer: TextTokenizer, template: ChatTemplate) -> None:
        texts = set(tokenizer.special)
        texts |= {text for text in tokenizer.added if text in template.literal_text}
        texts = {text for text in texts if text.strip()}
        self._first = sorted({text[0] for text in texts | {*MARK_OPEN, *MARK_CLOSE}})
        self._any = _pattern(texts | {*MARK_OPEN, *MARK_CLOSE})
        self._answers = _pattern((texts - set(THINK_MARKS)) | {*MARK_OPEN, *MARK_CLOSE})

    def find(self, text: str, role: str) -> str | None:
        """The first control token in `text`, or None."""
        found = (self._answers if role == "assistant" else self._any).search(text)
        return found[0] if found else None

    def refuse(self, row: Row) -> None:
        """Error: row_control_token."""
        texts = [(m["content"], m["role"]) for m in row.messages]
        if row.text is not None:
            texts.append((row.text, "user"))
        if row.tools or row.calls:
            texts.append((json.dumps([row.tools, row.calls], ensure_ascii=False), "user"))
        # Most rows hold nothing that one begins with: told without a search.
        whole = "".join([text for text, _ in texts])
        for first in self._first:
            if first in whole:
                break
        else:
            return
        for text, role in texts:
            if token := self.find(text, role):
                raise AppError("row_control_token", id=row.id, token=token, role=role)


def _pattern(texts: set[str]) -> re.Pattern[str]:
    # Some vocabularies have thousands: the look-ahead tries them only where one can begin.
    first = "".join(sorted({re.escape(text[0]) for text in texts}))
    longest_first = sorted(texts, key=lambda text: (-len(text), text))
    return re.compile(f"(?=[{first}])(?:{'|'.join(map(re.escape, longest_first))})")
