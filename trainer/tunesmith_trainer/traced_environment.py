"""An environment in which a chat template runs on traced texts and looks into none unseen."""

from __future__ import annotations

import functools
from datetime import date
from typing import Any

from jinja2 import nodes
from jinja2.environment import Environment
from jinja2.ext import Extension
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro
from jinja2.tests import test_iterable, test_sequence
from jinja2.visitor import NodeTransformer

from .template_environment import ChatEnvironment
from .traced_text import TracedText, Untraceable, join_traced

# What these do to a text goes through the methods of TracedText, or does not touch it.
FILTERS = {"trim", "default", "d", "string", "length", "count", "list", "first", "last", "items",
           "map", "select", "reject", "selectattr", "rejectattr"}  # fmt: skip
TESTS = {"defined", "undefined", "none", "string", "mapping", "boolean", "number", "integer",
         "float", "true", "false", "eq", "equalto", "==", "ne", "!=", "in"}  # fmt: skip
# Jinja's code hands these on with every call; only its own functions take them.
OWN_ARGUMENTS = {"_loop_vars", "_block_vars"}
PLAIN = (bool, int, float, type(None), Context, EvalContext, Environment)


def is_plain(value: Any) -> bool:
    """Whether no text of a message can be in it."""
    return type(value) is str or isinstance(value, PLAIN)


def holds_text(value: Any) -> bool:
    """Whether a text of a message is in it, at any depth."""
    if isinstance(value, dict):
        return any(holds_text(v) for pair in value.items() for v in pair)
    if isinstance(value, list | tuple):
        return any(holds_text(v) for v in value)
    return not is_plain(value)


def traced_in(needle: Any, place: Any) -> bool:
    """`needle in place`, seen also where the needle is a traced text."""
    if isinstance(needle, TracedText) and not isinstance(place, list | tuple):
        raise Untraceable("in")
    return needle in place


def _of_text(test: Any) -> Any:
    """A test that is true of every text, and would look into it to find out."""
    return lambda value: isinstance(value, str) or test(value)


class _Visible(NodeTransformer):
    """Turns operators that C code would carry out on the bare text into calls."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - jinja2's interface
        """`a ~ b`."""
        self.generic_visit(node)
        return _call("tunesmith_join", [nodes.List(node.nodes)], node.lineno)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        """`a in b`, `a not in b`."""
        self.generic_visit(node)
        kinds = {op.op for op in node.ops}
        if not kinds & {"in", "notin"}:
            return node
        if len(node.ops) != 1:
            raise Untraceable("a chain of comparisons")
        call = _call("tunesmith_in", [node.expr, node.ops[0].expr], node.lineno)
        return call if kinds == {"in"} else nodes.Not(call).set_lineno(node.lineno)


def _call(name: str, args: list[nodes.Expr], line: int) -> nodes.Expr:
    return nodes.Call(nodes.Name(name, "load"), args, [], None, None).set_lineno(line)


class TracedEnvironment(ChatEnvironment):
    """The environment of chat templates for traced texts. Raises Untraceable."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "**", "%"})
    concat = staticmethod(join_traced)

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.globals |= {"tunesmith_join": join_traced, "tunesmith_in": traced_in}
        self.filters = {name: _guarded(name, f, FILTERS) for name, f in self.filters.items()}
        self.filters["tojson"] = _guarded_json(self.filters["tojson"])
        self.tests = {name: _guarded(name, f, TESTS) for name, f in self.tests.items()}
        self.tests |= {"iterable": _of_text(test_iterable), "sequence": _of_text(test_sequence)}
        self.tests["in"] = traced_in
        self._own = {id(join_traced), id(traced_in), id(self.globals["namespace"])}

    def _parse(self, *args: Any) -> nodes.Template:
        return _Visible().visit(super()._parse(*args))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """An operator: only `+` knows traced texts."""
        if operator != "+" and not (is_plain(left) and is_plain(right)):
            raise Untraceable(operator)
        return super().call_binop(context, operator, left, right)

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """A call: whom nothing is known of gets no text."""
        given = [*args, *(v for name, v in kwargs.items() if name not in OWN_ARGUMENTS)]
        owner = getattr(obj, "__self__", None)
        known = isinstance(obj, Macro) or isinstance(owner, TracedText | Extension)
        known = known or id(obj) in self._own
        if isinstance(owner, str) and not known:
            if not all(is_plain(value) for value in given):
                raise Untraceable("a method of a text")
        elif not known and any(holds_text(value) for value in given):
            raise Untraceable("a call")
        return super().call(context, obj, *args, **kwargs)


def _guarded(name: str, inner: Any, safe: set[str]) -> Any:
    if name in safe:
        return inner

    @functools.wraps(inner)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not all(is_plain(value) for value in [*args, *kwargs.values()]):
            raise Untraceable(name)
        return inner(*args, **kwargs)

    return guarded


def _guarded_json(guarded: Any) -> Any:
    @functools.wraps(guarded.__wrapped__)
    def to_json(value: Any, *args: Any, **kwargs: Any) -> str:
        if holds_text(value):
            raise Untraceable("tojson")
        return guarded.__wrapped__(value, *args, **kwargs)

    return to_json
