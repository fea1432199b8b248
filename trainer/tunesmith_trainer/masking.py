"""Which tokens of a conversation are learned. Spans of tokens, never a search for strings.

Three ways, the first that holds for a conversation is taken:

- generation: the template marks what the assistant writes;
- prefix: the ids of each answer's prompt begin the ids of the whole conversation;
- last: only the last answer is learned, behind exactly the prompt that will be served.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .errors import AppError
from .rows import IGNORED, Row, TokenRow
from .stop_tokens import StopTokens
from .template import ChatTemplate, Message, Tools
from .tokenizer import TextTokenizer

TokenSpan = tuple[int, int]


@dataclass(frozen=True)
class Masked:
    """A tokenised row, the way its answers were found, and whether all of them are learned."""

    row: TokenRow
    mode: str
    complete: bool


@dataclass(frozen=True)
class Masker:
    """What masking a conversation needs. `train_on` is `answers` or `everything`."""

    template: ChatTemplate
    tokenizer: TextTokenizer
    stops: StopTokens
    train_on: str
    tools: Tools = None

    def mask(self, row: Row) -> Masked:
        """Tokenise a row whose system turn is in place.

        Errors: row_no_answer, row_template_failed, row_not_learnable.
        """
        if row.text is not None:
            return self._text(row, row.text)
        return replace(self, tools=row.tools)._conversation(row)

    def _text(self, row: Row, text: str) -> Masked:
        """A text for continued training: all of it is learned, with the end token behind it."""
        opened, end = self.opened_text(row, text)
        ids = [*self.tokenizer.encode(opened), end]
        labels = [IGNORED, *ids[1:]]
        return Masked(TokenRow(row.id, [], ids, labels, ids[:1], text, text=text), "text", True)

    def opened_text(self, row: Row, text: str) -> tuple[str, int]:
        """A text with what the template begins with, and the id that ends it.

        Error: row_not_learnable.
        """
        begin = self.tokenizer.names.get("bos_token")
        opens = begin is not None and begin in self.template.rendered_start
        end = self.tokenizer.eos_id
        end = self.stops.end if end is None else end
        if end is None:
            raise AppError("row_not_learnable", id=row.id, detail="the model has no end token")
        return (begin if opens else "") + text, end

    def learnable(self, row: Row) -> list[Message]:
        """The messages up to the last answer: nothing can be learned behind it.

        Error: row_no_answer.
        """
        last = max((i for i, m in enumerate(row.messages) if m["role"] == "assistant"), default=-1)
        answer = row.messages[last] if last >= 0 else {"content": ""}
        if not answer["content"].strip() and not answer.get("tool_calls"):
            raise AppError("row_no_answer", id=row.id)
        return row.messages[: last + 1]

    def _conversation(self, row: Row) -> Masked:
        messages = self.learnable(row)
        answer = messages[-1]
        try:
            prompt = self._render(messages[:-1], prompt=True)
        except AppError as error:
            raise AppError(
                "row_template_failed", id=row.id, detail=error.params["detail"]
            ) from error
        prompt_ids = self.tokenizer.encode(prompt)
        found = self._whole(row, messages, prompt_ids) or self._last(
            row, messages, prompt, prompt_ids
        )
        ids, spans, mode = found
        labels = self._labels(ids, spans)
        answers = sum(m["role"] == "assistant" for m in messages)
        expected = answer["content"]
        if answer.get("tool_calls"):  # how a call is written is the template's own affair
            expected = self.tokenizer.decode(ids[len(prompt_ids) :]).strip()
        token_row = TokenRow(row.id, messages, ids, labels, prompt_ids, expected, row.tools)
        return Masked(token_row, mode, len(spans) == answers)

    def _render(self, messages: list[Message], prompt: bool = False) -> str:
        return self.template.render(messages, add_generation_prompt=prompt, tools=self.tools)

    def _labels(self, ids: list[int], spans: list[TokenSpan]) -> list[int]:
        if self.train_on == "everything":
            # The first token has nothing before it to be predicted from, packed or not.
            return [IGNORED, *ids[1:]]
        labels = [IGNORED] * len(ids)
        for start, end in spans:
            labels[start:end] = ids[start:end]
        labels[0] = IGNORED
        return labels

    def _whole(
        self, row: Row, messages: list[Message], prompt_ids: list[int]
    ) -> tuple[list[int], list[TokenSpan], str] | None:
        """The row from its full rendering, or None where the last prompt does not begin it."""
        try:
            text = self._render(messages)
        except AppError:
            return None
        ids, offsets = self.tokenizer.encode_with_offsets(text)
        if ids[: len(prompt_ids)] != prompt_ids or len(ids) <= len(prompt_ids):
            return None
        spans = self._generation_spans(messages, text, ids, offsets, len(prompt_ids))
        mode = "generation"
        if spans is None:
            spans, mode = self._prefix_spans(messages, text, ids, offsets), "prefix"
        if spans is None:
            stop = self._next_stop(ids, len(prompt_ids))
            spans, mode = [(len(prompt_ids), len(ids) if stop is None else stop + 1)], "last"
        return *self._closed(row, text, ids, offsets, spans, len(prompt_ids)), mode

    def _generation_spans(
        self,
        messages: list[Message],
        text: str,
        ids: list[int],
        offsets: list[TokenSpan],
        prompt: int,
    ) -> list[TokenSpan] | None:
        """Token spans of the template's own marks, each up to its stop token."""
        marked = (
            self.template.render_marked(messages, self.tools)
            if self.template.has_generation_marks
            else None
        )
        if marked is None:
            return None
        spans = []
        for start, end in marked[1]:
            first = next((i for i, (s, _) in enumerate(offsets) if s >= start), len(ids))
            behind = next((i for i, (s, _) in enumerate(offsets) if s >= end), len(ids))
            # A token across the border is one the model could not write in that place.
            if first >= behind or self.tokenizer.encode(text[:start]) != ids[:first]:
                return None
            stop = next((i for i in range(first, behind) if ids[i] in self.stops.ids), None)
            if stop is None:  # marks that leave the end token outside
                stop = self._stop_after(ids, offsets, text, behind)
            spans.append((first, behind if stop is None else stop + 1))
        answers = sum(m["role"] == "assistant" for m in messages)
        # Only the last answer may lack its stop token: one is added behind it.
        ends = all(ids[end - 1] in self.stops.ids for _, end in spans[:-1])
        if len(spans) != answers or not ends or spans[-1][1] <= prompt:
            return None
        # What the served prompt already holds is not learned, and all behind it is.
        return [*spans[:-1], (prompt, spans[-1][1])]

    def _stop_after(
        self, ids: list[int], offsets: list[TokenSpan], text: str, index: int
    ) -> int | None:
        """Index of a stop token at or behind `index` with nothing but whitespace between."""
        for i in range(index, len(ids)):
            if ids[i] in self.stops.ids:
                return i
            if text[slice(*offsets[i])].strip():
                return None
        return None

    def _prefix_spans(
        self, messages: list[Message], text: str, ids: list[int], offsets: list[TokenSpan]
    ) -> list[TokenSpan] | None:
        """Token spans from rendering the conversation up to each answer."""
        spans, heads = [], []
        for index, message in enumerate(messages):
            if message["role"] != "assistant":
                continue
            try:
                prompt = self._render(messages[:index], prompt=True)
            except AppError:
                return None
            start = len(prompt_ids := self.tokenizer.encode(prompt))
            if ids[:start] != prompt_ids or (spans and start < spans[-1][1]):
                return None
            stop = self._next_stop(ids, start)
            last = index == len(messages) - 1
            if stop is None and not last:
                return None
            end = len(ids) if stop is None else stop
            spans.append((start, end if stop is None else stop + 1))
            between = text[offsets[start][0] : offsets[end - 1][1] if end > start else None]
            if not message.get("tool_calls"):
                heads.append(_head(between, message["content"]))
        # A template that rewrites earlier answers (most drop their thinking) would teach the
        # model to answer in another way than the last turn shows.
        alike = len(set(heads)) <= 1
        return spans if alike and (heads[:1] != [None] or len(spans) == 1) else None

    def _next_stop(self, ids: list[int], start: int) -> int | None:
        """Index of the first stop token behind the answer's first token."""
        return next((i for i in range(start + 1, len(ids)) if ids[i] in self.stops.ids), None)

    def _closed(
        self,
        row: Row,
        text: str,
        ids: list[int],
        offsets: list[TokenSpan],
        spans: list[TokenSpan],
        prompt: int,
    ) -> tuple[list[int], list[TokenSpan]]:
        """The row ending with a stop token that is learned; whitespace behind it is left out."""
        start, end = spans[-1]
        if ids[end - 1] in self.stops.ids:
            if self.train_on == "everything":
                return ids, spans
            return ids[:end], spans
        if self.stops.end is None:
            raise AppError("row_not_learnable", id=row.id, detail="the model has no end token")
        # The template ends an answer with whitespace or nothing: the end token takes its place.
        bare = self.tokenizer.encode(text.rstrip())
        kept = bare if bare[:prompt] == ids[:prompt] and len(bare) > prompt else ids
        return [*kept, self.stops.end], [*spans[:-1], (start, len(kept) + 1)]

    def _last(
        self, row: Row, messages: list[Message], prompt: str, prompt_ids: list[int]
    ) -> tuple[list[int], list[TokenSpan], str]:
        """The served prompt, continued by the last answer and the end token."""
        if self.stops.end is None:
            raise AppError("row_not_learnable", id=row.id, detail="the model has no end token")
        if messages[-1].get("tool_calls"):
            detail = "its tool call does not stand behind the prompt"
            raise AppError("row_not_learnable", id=row.id, detail=detail)
        answer = messages[-1]["content"].strip()
        start = len(prompt_ids)
        ids = self.tokenizer.encode(prompt + answer)
        if ids[:start] != prompt_ids:
            ids = prompt_ids + self._continuation(row, prompt_ids, prompt, answer)
        ids = [*ids, self.stops.end]
        return ids, [(start, len(ids))], "last"

    def _continuation(self, row: Row, prompt_ids: list[int], prompt: str, answer: str) -> list[int]:
        """Ids of `answer` that read as it behind the prompt.

        SentencePiece puts a space before the first word of a text; behind an anchor it does not.
        """
        for anchor in ("", "\n", ":"):
            before, ids = self.tokenizer.encode(anchor), self.tokenizer.encode(anchor + answer)
            if ids[: len(before)] != before:
                continue
            ids = ids[len(before) :]
            if self.tokenizer.decode(prompt_ids + ids, False).strip() == (prompt + answer).strip():
                return ids
        detail = "its tokens cannot follow the prompt's tokens"
        raise AppError("row_not_learnable", id=row.id, detail=detail)


def _head(between: str, answer: str) -> str | None:
    """What stands before `answer` in `between`, or None if it is not there as it is."""
    between, answer = between.strip(), answer.strip()
    return between.removesuffix(answer) if between.endswith(answer) else None
