"""The chat template: one frozen source that training renders and the export embeds."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta

from .errors import AppError
from .template_environment import MARK_CLOSE, MARK_OPEN, ChatEnvironment
from .tokenizer import TextTokenizer
from .traced_environment import TracedEnvironment
from .traced_text import Part, Trace, Untraceable, parts_of

Message = dict[str, Any]
Tools = list[dict[str, Any]] | None
Span = tuple[int, int]

# Names under which templates read the wish to think, and their values for on and off. llama.cpp
# passes enable_thinking by itself.
THINKING_SWITCHES: dict[str, tuple[str | bool | int, str | bool | int]] = {
    "enable_thinking": (True, False),
    "thinking": (True, False),
    "reasoning": (True, False),
    "thinking_mode": ("enabled", "disabled"),
    "thinking_option": ("on", "off"),
    "thinking_budget": (-1, 0),
}
# llama.cpp hands these to every template (common/chat.cpp); training has no such variables.
SERVED_DATES = re.compile(r"\b(date_string|datetime)\b")
CLOCK_CALL = re.compile(r"strftime_now\(\s*(?P<quote>['\"])(?P<format>[^'\"]*)(?P=quote)\s*\)")


@dataclass(frozen=True)
class ChatTemplate:
    """A template as the model brings it (`original`) and as training uses it (`source`).

    `tokens` are the named special tokens (bos_token, …) the template may refer to.
    """

    original: str
    source: str
    origin: str
    tokens: dict[str, str]
    thinking: str = "none"
    reads_clock: bool = False
    day: date = field(default_factory=lambda: datetime.now(timezone.utc).date())

    @cached_property
    def _compiled(self) -> jinja2.Template:
        return ChatEnvironment(self.day).from_string(self.source)

    @cached_property
    def _traced(self) -> jinja2.Template | None:
        """The same for traced texts, or None where something in it cannot be traced."""
        try:
            return TracedEnvironment(self.day).from_string(self.source)
        except (Untraceable, jinja2.TemplateError):
            return None

    @cached_property
    def sha256(self) -> str:
        """Hash of the template as the model brings it."""
        return hashlib.sha256(self.original.encode()).hexdigest()

    @cached_property
    def has_generation_marks(self) -> bool:
        """Whether the template marks what the assistant writes with {% generation %}."""
        return re.search(r"\{%-?\s*generation\s*-?%\}", self.source) is not None

    @cached_property
    def literal_text(self) -> str:
        """All text the template itself can write, pieces separated by NUL."""
        tree = ChatEnvironment(self.day).parse(self.source)
        pieces = {node.data for node in tree.find_all(jinja2.nodes.TemplateData)}
        constants = tree.find_all(jinja2.nodes.Const)
        pieces |= {node.value for node in constants if isinstance(node.value, str)}
        return "\0".join(sorted(pieces))

    @cached_property
    def rendered_start(self) -> str:
        """What stands before a conversation's first word; empty where none can be rendered."""
        try:
            return self.render([{"role": "user", "content": "\ue000"}]).split("\ue000")[0]
        except AppError:
            return ""

    def render(
        self, messages: list[Message], add_generation_prompt: bool = False, tools: Tools = None
    ) -> str:
        """The conversation as text. Error: template_failed.

        Without tools `tools` stays undefined, as llama.cpp and Ollama leave it; so do `documents`.
        """
        return self._render(messages, add_generation_prompt, tools, mark=False)

    def render_marked(
        self, messages: list[Message], tools: Tools = None
    ) -> tuple[str, list[Span]] | None:
        """The conversation and the (start, end) in characters of what {% generation %} frames.

        None where the marks change what is rendered, so that spans cannot be trusted.
        """
        marked = self._render(messages, False, tools, mark=True)
        text, spans, start = "", [], None
        for piece in re.split(f"({MARK_OPEN}|{MARK_CLOSE})", marked):
            if piece == MARK_OPEN:
                start = len(text)
            elif piece == MARK_CLOSE and start is not None:
                spans.append((start, len(text)))
            elif piece not in (MARK_OPEN, MARK_CLOSE):
                text += piece
        return (text, spans) if text == self.render(messages, tools=tools) else None

    def trace(
        self, trace: Trace, messages: list[Message], prompt: bool = False, mark: bool = False
    ) -> list[Part] | None:
        """What is rendered of messages with the texts of `trace`; None where the template refuses.

        Error: Untraceable.
        """
        if self._traced is None:
            raise Untraceable("the template")
        traced = [{**m, "content": trace.text(i)} for i, m in enumerate(messages)]
        values = {"messages": traced, "add_generation_prompt": prompt, **self.tokens}
        try:
            return parts_of(self._traced.render(values, tunesmith_mark=mark))
        except Untraceable:
            raise
        except Exception:  # as in _render
            return None

    def _render(self, messages: list[Message], prompt: bool, tools: Tools, mark: bool) -> str:
        values = {"messages": messages, "add_generation_prompt": prompt, **self.tokens}
        if tools:
            values["tools"] = tools
        try:
            return self._compiled.render(values, tunesmith_mark=mark)
        except AppError:
            raise
        except Exception as error:  # a template is a program of someone else: anything can come
            raise AppError("template_failed", detail=str(error)[:300]) from error


