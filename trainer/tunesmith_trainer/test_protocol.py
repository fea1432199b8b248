from __future__ import annotations

import json
import math
import re
import string
import threading
from pathlib import Path

import pytest

from .changes import KINDS
from .decisions import DECISIONS, WARNINGS, decision
from .errors import MESSAGES, AppError
from .protocol import Events

HERE = Path(__file__).parent


def lines(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line]


def test_numbers_that_are_not_finite_become_null_with_a_warning(tmp_path: Path) -> None:
    events = Events(tmp_path / "t.jsonl")
    events.emit("log", a=math.nan, b=[1.0, -math.inf], c={"d": math.inf}, e=2.5)
    event, warning = lines(tmp_path / "t.jsonl")
    assert (event["a"], event["b"], event["c"], event["e"]) == (None, [1.0, None], {"d": None}, 2.5)
    assert warning["code"] == "not_finite"
    assert warning["params"] == {"event": "log", "fields": "a, b[1], c.d"}


def test_half_a_line_left_by_a_crash_spoils_no_other(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text('{"type": "log", "te')
    Events(file).log("info", "ä\n日本")
    assert json.loads(file.read_text("utf-8").splitlines()[1])["text"] == "ä\n日本"


def test_events_of_several_threads_are_whole_lines(tmp_path: Path) -> None:
    events = Events(tmp_path / "t.jsonl")
    text = "x" * 10_000
    threads = [
        threading.Thread(target=lambda: [events.log("info", text) for _ in range(20)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [event["text"] for event in lines(tmp_path / "t.jsonl")] == [text] * 80


def test_a_stage_is_framed_and_named(tmp_path: Path) -> None:
    events = Events(tmp_path / "t.jsonl")
    with events.stage("train") as result:
        result["steps"] = 3
    started, finished = lines(tmp_path / "t.jsonl")
    assert (started["type"], started["stage"]) == ("stage.started", "train")
    assert (finished["type"], finished["result"]) == ("stage.finished", {"steps": 3})
    with pytest.raises(AppError), events.stage("evaluate"):
        raise AppError("no_rows")
    assert events.current == "evaluate"
    assert [e["type"] for e in lines(tmp_path / "t.jsonl")][2:] == ["stage.started"]


def used(pattern: str) -> dict[str, str]:
    """Codes that the package's sources use, with the file each is in."""
    found = {}
    for file in HERE.glob("*.py"):
        if not file.name.startswith(("test_", "testing_")):
            for code in re.findall(pattern, file.read_text("utf-8")):
                found[code] = file.name
    return found


def test_every_code_that_is_used_has_a_sentence_and_every_sentence_a_use() -> None:
    errors = used(r'AppError\(\s*"(\w+)"') | used(r'_not_finite\(\s*"(\w+)"')
    errors |= used(r'reason\(\s*"(\w+)"')
    assert set(errors) <= set(MESSAGES)
    decided = used(r'decide\(\s*"(\w+)"') | used(r'"(exports_\w+)"')
    assert set(decided) <= set(DECISIONS)
    assert set(DECISIONS) <= set(decided)
    warned = set(used(r'warn\(\s*"(\w+)"')) | {f"memory_{rung}" for rung in used(r'_say\("(\w+)"')}
    warned |= {f"{setting}_changed" for setting in KINDS}
    assert warned == set(WARNINGS)


def test_sentences_are_filled_in() -> None:
    table = {**MESSAGES, **DECISIONS, **WARNINGS}
    for code, sentence in table.items():
        names = [name for _, name, _, _ in string.Formatter().parse(sentence) if name]
        params = {name: f"<{name}>" for name in names}
        text = AppError(code, **params).message if code in MESSAGES else decision(code, params)
        assert all(f"<{name}>" in str(text) for name in names)
        assert sentence.endswith((".", "}")), code
