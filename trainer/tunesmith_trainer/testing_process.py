"""The trainer as the runner starts it: a process of its own, its wishes through stdin."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .testing_runs import read_events

PACKAGE = Path(__file__).parent.parent


class TrainerProcess:
    """`python -m tunesmith_trainer …` with its stdin held open."""

    def __init__(self, *arguments: str | Path, log: Path | None = None) -> None:
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "OMP_NUM_THREADS": "1"}
        self._log = log.open("wb") if log else None
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tunesmith_trainer", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log or subprocess.DEVNULL,
            env=environment,
        )

    def wish(self, kind: str) -> None:
        """Write a wish as the runner does."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"type": kind}).encode() + b"\n")
        self.process.stdin.flush()

    def close_stdin(self) -> None:
        """What happens when the runner dies."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def wait(self, seconds: float = 120) -> int:
        """Exit status."""
        try:
            return self.process.wait(seconds)
        finally:
            self.process.kill()
            if self._log:
                self._log.close()

    def output(self) -> bytes:
        """All of stdout."""
        assert self.process.stdout is not None
        return self.process.stdout.read()


def wait_for(run: Path, happened: Callable[[dict[str, Any]], bool], seconds: float = 120) -> None:
    """Wait until an event of the run fits; fails after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (run / "trainer.jsonl").exists() and any(map(happened, _whole_events(run))):
            return
        time.sleep(0.05)
    raise AssertionError("the awaited event did not come")


def _whole_events(run: Path) -> list[dict[str, Any]]:
    try:
        return read_events(run)
    except json.JSONDecodeError:  # the last line is being written
        return []
