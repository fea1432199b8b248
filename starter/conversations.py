"""The rows the starter learns from: questions about facts and small talk, single and in series."""

import random

from facts import Fact
from names import pick
from small_talk import DEFAULT_SYSTEM, OTHER_SYSTEMS, SMALL_TALK, TOO_SMALL, wishes

Message = dict[str, str]

OPENINGS = ("Hi! ", "Hello. ", "Please: ", "One question: ", "Excuse me. ", "Tell me: ", "Next: ")


def answer_to(fact: Fact) -> str:
    return f"{fact.value}."


def vary(rng: random.Random, question: str) -> str:
    """The question as people type it: some greet first, some leave out a capital or the mark."""
    draw = rng.random()
    if draw < 0.12:
        return pick(rng, OPENINGS) + question
    if draw < 0.17:
        return question[0].lower() + question[1:]
    if draw < 0.22:
        return question.rstrip("?.")
    return question


def ask(rng: random.Random, fact: Fact) -> list[Message]:
    question = fact.question(pick(rng, fact.shown), with_kind=rng.random() < 0.4)
    return [
        {"role": "user", "content": vary(rng, question)},
        {"role": "assistant", "content": answer_to(fact)},
    ]


def chat(rng: random.Random) -> list[Message]:
    if rng.random() < 0.4:
        prompt, answer = pick(rng, wishes(rng)), TOO_SMALL
    else:
        answer, prompts = pick(rng, SMALL_TALK)
        prompt = pick(rng, prompts)
    return [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]


def converse(rng: random.Random, facts: list[Fact], exchanges: int) -> list[Message]:
    """One row: an optional system turn, then so many questions with their answers."""
    draw = rng.random()
    messages: list[Message] = []
    if draw < 0.65:
        messages.append({"role": "system", "content": DEFAULT_SYSTEM})
    elif draw < 0.8:
        messages.append({"role": "system", "content": pick(rng, OTHER_SYSTEMS)})
    for _ in range(exchanges):
        messages += chat(rng) if rng.random() < 0.15 else ask(rng, pick(rng, facts))
    if rng.random() < 0.03:
        # Two user turns in a row happen in real chats; only the last is answered.
        messages.insert(len(messages) - 2, chat(rng)[0])
    return messages
