"""The command chat: answers JSON lines from stdin by a GGUF, token by token. Imports no torch."""

from __future__ import annotations

import argparse
import json
import os
import queue
import sys
import threading
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from .answer_text import AnswerText
from .errors import AppError
from .llama_cpp import LlamaContext, LlamaModel
from .sampling import OLLAMA_DEFAULTS, Sampler
from .template import ChatTemplate, Message, with_system
from .tokenizer import load_tokenizer
from .unicode_form import UNICODE_FORM_KEY

TOKEN_IDS = {
    "bos_token": "tokenizer.ggml.bos_token_id",
    "eos_token": "tokenizer.ggml.eos_token_id",
    "unk_token": "tokenizer.ggml.unknown_token_id",
    "pad_token": "tokenizer.ggml.padding_token_id",
}
Emit = Callable[[dict[str, Any]], None]


class Chat:
    """An opened model with its template, and the conversation its cache still holds."""

    def __init__(self, model: LlamaModel, model_folder: Path | None, threads: int) -> None:
        """Error: chat_no_template."""
        source = model.chat_template()
        if not source:
            raise AppError("chat_no_template", file=str(model.file))
        names = load_tokenizer(model_folder).names if model_folder else _names(model)
        self.template = ChatTemplate(source, source, "gguf", names)
        self.form = model.metadata(UNICODE_FORM_KEY)
        self.model, self.threads = model, threads
        self.context: LlamaContext | None = None
        self.length = 0
        self.cached: list[int] = []

    def answer(self, request: dict[str, Any], emit: Emit, cancelled: Callable[[], bool]) -> None:
        """Answer one request. Errors: chat_request_invalid, chat_too_long, template_failed."""
        start = time.monotonic()
        messages, options, stops = _read(request)
        prompt = self._prompt(messages, options)
        length = int(options["num_ctx"])
        if len(prompt) >= length:
            raise AppError("chat_too_long", tokens=len(prompt), num_ctx=length)
        context = self._open(length)
        self._feed(context, prompt)
        text = AnswerText(stops)
        ending = {ids[0] for stop in stops if len(ids := self.model.tokenize(stop)) == 1}
        limit = int(options["num_predict"])
        room = length - len(prompt)
        limit = room if limit < 0 else min(limit, room)
        sampler = Sampler(context, options)
        sampler.see(prompt)
        reason, count = "length", 0
        try:
            while count < limit:
                if cancelled():
                    reason = "cancelled"
                    break
                token = sampler.sample()
                if self.model.ends(token) or token in ending:
                    reason = "stop"
                    break
                count += 1
                if shown := text.feed(self.model.piece(token)):
                    emit({"type": "token", "text": shown})
                if text.stopped:
                    reason = "stop"
                    break
                if count < limit:
                    context.decode([token], [len(self.cached)], [0], [True])
                    self.cached.append(token)
        finally:
            sampler.close()
        if rest := text.feed(b"", last=True):
            emit({"type": "token", "text": rest})
        seconds = round(time.monotonic() - start, 3)
        emit({"type": "done", "reason": reason, "tokens": count, "promptTokens": len(prompt),
              "seconds": seconds})  # fmt: skip

    def _prompt(self, messages: list[Message], options: dict[str, Any]) -> list[int]:
        talk = with_system(messages, options["system"])
        try:
            text = self.template.render(talk, add_generation_prompt=True)
        except AppError:
            if talk is messages:
                raise
            # Training leaves the system turn out where the template takes none; so does this.
            text = self.template.render(messages, add_generation_prompt=True)
        if self.form:
            text = unicodedata.normalize(self.form, text)
        return self.model.tokenize(text)

    def _open(self, length: int) -> LlamaContext:
        """A context of `length` tokens: the one there is, if it has that length."""
        if self.context is None or self.length != length:
            self.close()
            self.context = LlamaContext(self.model, length=length, threads=self.threads)
            self.length = length
        return self.context

    def _feed(self, context: LlamaContext, prompt: list[int]) -> None:
        """Feed what the cache does not hold yet, at least the last token, for its logits."""
        pairs = zip(self.cached, prompt[:-1], strict=False)
        kept = next((i for i, (a, b) in enumerate(pairs) if a != b), None)
        kept = min(len(self.cached), len(prompt) - 1) if kept is None else kept
        if not context.forget(0, kept):
            context.forget(0)
            kept = 0
        self.cached = prompt[:kept]
        for first in range(kept, len(prompt), context.batch_size):
            block = range(first, min(first + context.batch_size, len(prompt)))
            asked = [False] * (len(block) - 1) + [True]
            context.decode([prompt[i] for i in block], block, [0] * len(block), asked)
            self.cached += [prompt[i] for i in block]

    def close(self) -> None:
        """Free the context."""
        if self.context is not None:
            self.context.close()
        self.context, self.cached = None, []


