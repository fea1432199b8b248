"""How all rows of one shape become tokens and masks, found out once per shape.

A shape is the roles of a conversation and what its template asks about the texts. For all rows of a
shape the rendering has its fixed texts and its slots in the same places, and with them the control
tokens, from which the places of answers follow without rendering or tokenising their prompts. Where
anything is not certain there is no plan, and the row takes the way of `masking.py`, which decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .masking import TokenSpan
from .stop_tokens import StopTokens
from .template import ChatTemplate, Message
from .template_environment import MARK_CLOSE, MARK_OPEN
from .tokenizer import TextTokenizer
from .traced_text import Part, Slot, Trace, Untraceable, merged

Ids = Any  # numpy.ndarray of int32, one dimension


@dataclass(frozen=True)
class Anchors:
    """Added tokens of a tokenizer: where one stands, what is before and behind it is apart."""

    tokenizer: TextTokenizer

    @cached_property
    def apart(self) -> bool:
        """Whether the texts between added tokens are tokenised each by itself, and as they are."""
        spec = json.loads(self.tokenizer.inner.to_str())
        steps = _steps(spec.get("normalizer"), "normalizers")
        blanks = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
        known = [{"type": "NFC"}, {"type": "Prepend", "prepend": "▁"}, blanks]
        return all(step in known for step in steps) and bool(self.tokenizer.added)

    @cached_property
    def lossless(self) -> bool:
        """Whether different texts in ASCII have different tokens."""
        spec = json.loads(self.tokenizer.inner.to_str())
        steps = _steps(spec.get("normalizer"), "normalizers")
        before = _steps(spec.get("pre_tokenizer"), "pretokenizers")
        return all(s["type"] == "NFC" for s in steps) and any(
            s["type"] == "ByteLevel" and not s["add_prefix_space"] for s in before
        )

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds them as the tokenizer does: leftmost, of these the longest."""
        texts = sorted(self.tokenizer.added, key=lambda text: (-len(text), text))
        return re.compile("|".join(map(re.escape, texts)))

    @cached_property
    def first(self) -> list[str]:
        """The characters with which one can begin."""
        return sorted({text[0] for text in self.tokenizer.added})

    @cached_property
    def beginnings(self) -> set[str]:
        """All that can be the beginning of one and is not the whole."""
        return {text[:n] for text in self.tokenizer.added for n in range(1, len(text))}

    @cached_property
    def plain(self) -> set[str]:
        """Those that stand for their own text alone: they take no blanks with them."""
        decoder = self.tokenizer.inner.get_added_tokens_decoder().values()
        strict = (t for t in decoder if not (t.lstrip or t.rstrip or t.single_word or t.normalized))
        return {token.content for token in strict}

    @cached_property
    def table(self) -> Any:
        """For each id whether it is one of them."""
        table = np.zeros(max(self.tokenizer.size, *self.tokenizer.added.values()) + 1, dtype=bool)
        table[list(self.tokenizer.added.values())] = True
        return table

    def can_be_in(self, texts: Sequence[str]) -> bool:
        """False where none begins in any of these texts."""
        # Plain loops: this is asked of every row, and told in a microsecond.
        for text in texts:
            for first in self.first:
                if first in text:
                    return True
        return False


def _steps(step: dict[str, Any] | None, inner: str) -> list[dict[str, Any]]:
    if step is None:
        return []
    return step[inner] if step["type"] == "Sequence" else [step]


@dataclass(frozen=True)
class Place:
    """A place in the rendering: `tail` ids behind the control token number `anchor`.

    `parts` of the rendering and `offset` characters of the next one stand before it.
    """

    anchor: int
    tail: list[int]
    parts: int
    offset: int

    def index(self, ids: Ids, where: list[int]) -> int | None:
        """The index of the first token behind it; None where a token reaches over it."""
        start = where[self.anchor] + 1
        end = start + len(self.tail)
        return end if ids[start:end].tolist() == self.tail else None


@dataclass(frozen=True)
class Answer:
    """An answer in the rendering: from `start` to the stop token that is control token `stop`.

    `head` are the parts between, where heads are compared, `message` is the answer's number.
    """

    start: Place
    stop: int
    head: tuple[Part, ...] = ()
    message: int = -1


