"""A sign of life every few seconds, for whoever has to tell a stalled trainer from a busy one."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from pathlib import Path

SECONDS = 5.0


def start_heartbeat(file: Path, seconds: float = SECONDS) -> threading.Thread:
    """Write `{beat, pid, cpuSeconds, where}` to `file` until the process ends.

    `beat` counts up, `cpuSeconds` is the processor time of all threads so far, `where` the place
    that the calling thread is at. The file is replaced as a whole and never synced: it is worth
    nothing after a crash.
    """
    watched = threading.get_ident()
    part = file.with_name(file.name + ".part")

    def beat() -> None:
        count = 0
        while True:
            content = {
                "beat": count,
                "pid": os.getpid(),
                "cpuSeconds": round(time.process_time(), 3),
                "where": place(watched),
            }
            # A full disk must not end the training by way of its heartbeat.
            with contextlib.suppress(OSError):
                part.write_text(json.dumps(content), encoding="utf-8")
                part.replace(file)
            count += 1
            time.sleep(seconds)

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    return thread


def place(thread: int) -> str:
    """Where a thread is: the trainer's own innermost line, and the library's below it."""
    frame = sys._current_frames().get(thread)
    if frame is None:
        return ""
    inner = frame
    here = Path(__file__).parent
    while frame is not None and Path(frame.f_code.co_filename).parent != here:
        frame = frame.f_back
    shown = [frame] if frame is not None else []
    if inner is not frame:
        shown.append(inner)
    return " → ".join(
        f"{Path(f.f_code.co_filename).name}:{f.f_lineno} {f.f_code.co_name}" for f in shown
    )
