"""changes.json: what a person changed in a run after it was frozen. run.json itself never changes.

A change counts from behind its step on, so that a run that goes on from any earlier checkpoint, or
that is repeated from its beginning, comes to the same weights.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from .errors import AppError

FILE = "changes.json"
KINDS: dict[str, type] = {"learning_rate": float, "load_in_4bit": bool}


@dataclass(frozen=True)
class Change:
    """From behind `step` on, the setting `key` is `value`; it was `before`."""

    step: int
    key: str
    value: float | bool
    before: float | bool


def read_changes(run_folder: Path) -> tuple[Change, ...]:
    """The changes of a run, earliest step first; none where there is no file.

    Error: changes_unreadable. A change must never be left out in silence.
    """
    file = run_folder / FILE
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        changes = [_parse(entry) for entry in data["changes"]]
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AppError("changes_unreadable", file=str(file), detail=str(error)) from error
    return tuple(sorted(changes, key=lambda change: change.step))


def _parse(entry: dict[str, object]) -> Change:
    step, key, value, before = (entry[name] for name in ("step", "key", "value", "before"))
    if not isinstance(step, int) or not isinstance(key, str) or key not in KINDS:
        raise ValueError(f"{key} at step {step}")
    numbers = [KINDS[key](number) for number in (value, before)]
    return Change(step, key, numbers[0], numbers[1])