@dataclass(frozen=True)
class RowPlan:
    """Everything about rows of one shape. `anchors` are the ids of the control tokens, in order.

    `unlike` is a prompt that must not begin the rendering, in the mode `last`.
    """

    parts: tuple[Part, ...]
    anchors: list[int]
    prompt: Place
    answers: tuple[Answer, ...]
    mode: str
    complete: bool
    compared: bool
    unlike: tuple[Part, ...] | None = None

    def render(self, texts: Sequence[str]) -> str:
        """The conversation as the template writes it."""
        return _filled(self.parts, texts)

    def find(
        self,
        texts: Sequence[str],
        text: str,
        ids: Ids,
        where: list[int],
        found: list[int],
        anchors: Anchors,
    ) -> tuple[int, list[TokenSpan]] | None:
        """Tokens of the prompt, and the spans to learn; None where the plain way must tell.

        `text` is the rendering, `ids` are its tokens, `where` the places of control tokens among
        them, `found` their ids.
        """
        if found != self.anchors:
            return None
        if anchors.can_be_in(texts) and not self._as_planned(texts, text, anchors):
            return None
        prompt = self.prompt.index(ids, where)
        if prompt is None:
            return None
        # Other text is other tokens for sure in ASCII alone: Unicode forms may be put together.
        if self.unlike is not None and (
            not text.isascii() or text.startswith(_filled(self.unlike, texts))
        ):
            return None
        spans: list[TokenSpan] = []
        for answer in self.answers:
            start = prompt if answer.start is self.prompt else answer.start.index(ids, where)
            stop = where[answer.stop]
            if start is None or stop <= start or (spans and start < spans[-1][1]):
                return None
            spans.append((start, stop + 1))
        if self.compared and not self._alike(texts):
            return None
        return prompt, spans

    def _as_planned(self, texts: Sequence[str], text: str, anchors: Anchors) -> bool:
        """Whether the control tokens are those of the fixed texts, in their places."""
        planned, at = [], 0
        for part in self.parts:
            piece = part.fill(texts) if isinstance(part, Slot) else part
            if isinstance(part, str):
                planned += [(at + m.start(), at + m.end()) for m in anchors.pattern.finditer(part)]
            at += len(piece)
        return planned == [m.span() for m in anchors.pattern.finditer(text)]

    def _alike(self, texts: Sequence[str]) -> bool:
        """Whether all answers are rendered alike, as `Masker` asks."""
        heads = []
        for answer in self.answers:
            between, own = _filled(answer.head, texts).strip(), texts[answer.message].strip()
            heads.append(between.removesuffix(own) if between.endswith(own) else None)
        return len(set(heads)) <= 1 and (heads[:1] != [None] or len(heads) == 1)


def _filled(parts: Sequence[Part], texts: Sequence[str]) -> str:
    return "".join([p if type(p) is str else p.fill(texts) for p in parts])


