"""Rows to tokens, with everything that can be wrong with a row found first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from .control_tokens import ControlTokens
from .errors import AppError
from .masking import Masked, Masker
from .rows import Row
from .stop_tokens import StopTokens, find_stop_tokens
from .template import ChatTemplate, Message, Tools, with_system
from .tokenizer import TextTokenizer

SYSTEM_PROBE = "Tunesmith-System-Probe"
TOOL_PROBE = "tunesmith_tool_probe"
NO_PARAMETERS = {"type": "object", "properties": {"probe": {"type": "string"}}}


@dataclass(frozen=True)
class RowTokenizer:
    """Turns rows into tokens for one model. Make it with `row_tokenizer`."""

    masker: Masker
    control: ControlTokens
    system: str | None
    takes_system: bool

    def __call__(self, row: Row) -> Masked:
        """Tokenise one row.

        Errors: row_control_token, row_no_answer, row_template_failed, row_not_learnable,
        row_tools_dropped.
        """
        return self.masker.mask(self.prepare(row))

    def prepare(self, row: Row) -> Row:
        """The row with its system turn in place.

        Errors: row_control_token, row_template_failed, row_tools_dropped.
        """
        self.control.refuse(row)
        if row.text is not None:
            return row
        self._refuse_lost_tools(row)
        if not self.takes_system and any(m["role"] == "system" for m in row.messages):
            detail = "it takes no system turn"
            raise AppError("row_template_failed", id=row.id, detail=detail)
        return self.with_system(row)

    def with_system(self, row: Row) -> Row:
        """The row as it is rendered, with nothing checked."""
        messages = with_system(row.messages, self.system if self.takes_system else None)
        return row if messages is row.messages else replace(row, messages=messages)

    def _refuse_lost_tools(self, row: Row) -> None:
        """Many templates leave out what they do not know: then the row would teach other things."""
        named = [tool.get("function", tool).get("name") for tool in row.tools or ()]
        names = [name for name in named if isinstance(name, str)]
        names += [call["name"] for call in row.calls]
        if not names:
            return
        try:
            text = self.masker.template.render(row.messages, tools=row.tools)
        except AppError as error:
            detail = error.params["detail"]
            raise AppError("row_template_failed", id=row.id, detail=detail) from error
        if lost := next((name for name in names if name not in text), None):
            raise AppError("row_tools_dropped", id=row.id, name=lost)


def takes_system(template: ChatTemplate) -> bool:
    """Whether a system turn reaches the prompt."""
    user = {"role": "user", "content": "Hello."}
    try:
        text = template.render([{"role": "system", "content": SYSTEM_PROBE}, user], True)
    except AppError:
        return False
    return SYSTEM_PROBE in text


def takes_tools(template: ChatTemplate) -> dict[str, bool]:
    """Whether definitions of tools, and calls of them, reach the prompt."""
    user = {"role": "user", "content": "Hello."}
    function = {"name": TOOL_PROBE, "description": "Probes", "parameters": NO_PARAMETERS}
    definitions = [{"type": "function", "function": function}]
    # Some templates demand ids, of nine characters.
    call = {
        "id": "probe0001",
        "type": "function",
        "function": {"name": TOOL_PROBE, "arguments": {"probe": "x"}},
    }
    asked = [user, {"role": "assistant", "content": "", "tool_calls": [call]}]

    def reaches(messages: list[Message], tools: Tools) -> bool:
        try:
            return TOOL_PROBE in template.render(messages, tools=tools)
        except AppError:
            return False

    return {"definitions": reaches([user], definitions), "calls": reaches(asked, None)}


def row_tokenizer(
    model_folder: Path,
    tokenizer: TextTokenizer,
    template: ChatTemplate,
    system: str | None,
    train_on: str,
) -> tuple[RowTokenizer, StopTokens]:
    """A row tokenizer, and the stop tokens it closes answers with."""
    stops = find_stop_tokens(template, tokenizer, model_folder)
    masker = Masker(template, tokenizer, stops, train_on)
    control = ControlTokens(tokenizer, template)
    return RowTokenizer(masker, control, system, takes_system(template)), stops
