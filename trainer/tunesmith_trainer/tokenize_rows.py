"""Rows to tokens, with everything that can be wrong with a row found first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
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
CALL_PROBE = "tunesmith_call_probe"
RESULT_PROBE = "tunesmith_result_probe"
NO_PARAMETERS = {"type": "object", "properties": {"probe": {"type": "string"}}}


@dataclass(frozen=True)
class RowTokenizer:
    """Turns rows into tokens for one model. Make it with `row_tokenizer`."""

    masker: Masker
    control: ControlTokens
    system: str | None
    takes_system: bool

    @cached_property
    def _tools(self) -> dict[str, bool]:
        return takes_tools(self.masker.template)

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
        called = [call["name"] for call in row.calls]
        said = [m.get("name", "tool") for m in row.messages if m["role"] == "tool"]
        if not (names or called or said):
            return
        try:
            text = self.masker.template.render(row.messages, tools=row.tools)
        except AppError as error:
            detail = error.params["detail"]
            raise AppError("row_template_failed", id=row.id, detail=detail) from error
        lost = [name for name in names + called if name not in text]
        # Where the definition stands in the prompt, the name does not tell that the call does.
        lost += called if not self._tools["calls"] else []
        lost += said if not self._tools["results"] else []
        if lost:
            raise AppError("row_tools_dropped", id=row.id, name=lost[0])


def takes_system(template: ChatTemplate) -> bool:
    """Whether a system turn reaches the prompt."""
    user = {"role": "user", "content": "Hello."}
    try:
        text = template.render([{"role": "system", "content": SYSTEM_PROBE}, user], True)
    except AppError:
        return False
    return SYSTEM_PROBE in text


def takes_tools(template: ChatTemplate) -> dict[str, bool]:
    """Whether definitions of tools, calls of them, and what a tool said reach the prompt."""
    user = {"role": "user", "content": "Hello."}
    function = {"name": TOOL_PROBE, "description": "Probes", "parameters": NO_PARAMETERS}
    definitions = [{"type": "function", "function": function}]
    # Some templates demand ids, of nine characters.
    call = {
        "id": "probe0001",
        "type": "function",
        "function": {"name": CALL_PROBE, "arguments": {"probe": "x"}},
    }
    asked = [user, {"role": "assistant", "content": "", "tool_calls": [call]}]
    result = {"role": "tool", "content": RESULT_PROBE, "tool_call_id": call["id"], "name": "probe"}
    told = [*asked, result, {"role": "assistant", "content": "Bye."}]

    def reaches(probe: str, messages: list[Message], tools: Tools) -> bool:
        try:
            return probe in template.render(messages, tools=tools)
        except AppError:
            return False

    return {
        "definitions": reaches(TOOL_PROBE, [user], definitions),
        "calls": any(reaches(CALL_PROBE, asked, tools) for tools in (definitions, None)),
        "results": any(
            reaches(RESULT_PROBE, talk, tools)
            for talk in (told, [user, *told[2:]])
            for tools in (definitions, None)
        ),
    }


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