def _names(model: LlamaModel) -> dict[str, str]:
    """The named special tokens that the GGUF knows: what the template may refer to."""
    ids = {name: int(model.metadata(key) or -1) for name, key in TOKEN_IDS.items()}
    # Some configs name ids that their vocabulary does not have.
    return {name: model.text_of(id) for name, id in ids.items() if 0 <= id < model.n_vocab}


def _read(request: dict[str, Any]) -> tuple[list[Message], dict[str, Any], list[str]]:
    """Messages, options with Ollama's defaults, stop strings. Error: chat_request_invalid."""
    given, stop = request.get("options") or {}, request.get("stop") or []
    try:
        messages = [{"role": m["role"], "content": m["content"]} for m in request["messages"]]
        if not messages or not all(isinstance(v, str) for m in messages for v in m.values()):
            raise TypeError("messages must be a list of {role, content} texts")
        options = {**OLLAMA_DEFAULTS, **{k: v for k, v in given.items() if v is not None}}
        stops = list(dict.fromkeys([*stop, *options["stop"]]))
        if not all(isinstance(s, str) for s in stops):
            raise TypeError("stop must be a list of texts")
    except (KeyError, TypeError, AttributeError) as error:
        raise AppError("chat_request_invalid", detail=f"{type(error).__name__}: {error}") from error
    return messages, options, stops


class Requests:
    """Requests from a stream in their order, and the ids that were cancelled meanwhile."""

    def __init__(self, source: TextIO) -> None:
        self._queue: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._cancelled: set[Any] = set()
        threading.Thread(target=self._read, args=(source,), daemon=True).start()

    def _read(self, source: TextIO) -> None:
        for line in source:
            if not line.strip():
                continue
            try:
                request = json.loads(line)
            except ValueError:
                request = None
            if not isinstance(request, dict):
                request = {"id": None, "broken": line[:100]}
            if request.get("type") == "cancel":
                self._cancelled.add(request.get("id"))
            else:
                self._queue.put(request)
        self._queue.put(None)

    def next(self) -> dict[str, Any] | None:
        """The next request; None at the end of the stream."""
        return self._queue.get()

    def is_cancelled(self, id: Any) -> bool:
        """Whether a cancel line came for this request."""
        return id in self._cancelled


def serve(gguf: Path, model_folder: Path | None, source: TextIO, sink: TextIO) -> int:
    """Answer requests until `source` ends; the exit code: 0, or 4 where the model does not open."""

    def send(value: dict[str, Any]) -> None:
        sink.write(json.dumps(value, ensure_ascii=False) + "\n")
        sink.flush()

    threads = int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)
    requests = Requests(source)
    try:
        with LlamaModel(gguf) as model:
            chat = Chat(model, model_folder, threads)
            try:
                while (request := requests.next()) is not None:
                    _answer(chat, request, requests, send)
            finally:
                chat.close()
    except AppError as error:
        send({"error": error.to_dict()})
        return 4
    return 0


def _answer(chat: Chat, request: dict[str, Any], requests: Requests, send: Emit) -> None:
    id = request.get("id")
    try:
        if "broken" in request:
            raise AppError("chat_request_invalid", detail=f"not a JSON object: {request['broken']}")
        chat.answer(
            request, lambda part: send({"id": id, **part}), lambda: requests.is_cancelled(id)
        )
    except AppError as error:
        send({"id": id, "type": "error", "error": error.to_dict()})


def main(arguments: argparse.Namespace) -> int:
    """The command line's entry: `gguf` and `model`, a folder or None."""
    sys.stdin.reconfigure(encoding="utf-8")
    return serve(arguments.gguf, arguments.model, sys.stdin, sys.stdout)
