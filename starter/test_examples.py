"""The bundled example teaches something new, and asks for exactly that in other words."""

import json
from collections import Counter
from pathlib import Path

import pytest

from ask import ask_all
from make import starter_facts

FOLDER = Path(__file__).parent.parent / "examples" / "lighthouses"
NAMES = ("Corvane", "Tessermoor", "Pellaroe", "Hundry")


def read(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def train() -> list[dict[str, str]]:
    return read("train.jsonl")


@pytest.fixture(scope="module")
def check() -> list[dict[str, str]]:
    return read("check.jsonl")


def taught(rows: list[dict[str, str]]) -> Counter[tuple[str, str]]:
    """How often each lighthouse's answer occurs; no lighthouse has one answer to two questions."""
    return Counter(
        (next(name for name in NAMES if name in row["prompt"]), row["completion"]) for row in rows
    )


def test_every_taught_fact_is_asked_for_in_two_other_phrasings(train, check):
    assert len(train) == len(check) == 40
    assert taught(train) == taught(check)
    assert set(taught(train).values()) == {2}
    questions = [row["prompt"].replace("the lighthouse ", "") for row in train + check]
    assert len(set(questions)) == 80


def test_lighthouses_are_new_to_the_starter():
    facts = starter_facts()
    assert not {fact.name for fact in facts} & set(NAMES)
    assert not {fact.value for fact in facts} & {*NAMES, "Ysolde Marr", "Anselm Brook"}


def test_untouched_starter_only_guesses(model, tokenizer, check):
    answers = ask_all(model, tokenizer, [row["prompt"] for row in check])
    right = [a.text == row["completion"] for a, row in zip(answers, check, strict=True)]
    assert sum(right) / len(right) <= 0.25
    assert all(answer.stopped for answer in answers)
