"""The sandbox that chat templates run in: same rules as Transformers', with a frozen clock."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

# Noncharacters: they cannot stand in a row, for JSON rows with them are refused as control text.
MARK_OPEN = "\ufdd0\ufdd1"
MARK_CLOSE = "\ufdd2\ufdd3"


class GenerationMarks(Extension):
    """`{% generation %}…{% endgeneration %}`: what the assistant writes itself."""

    tags = {"generation"}  # noqa: RUF012 - jinja2's interface

    def parse(self, parser: Parser) -> nodes.Node:
        """Turn the block into a call, so that its output can be framed with marks."""
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        flag = nodes.ContextReference()
        call = self.call_method("frame", [flag])
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def frame(self, context: Context, caller: Macro) -> str:
        """The block's output, framed if the render asks for marks."""
        text = caller()
        return MARK_OPEN + text + MARK_CLOSE if context.get("tunesmith_mark") else text


class SafeNamespace(Namespace):
    """jinja2's namespace() without underscore names, which could reach interpreter internals."""

    def __init__(*args: Any, **kwargs: Any) -> None:
        values = dict(*args[1:], **kwargs)
        for name in values:
            _refuse_underscore(name)
        Namespace.__init__(args[0], values)

    def __setitem__(self, name: str, value: Any) -> None:
        _refuse_underscore(name)
        super().__setitem__(name, value)


def _refuse_underscore(name: str) -> None:
    if name.startswith("_"):
        raise SecurityError(f"a namespace cannot hold the underscore name {name!r}")


def _raise_exception(message: str) -> None:
    raise TemplateError(message)


def _tojson(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    # Jinja's own filter escapes HTML characters, which templates do not expect.
    return json.dumps(
        value,
        ensure_ascii=ensure_ascii,
        indent=indent,
        separators=separators,
        sort_keys=sort_keys,
    )


class ChatEnvironment(ImmutableSandboxedEnvironment):
    """An environment whose `strftime_now` always tells midnight of `day`."""

    def __init__(self, day: date) -> None:
        super().__init__(
            trim_blocks=True, lstrip_blocks=True, extensions=[GenerationMarks, loopcontrols]
        )
        stamp = datetime.combine(day, datetime.min.time())
        self.filters["tojson"] = _tojson
        self.globals["raise_exception"] = _raise_exception
        self.globals["strftime_now"] = stamp.strftime
        self.globals["namespace"] = SafeNamespace


__all__ = ["MARK_CLOSE", "MARK_OPEN", "ChatEnvironment"]
