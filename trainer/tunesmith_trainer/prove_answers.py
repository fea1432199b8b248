"""Proof that a GGUF answers as the merged model does: the same greedy choice at every token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .errors import AppError
from .llama_cpp import LlamaContext, LlamaModel

NEAR_TIE = 0.05  # builds and devices round differently: the two best may swap within this
DRIFT = 0.1  # nats per token that log probabilities may differ on average; rounding costs 0.01


@dataclass(frozen=True)
class Reference:
    """A greedy answer of the merged model: ids with the stop token, if one ended it.

    What the merged model gives each of `answer_ids`: `log_probabilities`, and in `seconds` the
    second best token with its distance in probability.
    """

    id: str
    prompt_ids: list[int]
    answer_ids: list[int]
    log_probabilities: list[float]
    seconds: list[tuple[int, float]]


@dataclass(frozen=True)
class AnswerProof:
    """Of `answers`, `equal` were equal; `near_ties` parted only where two tokens were as likely.

    `drift` is the mean absolute difference of the answers' log probabilities, per token.
    """

    answers: int
    equal: int
    near_ties: int
    drift: float


def prove_answers(model: LlamaModel, references: Sequence[Reference], threads: int) -> AnswerProof:
    """Hold every token of every reference answer against the GGUF's own choice at that place.

    Greedy answers are equal exactly if, given the same beginning, the best token is the same at
    each place; so the reference is fed and each next choice compared, which also looks behind a
    near-tie: the same two tokens are best in one of the two models, and within NEAR_TIE there. A
    model that is unsure of everything could pass by near-ties alone: so the probabilities must be
    the merged model's, too.
    Error: export_not_proven, with the first or the largest difference.
    """
    longest = max((len(r.prompt_ids) + len(r.answer_ids) for r in references), default=1)
    equal = ties = 0
    drifts: list[tuple[float, Reference, int, float]] = []
    with LlamaContext(model, length=longest, threads=threads, precise=True) as context:
        for reference in references:
            parted, found = _compare(context, model, reference)
            equal += parted == 0
            ties += parted > 0
            for place, (expected, p) in enumerate(
                zip(reference.log_probabilities, found, strict=True)
            ):
                drifts.append((abs(expected - p), reference, place, p))
    drift = float(np.mean([d for d, *_ in drifts])) if drifts else 0.0
    if not drift <= DRIFT:
        _, reference, place, p = max(drifts, key=lambda entry: entry[0])
        token = reference.answer_ids[place]
        pair = (float(np.exp(reference.log_probabilities[place])), float(np.exp(p)))
        raise _difference(model, reference, place, token, token, pair)
    return AnswerProof(len(references), equal, ties, drift)


def _compare(
    context: LlamaContext, model: LlamaModel, reference: Reference
) -> tuple[int, list[float]]:
    """How many tokens part at a near-tie, and each token's log probability.

    Error: export_not_proven.
    """
    start = len(reference.prompt_ids)
    ids = reference.prompt_ids + reference.answer_ids
    parted, found = 0, []
    for place, logits in answer_logits(context, ids, range(start, len(ids))):
        p, expected = softmax(logits), ids[place]
        found.append(float(np.log(max(p[expected], 1e-30))))
        second, best = (int(i) for i in np.argsort(logits)[-2:])
        if best == expected:
            continue
        theirs, distance = reference.seconds[place - start]
        tied = expected == second and p[best] - p[expected] <= NEAR_TIE
        if not tied and not (best == theirs and distance <= NEAR_TIE):
            pair = (float(p[expected]), float(p[best]))
            raise _difference(model, reference, place - start, expected, best, pair)
        parted += 1
    return parted, found


def _difference(
    model: LlamaModel, reference: Reference, place: int, expected: int, found: int,
    probabilities: tuple[float, float],
) -> AppError:  # fmt: skip
    before = b"".join(model.piece(i) for i in reference.answer_ids[:place])
    return AppError(
        "export_not_proven",
        id=reference.id,
        before=before.decode("utf-8", "replace"),
        expected=repr(model.text_of(expected)),
        found=repr(model.text_of(found)),
        expected_probability=f"{probabilities[0]:.3f}",
        found_probability=f"{probabilities[1]:.3f}",
    )


def answer_logits(context: LlamaContext, ids: Sequence[int], places: Sequence[int]):
    """Yield (place, logits) for each of `places` > 0: what is predicted there, [vocabulary]."""
    context.forget(0)
    wanted = {place - 1 for place in places}
    for start in range(0, len(ids), context.batch_size):
        block = range(start, min(start + context.batch_size, len(ids)))
        marks = [i in wanted for i in block]
        # llama.cpp wants at least one output per call.
        asked = marks if any(marks) else [*marks[:-1], True]
        context.decode([ids[i] for i in block], block, [0] * len(block), asked)
        for row, i in enumerate(block):
            if marks[row]:
                yield i + 1, context.logits(row)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities of a row of logits: [vocabulary] float64."""
    shifted = np.exp(logits.astype(np.float64) - logits.max())
    return shifted / shifted.sum()
