"""Proof that a GGUF answers as the merged model does: the same greedy choice at every token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .errors import AppError
from .llama_cpp import LlamaContext, LlamaModel

NEAR_TIE = 0.05  # builds and devices round differently: the two best may swap within this
PROMPTS = 16
ANSWER_TOKENS = 48


@dataclass(frozen=True)
class Reference:
    """A greedy answer of the merged model: ids with the stop token, if one ended it."""

    id: str
    prompt_ids: list[int]
    answer_ids: list[int]


@dataclass(frozen=True)
class AnswerProof:
    """Of `answers`, `equal` were equal; `near_ties` parted only where two tokens were as likely."""

    answers: int
    equal: int
    near_ties: int


def prove_answers(model: LlamaModel, references: Sequence[Reference], threads: int) -> AnswerProof:
    """Hold every token of every reference answer against the GGUF's own choice at that place.

    Greedy answers are equal exactly if, given the same beginning, the best token is the same at
    each place; so the reference is fed and each next choice compared, which also looks behind a
    near-tie. Error: export_not_proven, with the first difference.
    """
    longest = max((len(r.prompt_ids) + len(r.answer_ids) for r in references), default=1)
    equal = ties = 0
    with LlamaContext(model, length=longest, threads=threads) as context:
        for reference in references:
            parted = _partings(context, model, reference)
            equal += parted == 0
            ties += parted > 0
    return AnswerProof(len(references), equal, ties)


def _partings(context: LlamaContext, model: LlamaModel, reference: Reference) -> int:
    """How many tokens of one answer part at a near-tie. Error: export_not_proven."""
    start = len(reference.prompt_ids)
    ids = reference.prompt_ids + reference.answer_ids
    parted = 0
    for place, logits in answer_logits(context, ids, range(start, len(ids))):
        best = int(logits.argmax())
        if best == ids[place]:
            continue
        p = softmax(logits)
        if p[best] - p[ids[place]] > NEAR_TIE:
            before = b"".join(model.piece(i) for i in ids[start:place])
            raise AppError(
                "export_not_proven",
                id=reference.id,
                before=before.decode("utf-8", "replace"),
                expected=repr(model.text_of(ids[place])),
                found=repr(model.text_of(best)),
                expected_probability=f"{p[ids[place]]:.3f}",
                found_probability=f"{p[best]:.3f}",
            )
        parted += 1
    return parted


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
