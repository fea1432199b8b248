"""The final GGUF on the check rows: loss of the expected answers, and greedy answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np

from .llama_cpp import LlamaContext, LlamaModel
from .prove_answers import answer_logits
from .rows import IGNORED, TokenRow
from .scores import RowScore

SEQUENCES = 8  # answers generated side by side
CACHE_TOKENS = 16_384  # of all of them together: the cache of a 7 B model is 2 GB then


def score_gguf(
    model: LlamaModel,
    rows: Sequence[TokenRow],
    stop_ids: Collection[int],
    max_new_tokens: int,
    threads: int,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[RowScore]:
    """Scores of `rows`, in their order. Loss in natural logarithms, from float32 logits.

    Answers are the bare text, blanks at its ends included: Ollama's must be equal to it.
    """
    answers = generate(
        model, [row.prompt_ids for row in rows], stop_ids, max_new_tokens, threads, on_progress
    )
    longest = max((len(row.ids) for row in rows), default=1)
    found = []
    with LlamaContext(model, length=longest, threads=threads) as context:
        for row, (ids, stopped) in zip(rows, answers, strict=True):
            loss = row_loss(context, row)
            text = answer_text(model, ids)
            prompt = next((m["content"] for m in reversed(row.messages) if m["role"] == "user"), "")
            found.append(
                RowScore(row.id, prompt, row.expected, loss, row.supervised, text, stopped)
            )
    return found


def answer_text(model: LlamaModel, ids: Sequence[int]) -> str:
    """Generated tokens as text."""
    return b"".join(model.piece(i) for i in ids).decode("utf-8", "replace")


def row_loss(context: LlamaContext, row: TokenRow) -> float:
    """Sum of -log p over the row's supervised tokens."""
    places = [i for i, label in enumerate(row.labels) if label != IGNORED and i > 0]
    total = 0.0
    for place, logits in answer_logits(context, row.ids, places):
        values = logits.astype(np.float64)
        top = values.max()
        total += top + np.log(np.exp(values - top).sum()) - values[row.labels[place]]
    return float(total)


def generate(
    model: LlamaModel,
    prompts: Sequence[Sequence[int]],
    stop_ids: Collection[int],
    max_new_tokens: int,
    threads: int,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[tuple[list[int], bool]]:
    """Greedy answers: ids without the stop token, and whether one ended it; in their order.

    A sequence that ends makes room for the next prompt at once.
    """
    answers: list[tuple[list[int], bool]] = [([], False) for _ in prompts]
    waiting = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    longest = max(map(len, prompts), default=1) + max_new_tokens
    lanes: dict[int, int] = {}  # sequence -> prompt
    count = max(1, min(SEQUENCES, len(prompts), CACHE_TOKENS // longest))
    with LlamaContext(model, length=longest, threads=threads, sequences=count) as context:
        while waiting or lanes:
            fresh: list[tuple[int, int]] = []
            for lane in range(count):
                if lane not in lanes and waiting:
                    lanes[lane] = waiting.pop()
                    fresh.append((lane, _first(context, lane, prompts[lanes[lane]])))
            steps = fresh or _next(context, lanes, answers, prompts)
            for lane, token in steps:
                ids, _ = answers[lanes[lane]]
                stopped = token in stop_ids or model.ends(token)
                if not stopped:
                    ids.append(token)
                if stopped or len(ids) == max_new_tokens:
                    answers[lanes[lane]] = (ids, stopped)
                    del lanes[lane]
                    context.forget(lane)
                    if on_progress:
                        on_progress(len(prompts) - len(waiting) - len(lanes), len(prompts))
    return answers


def _first(context: LlamaContext, lane: int, prompt: Sequence[int]) -> int:
    """Feed a prompt; the best first token."""
    size = context.batch_size
    for start in range(0, len(prompt), size):
        block = range(start, min(start + size, len(prompt)))
        asked = [False] * (len(block) - 1) + [True]
        context.decode([prompt[i] for i in block], block, [lane] * len(block), asked)
    return int(context.logits((len(prompt) - 1) % size).argmax())


def _next(
    context: LlamaContext,
    lanes: dict[int, int],
    answers: Sequence[tuple[list[int], bool]],
    prompts: Sequence[Sequence[int]],
) -> list[tuple[int, int]]:
    """One step of all running sequences: (lane, best token) each."""
    running = list(lanes)
    tokens = [answers[lanes[lane]][0][-1] for lane in running]
    places = [len(prompts[lanes[lane]]) + len(answers[lanes[lane]][0]) - 1 for lane in running]
    context.decode(tokens, places, running, [True] * len(running))
    return [(lane, int(context.logits(i).argmax())) for i, lane in enumerate(running)]
