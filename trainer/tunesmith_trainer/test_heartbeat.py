from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

from .heartbeat import place, start_heartbeat


def read_beat(file: Path, wanted: int) -> dict[str, Any]:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if file.exists():
            found: dict[str, Any] = json.loads(file.read_text())
            if found["beat"] >= wanted:
                return found
        time.sleep(0.01)
    raise AssertionError("no heartbeat came")


def test_it_counts_and_says_where_the_thread_is(tmp_path: Path) -> None:
    file = tmp_path / "heartbeat.json"
    start_heartbeat(file, 0.02)
    found = read_beat(file, 2)
    assert "test_heartbeat.py" in found["where"]
    assert "read_beat" in found["where"]
    assert found["cpuSeconds"] > 0
    assert read_beat(file, found["beat"] + 1)["beat"] > found["beat"]


def test_a_library_call_is_named_below_our_own_line() -> None:
    waiting = threading.Event()
    thread = threading.Thread(target=waiting.wait, daemon=True)
    thread.start()
    assert thread.ident is not None
    end = time.monotonic() + 30
    while "wait" not in place(thread.ident) and time.monotonic() < end:
        time.sleep(0.01)
    assert "threading.py" in place(thread.ident)
    waiting.set()
    thread.join()
    assert place(thread.ident) == ""
