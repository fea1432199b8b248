"""Bytes of tokens -> text to show: no character cut in two, nothing shown of a stop string."""

from __future__ import annotations

import codecs
from collections.abc import Collection


class AnswerText:
    """Feed pieces, show what comes back. `stopped` is set when a stop string was completed."""

    def __init__(self, stops: Collection[str]) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stops = [stop for stop in stops if stop]
        self._held = ""
        self.stopped = False

    def feed(self, piece: bytes, last: bool = False) -> str:
        """Text that can be shown now; with `last` also what was held back.

        What could still become a stop string is held back; a stop string and all behind it vanish.
        Bytes that are no UTF-8 come out as the replacement character.
        """
        if self.stopped:
            return ""
        text = self._held + self._decoder.decode(piece, last)
        found = [place for stop in self._stops if (place := text.find(stop)) >= 0]
        if found:
            self.stopped, self._held = True, ""
            return text[: min(found)]
        held = 0 if last else self._longest_beginning(text)
        self._held = text[len(text) - held :]
        return text[: len(text) - held]

    def _longest_beginning(self, text: str) -> int:
        """Length of the longest end of `text` with which some stop string begins."""
        longest = 0
        for stop in self._stops:
            for size in range(min(len(stop) - 1, len(text)), longest, -1):
                if text.endswith(stop[:size]):
                    longest = size
                    break
        return longest