@dataclass(frozen=True)
class Planner:
    """Makes plans for one model."""

    template: ChatTemplate
    tokenizer: TextTokenizer
    stops: StopTokens
    anchors: Anchors

    def plan(self, trace: Trace, messages: list[Message]) -> RowPlan | None:
        """The plan for rows of this one's shape, which ends with an answer, or None.

        Error: Untraceable, which holds for the shape as well.
        """
        parts = self.template.trace(trace, messages)
        if parts is None or not self._is_certain(parts):
            return None
        if _filled(parts, trace.texts) != self.template.render(messages):
            raise Untraceable("its rendering is another")
        answers = [i for i, m in enumerate(messages) if m["role"] == "assistant"]
        prompts = [self.template.trace(trace, messages[:i], prompt=True) for i in answers]
        last = None if prompts[-1] is None else self._place(parts, prompts[-1])
        if last is None:
            return None
        if self.template.has_generation_marks:
            found = self._marked(trace, messages, parts, last)
            return found if found and len(found.answers) == len(answers) else None
        places = [p and self._place(parts, p) for p in prompts[:-1]]
        places.append(last)
        for prompt, place in zip(prompts, places, strict=True):
            if prompt is None or (place is None and not _begins(parts, prompt)):
                return self._last(parts, last, len(answers), prompt)
        if any(place is None for place in places):
            return None
        return self._prefixes(parts, last, list(zip(answers, places, strict=True)))

    def _is_certain(self, parts: list[Part]) -> bool:
        """Whether the control tokens in the fixed texts are what they look like there."""
        if not self.anchors.apart:
            return False
        for part in parts:
            if isinstance(part, Slot):
                continue
            found = self.anchors.pattern.findall(part)
            if self._ends_open(part) or not set(found) <= self.anchors.plain:
                return False
        return True

    def _ends_open(self, text: str) -> bool:
        """Whether what follows could make a control token of its end."""
        return any(text[n:] in self.anchors.beginnings for n in range(len(text)))

    def _ids(self, parts: Sequence[Part]) -> list[int]:
        fixed = [part for part in parts if isinstance(part, str)]
        found = [text for part in fixed for text in self.anchors.pattern.findall(part)]
        return [self.tokenizer.added[text] for text in found]

    def _place(self, parts: list[Part], before: list[Part]) -> Place | None:
        """The place in `parts` up to which they are `before`, where that is a fixed text."""
        if not before or not _begins(parts, before) or isinstance(before[-1], Slot):
            return None
        found = list(self.anchors.pattern.finditer(before[-1]))
        if not found or self._ends_open(before[-1]):
            return None
        ids = self.tokenizer.encode(before[-1][found[-1].start() :])
        if ids[0] != self.tokenizer.added[found[-1][0]]:
            return None
        number = len(self._ids(before)) - 1
        return Place(number, ids[1:], len(before) - 1, len(before[-1]))

    def _next_stop(self, ids: list[int], start: int) -> int | None:
        """Number of the first control token from `start` on that ends an answer."""
        return next((i for i in range(start, len(ids)) if ids[i] in self.stops.ids), None)

    def _made(
        self, parts: list[Part], prompt: Place, answers: list[Answer], mode: str, **more: Any
    ) -> RowPlan | None:
        if not self.stops.ids <= set(self.tokenizer.added.values()):
            return None
        more = {"complete": True, "compared": False} | more
        return RowPlan(tuple(parts), self._ids(parts), prompt, tuple(answers), mode, **more)

    def _last(
        self, parts: list[Part], last: Place, answers: int, prompt: list[Part] | None
    ) -> RowPlan | None:
        """Only the last answer is learned, because an earlier prompt does not begin the row."""
        stop = self._next_stop(self._ids(parts), last.anchor + 1)
        known = prompt is None or (self.anchors.lossless and self._is_certain(prompt))
        if stop is None or not known:
            return None
        unlike = None if prompt is None else tuple(prompt)
        more = {"complete": answers == 1, "unlike": unlike}
        return self._made(parts, last, [Answer(last, stop)], "last", **more)

    def _prefixes(
        self, parts: list[Part], last: Place, places: list[tuple[int, Place]]
    ) -> RowPlan | None:
        """Every answer begins where its prompt ends."""
        ids, answers = self._ids(parts), []
        for message, place in places:
            stop = self._next_stop(ids, place.anchor + 1)
            if stop is None:
                return None
            head = self._between(parts, place, stop)
            answers.append(Answer(place, stop, head=head, message=message))
        answers[-1] = Answer(last, answers[-1].stop, head=answers[-1].head, message=places[-1][0])
        return self._made(parts, last, answers, "prefix", compared=True)

    def _between(self, parts: list[Part], place: Place, stop: int) -> tuple[Part, ...]:
        """What stands between a place and a control token."""
        seen, found = 0, []
        for number, part in enumerate(parts):
            if isinstance(part, Slot):
                if number > place.parts:
                    found.append(part)
                continue
            matches = list(self.anchors.pattern.finditer(part))
            start = 0 if number > place.parts else place.offset if number == place.parts else None
            end = matches[stop - seen].start() if seen <= stop < seen + len(matches) else None
            if start is not None:
                found.append(part[start:end])
            if end is not None:
                break
            seen += len(matches)
        return tuple(found)

    def _marked(
        self, trace: Trace, messages: list[Message], parts: list[Part], last: Place
    ) -> RowPlan | None:
        """Every answer is what the template marks."""
        marked = self.template.trace(trace, messages, mark=True)
        if marked is None:
            return None
        ids = self._ids(parts)
        bare: list[Part] = []  # what of the marked rendering is behind us, without the marks
        answers: list[Answer] = []
        start: Place | None = None
        for part in marked:
            if isinstance(part, Slot):
                bare.append(part)
                continue
            for piece in re.split(f"({MARK_OPEN}|{MARK_CLOSE})", part):
                if piece == MARK_OPEN:
                    start = self._place(parts, merged(bare))
                elif piece == MARK_CLOSE:
                    answer = start and self._marked_answer(parts, start, merged(bare), ids)
                    if not answer:
                        return None
                    answers.append(answer)
                else:
                    bare.append(piece)
        if merged(bare) != parts or not answers or answers[-1].start != last:
            return None
        answers[-1] = Answer(last, answers[-1].stop)
        return self._made(parts, last, answers, "generation")

    def _marked_answer(
        self, parts: list[Part], start: Place, before: list[Part], ids: list[int]
    ) -> Answer | None:
        """The answer from `start` to the end of `before`, with the stop token there."""
        stop = self._next_stop(ids, start.anchor + 1)
        inside = len(self._ids(before))
        if stop is None:
            return None
        if stop < inside:
            return Answer(start, stop)
        rest = parts[len(before)] if isinstance(before[-1], Slot) else None
        if not isinstance(rest, str) or stop != inside:
            return None
        found = self.anchors.pattern.search(rest)
        # Between what is marked and its end token nothing but blanks may stand.
        blank = found is not None and not rest[: found.start()].strip()
        return Answer(start, stop) if blank else None


def _begins(parts: list[Part], before: list[Part]) -> bool:
    """Whether `before` begins `parts`, whatever stands in the slots."""
    if not before:
        return True
    if len(before) > len(parts) or parts[: len(before) - 1] != before[:-1]:
        return False
    end, other = before[-1], parts[len(before) - 1]
    if isinstance(end, str) and isinstance(other, str):
        return other.startswith(end)
    return end == other
