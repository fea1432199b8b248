"""Wishes that come in through stdin, and the promise to end when stdin does."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from typing import Any, BinaryIO

EXIT_FINISHED = 0
EXIT_STOPPED = 3
EXIT_FAILED = 4
EXIT_ORPHANED = 5
POLL_SECONDS = 0.05


class Stopped(Exception):  # noqa: N818 - not an error: a wish that was granted
    """Raised at a safe point after a wish to cancel or pause."""

    def __init__(self, wish: str) -> None:
        super().__init__(wish)
        self.wish = wish


class Wishes:
    """What the runner asked for so far. `check()` is called wherever it is safe to stop."""

    def __init__(self) -> None:
        self.wish: str | None = None
        self.answers: queue.Queue[dict[str, Any]] = queue.Queue()

    def check(self) -> None:
        """Raise `Stopped` if a cancel or pause was wished."""
        if self.wish is not None:
            raise Stopped(self.wish)

    def wait_for(self, *kinds: str) -> dict[str, Any]:
        """The next line of stdin whose type is one of `kinds`. Raises `Stopped` at a wish."""
        while True:
            self.check()
            try:
                answer = self.answers.get(timeout=POLL_SECONDS)
            except queue.Empty:
                continue
            if answer["type"] in kinds:
                return answer


def listen(wishes: Wishes, stream: BinaryIO | None = None) -> threading.Thread:
    """Read JSON lines in a thread; at the stream's end exit at once.

    `{"type": "cancel"|"pause"|"stop"}` are wishes, other types answers to what was asked.

    The exit is `os._exit`: it must work at any stage, also inside a library's long call, and what
    counts is on disk already, because every output is written beside and renamed.
    """
    source = stream or sys.stdin.buffer

    def read() -> None:
        for line in source:
            try:
                message = json.loads(line)
                kind = message["type"]
            except (ValueError, KeyError, TypeError):
                continue
            if kind in ("cancel", "pause", "stop"):
                wishes.wish = kind
            else:
                wishes.answers.put(message)
        os._exit(EXIT_ORPHANED)

    thread = threading.Thread(target=read, name="wishes", daemon=True)
    thread.start()
    return thread
