"""A message's text as a chat template sees it while it is traced.

A trace answers two things for all texts at once: where the template puts them, and what it asks
about them on the way. Texts that give the same answers are put into the same places, so the
template need not run for them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

# A noncharacter: no row has it, and were it ever rendered, the comparison with the template's own
# rendering would show it.
PLACEHOLDER = "\ufdd4"
STEPS = ("strip", "lstrip", "rstrip")


class Slot(NamedTuple):
    """A place for the text of a message, after `steps`: (method, characters) of `str`."""

    message: int
    steps: tuple[tuple[str, str | None], ...] = ()

    def fill(self, texts: Sequence[str]) -> str:
        """What stands there, for the texts of these messages."""
        text = texts[self.message]
        if self.steps:
            for method, characters in self.steps:
                text = getattr(text, method)(characters)
        return text


Part = str | Slot


class Question(NamedTuple):
    """What a template asks about a text: a method of `str`, with what."""

    slot: Slot
    method: str
    value: str | tuple[str, ...] | None = None

    def answer(self, texts: Sequence[str]) -> bool:
        """The answer for these texts."""
        text = self.slot.fill(texts)
        if self.method == "is":
            return text == self.value
        return bool(text) if self.method == "any" else getattr(text, self.method)(self.value)


class Untraceable(Exception):  # noqa: N818 - no error: this template is rendered the plain way
    """A template does with a text what cannot be told for all texts at once."""


class Trace:
    """One trace: the texts it is made with, and what was asked, in order, with the answers."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.asked: dict[Question, bool] = {}

    def ask(self, question: Question) -> bool:
        """The answer for the texts at hand, kept."""
        if question not in self.asked:
            self.asked[question] = question.answer(self.texts)
        return self.asked[question]

    def text(self, message: int) -> TracedText:
        """The text of a message."""
        return TracedText(self, [Slot(message)])


class TracedText(str):
    """Fixed text and slots. All that could look inside is refused, or becomes a question."""

    _trace: Trace
    _parts: list[Part]

    def __new__(cls, trace: Trace, parts: list[Part]) -> TracedText:
        """A text of these parts."""
        self = super().__new__(cls, PLACEHOLDER)
        self._trace, self._parts = trace, parts
        return self

    def _slot(self) -> Slot:
        if len(self._parts) == 1 and isinstance(self._parts[0], Slot):
            return self._parts[0]
        raise Untraceable("a text that was put together")

    def _ask(self, method: str, value: Any = None) -> bool:
        values = value if isinstance(value, tuple) else (value,)
        if any(isinstance(v, TracedText) or not isinstance(v, str | None) for v in values):
            raise Untraceable(method)
        return self._trace.ask(Question(self._slot(), method, value))

    def _step(self, method: str, characters: str | None = None) -> TracedText:
        if type(characters) not in (str, type(None)):
            raise Untraceable(method)
        slot = self._slot()
        return TracedText(self._trace, [Slot(slot.message, (*slot.steps, (method, characters)))])

    def __str__(self) -> str:
        return self

    def __add__(self, other: Any) -> TracedText:
        return join_traced([self, other])

    def __radd__(self, other: Any) -> TracedText:
        return join_traced([other, self])

    def __bool__(self) -> bool:
        if any(isinstance(part, str) and part for part in self._parts):
            return True
        return self._ask("any")

    def __eq__(self, other: object) -> bool:
        return self._ask("is", other) if isinstance(other, str) else False

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __contains__(self, other: Any) -> bool:
        return self._ask("__contains__", other)

    def startswith(self, *args: Any) -> bool:
        """A question."""
        return self._ask("startswith", _only(args))

    def endswith(self, *args: Any) -> bool:
        """A question."""
        return self._ask("endswith", _only(args))


def _only(args: tuple[Any, ...]) -> Any:
    if len(args) != 1:
        raise Untraceable("a question about a part of the text")
    return args[0]


def _refused(name: str) -> Any:
    def refuse(*_: Any, **__: Any) -> Any:
        raise Untraceable(name)

    return refuse


def _stepping(name: str) -> Any:
    return lambda self, characters=None: self._step(name, characters)


_KEPT = {
    *("__new__", "__init__", "__class__", "__doc__", "__dir__", "__getattribute__", "__setattr__"),
    *("__delattr__", "__init_subclass__", "__subclasshook__", "__getnewargs__", "__reduce__"),
    *("__reduce_ex__", "__getstate__", "__sizeof__", "__repr__"),
}
for _name in dir(str):
    if _name in STEPS:
        setattr(TracedText, _name, _stepping(_name))
    elif _name not in _KEPT and _name not in vars(TracedText):
        setattr(TracedText, _name, _refused(_name))
# `__eq__` takes the hash away; a text that is a key would be looked into.
TracedText.__hash__ = _refused("__hash__")  # type: ignore[method-assign]
TracedText.__mod__ = TracedText.__rmod__ = _refused("__mod__")  # type: ignore[method-assign]


def join_traced(pieces: Iterable[Any]) -> Any:
    """Pieces behind each other; a plain text where none of them is traced."""
    parts: list[Part] = []
    trace = None
    for piece in pieces:
        if isinstance(piece, TracedText):
            trace = piece._trace
            parts += piece._parts
        else:
            parts.append(str(piece))
    return "".join(parts) if trace is None else TracedText(trace, merged(parts))


def merged(parts: Iterable[Part]) -> list[Part]:
    """The same with neighbouring fixed texts as one, and none empty."""
    found: list[Part] = []
    for part in parts:
        if isinstance(part, Slot):
            found.append(part)
        elif found and isinstance(found[-1], str):
            found[-1] += part
        elif part:
            found.append(part)
    return found


def parts_of(text: str) -> list[Part]:
    """What a rendering is made of."""
    return text._parts if isinstance(text, TracedText) else merged([text])
