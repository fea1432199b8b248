"""Decisions and warnings the trainer states, as codes with their English sentences.

Like the errors, the TypeScript contract mirrors these tables for translation.
"""

from __future__ import annotations

from typing import Any

DECISIONS: dict[str, str] = {}

WARNINGS: dict[str, str] = {
    "not_finite": "The event {event} held numbers that are not finite: {fields}.",
}


def decision(code: str, params: dict[str, Any]) -> dict[str, Any]:
    """`{code, params, message}` of a decision or a warning."""
    sentence = DECISIONS.get(code) or WARNINGS.get(code)
    assert sentence is not None, f"unknown decision or warning {code}"
    return {"code": code, "params": params, "message": sentence.format(**params)}
