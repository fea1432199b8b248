"""Wishes that come in through stdin, and the promise to end when stdin does."""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import BinaryIO

EXIT_FINISHED = 0
EXIT_STOPPED = 3
EXIT_FAILED = 4
EXIT_ORPHANED = 5


class Stopped(Exception):  # noqa: N818 - not an error: a wish that was granted
    """Raised at a safe point after a wish to cancel or pause."""

    def __init__(self, wish: str) -> None:
        super().__init__(wish)
        self.wish = wish


class Wishes:
    """What the runner asked for so far. `check()` is called wherever it is safe to stop."""

    def __init__(self) -> None:
        self.wish: str | None = None

    def check(self) -> None:
        """Raise `Stopped` if a cancel or pause was wished."""
        if self.wish is not None:
            raise Stopped(self.wish)


def listen(wishes: Wishes, stream: BinaryIO | None = None) -> threading.Thread:
    """Read JSON lines `{"type": "cancel"|"pause"}` in a thread; at the stream's end exit at once.

    The exit is `os._exit`: it must work at any stage, also inside a library's long call, and what
    counts is on disk already, because every output is written beside and renamed.
    """
    source = stream or sys.stdin.buffer

    def read() -> None:
        for line in source:
            try:
                kind = json.loads(line).get("type")
            except (ValueError, AttributeError):
                continue
            if kind in ("cancel", "pause"):
                wishes.wish = kind
        os._exit(EXIT_ORPHANED)

    thread = threading.Thread(target=read, name="wishes", daemon=True)
    thread.start()
    return thread