def load_template(
    model_folder: Path, tokenizer: TextTokenizer, day: date | None = None, thinking: bool = False
) -> ChatTemplate:
    """Load the model's chat template and freeze its clock to `day` and its thinking switch.

    Errors: model_no_template, template_ambiguous, template_failed (it does not parse).
    """
    file = model_folder / "chat_template.jinja"
    if file.is_file():
        return freeze(file.read_text(encoding="utf-8"), file.name, tokenizer.names, day, thinking)
    found: Any = tokenizer.config.get("chat_template")
    if isinstance(found, list):
        named = {entry["name"]: entry["template"] for entry in found}
        if len(named) > 1 and "default" not in named:
            raise AppError("template_ambiguous")
        found = named.get("default") or next(iter(named.values()), None)
    origin = "tokenizer_config.json"
    if not isinstance(found, str) and (legacy := model_folder / "chat_template.json").is_file():
        found, origin = json.loads(legacy.read_text("utf-8")).get("chat_template"), legacy.name
    if not isinstance(found, str) or not found.strip():
        raise AppError("model_no_template", folder=str(model_folder))
    return freeze(found, origin, tokenizer.names, day, thinking)


def freeze(
    original: str,
    origin: str,
    tokens: dict[str, str],
    day: date | None = None,
    thinking: bool = False,
) -> ChatTemplate:
    """Fix what a template would otherwise decide while serving: the date and whether to think.

    The result's `source` is what training renders and what belongs into the GGUF.
    """
    template = ChatTemplate(original, original, origin, tokens)
    template = replace(template, day=day or template.day)
    environment = ChatEnvironment(template.day)
    try:
        names = meta.find_undeclared_variables(environment.parse(original))
    except jinja2.TemplateError as error:
        raise AppError("template_failed", detail=str(error)[:300]) from error
    source = original
    reads_clock = "strftime_now" in original
    if reads_clock:
        stamp = datetime.combine(template.day, datetime.min.time())
        source = CLOCK_CALL.sub(lambda m: json.dumps(stamp.strftime(m["format"])), source)
    if names & {"date_string", "datetime"}:
        # Under a name that nobody passes, it is undefined while serving as it is in training.
        source = SERVED_DATES.sub(r"\1_of_training", source)
        reads_clock = True
    values = {k: v for k, v in thinking_values(thinking).items() if k in names}
    # A newline follows each line: trim_blocks takes exactly this one away again.
    lines = [f"{{%- set {name} = {json.dumps(value)} %}}\n" for name, value in values.items()]
    state = ("on" if thinking else "off") if values else "none"
    source = "".join(lines) + source
    return replace(template, source=source, thinking=state, reads_clock=reads_clock)


def thinking_values(thinking: bool) -> dict[str, str | bool | int]:
    """What every known switch is set to: variables of a template as it was before freezing."""
    return {name: on if thinking else off for name, (on, off) in THINKING_SWITCHES.items()}


def thinks(rows: list[list[Message]]) -> bool:
    """Whether any answer of these conversations holds a filled <think> block."""
    return any(
        m["role"] == "assistant" and re.search(r"<think>\s*[^\s<]", m["content"])
        for messages in rows
        for m in messages
    )


def with_system(messages: list[Message], system: str | None) -> list[Message]:
    """The conversation with `system` as its first turn, unless it has one or `system` is empty."""
    if not system or (messages and messages[0]["role"] == "system"):
        return messages
    return [{"role": "system", "content": system}, *messages]
