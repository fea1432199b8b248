"""The trainer's one way out: JSON lines appended to trainer.jsonl, one flushed line per event."""

from __future__ import annotations

import json
import math
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .decisions import decision
from .errors import AppError


def now() -> str:
    """The time in UTC as ISO 8601 with milliseconds and `Z`."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def finite(value: Any, path: str, bad: list[str]) -> Any:
    """`value` with every NaN and infinity replaced by None; their paths are added to `bad`."""
    if isinstance(value, float) and not math.isfinite(value):
        bad.append(path)
        return None
    if isinstance(value, dict):
        return {k: finite(v, f"{path}.{k}" if path else str(k), bad) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [finite(v, f"{path}[{i}]", bad) for i, v in enumerate(value)]
    return value


class Events:
    """Appends events to a file. Safe to call from several threads."""

    def __init__(self, file: Path) -> None:
        self.current: str | None = None  # the stage under way, for errors that name it
        self._lock = threading.Lock()
        # A crash may have left half a line; a newline first keeps the next event whole.
        torn = _ends_within_a_line(file)
        self._out = file.open("a", encoding="utf-8", newline="\n")
        if torn:
            self._out.write("\n")

    def emit(self, type: str, **fields: Any) -> None:
        """Write one event. Non-finite numbers become null, and a `warning` names the fields."""
        bad: list[str] = []
        fields = finite(fields, "", bad)
        self._write({"time": now(), "type": type, **fields})
        if bad:
            self.warn("not_finite", event=type, fields=", ".join(bad))

    def decide(self, code: str, **params: Any) -> None:
        """A decision applied before training, with its English sentence."""
        self.emit("decision", **decision(code, params))

    def warn(self, code: str, **params: Any) -> None:
        """A warning: something to know that does not stop the run."""
        self.emit("warning", **decision(code, params))

    def log(self, level: str, text: str) -> None:
        """Free text for whoever reads the log; nothing depends on it."""
        self.emit("log", level=level, text=text)

    def error(self, error: AppError) -> None:
        """The trainer's last word before exit 4."""
        self.emit("error", error=error.to_dict())

    def progress(
        self, stage: str, done: float, total: float, unit: str, note: str | None = None
    ) -> None:
        """How far a stage is. `unit` is one of bytes, rows, steps, tensors."""
        extra = {} if note is None else {"note": note}
        self.emit("stage.progress", stage=stage, done=done, total=total, unit=unit, **extra)

    @contextmanager
    def stage(self, stage: str) -> Iterator[dict[str, Any]]:
        """Frame a stage with its events; what the body puts into the dict becomes `result`."""
        self.current = stage
        self.emit("stage.started", stage=stage)
        start = time.monotonic()
        result: dict[str, Any] = {}
        yield result
        seconds = round(time.monotonic() - start, 3)
        self.emit("stage.finished", stage=stage, seconds=seconds, result=result)

    def skip(self, stage: str, reason: AppError) -> None:
        """A stage that is not run, and why."""
        self.emit("stage.skipped", stage=stage, reason=reason.to_dict())

    def close(self) -> None:
        """Close the file; nothing may be emitted afterwards."""
        self._out.close()

    def _write(self, event: dict[str, Any]) -> None:
        line = json.dumps(event, ensure_ascii=False, allow_nan=False, default=str)
        with self._lock:
            self._out.write(line + "\n")
            self._out.flush()


def _ends_within_a_line(file: Path) -> bool:
    if not file.exists() or file.stat().st_size == 0:
        return False
    with file.open("rb") as source:
        source.seek(-1, os.SEEK_END)
        return source.read(1) != b"\n"
