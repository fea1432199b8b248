"""Asks a model many questions at once."""

from pathlib import Path
from typing import NamedTuple

import torch

from small_talk import DEFAULT_SYSTEM

MODEL = Path(__file__).parent / "model"
LONGEST_ANSWER = 32


class Answer(NamedTuple):
    text: str
    stopped: bool


def ask_all(model, tokenizer, questions, system=DEFAULT_SYSTEM, history=()) -> list[Answer]:
    """The greedy answers, all questions in one batch; `system` None = no system turn."""
    first = [{"role": "system", "content": system}] if system else []
    prompts = tokenizer.apply_chat_template(
        [[*first, *history, {"role": "user", "content": question}] for question in questions],
        add_generation_prompt=True,
        padding=True,
        return_tensors="pt",
        return_dict=True,
    )
    with torch.inference_mode():
        output = model.generate(**prompts, max_new_tokens=LONGEST_ANSWER, do_sample=False)
    answers = []
    for ids in output[:, prompts["input_ids"].shape[1] :].tolist():
        stopped = tokenizer.eos_token_id in ids
        end = ids.index(tokenizer.eos_token_id) if stopped else len(ids)
        answers.append(Answer(tokenizer.decode(ids[:end]), stopped))
    return answers
