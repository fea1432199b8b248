"""Plans by shape: roles first, then the answers to what the template asks about the texts."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from .errors import AppError
from .masking import Masker
from .row_plan import Anchors, Planner, RowPlan
from .template import Message
from .traced_text import Question, Trace, Untraceable

# Beyond this the rows have hardly anything in common, and plans would cost more than they save.
MOST_SHAPES = 2000
PLAIN_KEYS = {"role", "content"}


@dataclass
class _Branch:
    """What is asked next, and where each answer leads."""

    question: Question
    ways: dict[bool, _Branch | RowPlan | None] = field(default_factory=dict)


class RowShapes:
    """The plans of one model, made as rows ask for them. Threads may share it."""

    def __init__(self, masker: Masker) -> None:
        self.anchors = Anchors(masker.tokenizer)
        self._planner = Planner(masker.template, masker.tokenizer, masker.stops, self.anchors)
        self._roots: dict[tuple[str, ...], _Branch | RowPlan | None] = {}
        self._size = 0
        self._lock = threading.Lock()

    def plan(self, messages: list[Message], texts: Sequence[str]) -> RowPlan | None:
        """The plan for a conversation that ends with an answer, or None where there is none."""
        for message in messages:
            if message.keys() != PLAIN_KEYS:
                return None
        roles = tuple([m["role"] for m in messages])
        known, plan = self._find(roles, texts)
        if known:
            return plan
        with self._lock:
            known, plan = self._find(roles, texts)
            return plan if known else self._make(roles, messages, texts)

    def _find(self, roles: tuple[str, ...], texts: Sequence[str]) -> tuple[bool, RowPlan | None]:
        if roles not in self._roots:
            return False, None
        node = self._roots[roles]
        while isinstance(node, _Branch):
            answer = node.question.answer(texts)
            if answer not in node.ways:
                return False, None
            node = node.ways[answer]
        return True, node

    def _make(
        self, roles: tuple[str, ...], messages: list[Message], texts: Sequence[str]
    ) -> RowPlan | None:
        if self._size >= MOST_SHAPES:
            return None
        self._size += 1
        trace = Trace(texts)
        try:
            plan = self._planner.plan(trace, messages)
        except (Untraceable, AppError):
            plan = None
        # The same answers always lead to the same next question: a template has no other input.
        ways: dict = self._roots
        key: object = roles
        for question, answer in trace.asked.items():
            branch = ways.setdefault(key, _Branch(question))
            ways, key = branch.ways, answer
        ways[key] = plan
        return plan
