"""Makes the starter model from nothing but this folder: `python make.py [--out FOLDER]`.

Data from seeded templates, a tokenizer trained on them, a few minutes of training on two cores.
"""

import argparse
import math
import random
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import LlamaConfig, LlamaForCausalLM

from chat_tokenizer import END, PAD, TEXT_END, render, train_tokenizer
from conversations import converse
from facts import Fact, invent_facts
from model_folder import write_model
from names import pick

SEED = 20261122
THINGS, FACTS_PER_THING, HELD_OUT_SHARE = 300, 4, 0.5
STEPS, ANSWERS_PER_STEP, WARMUP_STEPS = 1000, 48, 60
# How many exchanges a row has, one number per step so that hardly any padding is needed.
EXCHANGES = (1, 1, 2, 3, 4)
PEAK_RATE, LAST_RATE, WEIGHT_DECAY = 2e-3, 5e-5, 0.05
THREADS = 2
IGNORED = -100

Batch = tuple[torch.Tensor, torch.Tensor]


def starter_facts() -> list[Fact]:
    """The invented facts the starter knows, the same at every call."""
    return invent_facts(SEED, THINGS, FACTS_PER_THING, HELD_OUT_SHARE)


def make_tokenizer(facts: list[Fact]) -> Tokenizer:
    rng = random.Random(SEED + 1)
    rows = (converse(rng, facts, pick(rng, EXCHANGES)) for _ in range(20_000))
    return train_tokenizer(render(row)[0] for row in rows)


def model_config(tokenizer: Tokenizer) -> LlamaConfig:
    """A small Llama whose row sizes are multiples of 256, as llama.cpp's K-quants need."""
    return LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=256,
        intermediate_size=768,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.token_to_id(TEXT_END),
        eos_token_id=tokenizer.token_to_id(END),
        pad_token_id=tokenizer.token_to_id(PAD),
    )


def encode(tokenizer: Tokenizer, rows: list[list[dict[str, str]]]) -> Batch:
    """Token ids and labels, both (rows, longest row), padded on the right."""
    rendered = [render(row) for row in rows]
    encodings = tokenizer.encode_batch([text for text, _ in rendered])
    width = max(len(encoding.ids) for encoding in encodings)
    ids = torch.full((len(rows), width), tokenizer.token_to_id(PAD))
    labels = torch.full((len(rows), width), IGNORED)
    for row, (encoding, (_, spans)) in enumerate(zip(encodings, rendered, strict=True)):
        ids[row, : len(encoding.ids)] = torch.tensor(encoding.ids)
        for column, (begin, end) in enumerate(encoding.offsets):
            if any(first <= begin and end <= last for first, last in spans):
                labels[row, column] = encoding.ids[column]
    return ids, labels


def rate_at(step: int, steps: int) -> float:
    """Linear warm-up, then a half cosine from the peak to the last rate."""
    if step < WARMUP_STEPS:
        return PEAK_RATE * (step + 1) / WARMUP_STEPS
    done = (step - WARMUP_STEPS) / max(1, steps - WARMUP_STEPS)
    return LAST_RATE + (PEAK_RATE - LAST_RATE) * 0.5 * (1 + math.cos(math.pi * done))


def train(tokenizer: Tokenizer, facts: list[Fact], steps: int) -> LlamaForCausalLM:
    torch.set_num_threads(THREADS)
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    model = LlamaForCausalLM(model_config(tokenizer))
    matrices = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0}],
        betas=(0.9, 0.98),
        fused=True,
    )
    started = time.monotonic()
    model.train()
    for step in range(steps):
        exchanges = pick(rng, EXCHANGES)
        rows = [converse(rng, facts, exchanges) for _ in range(ANSWERS_PER_STEP // exchanges)]
        ids, labels = encode(tokenizer, rows)
        learned = labels[:, 1:] != IGNORED
        with torch.autocast("cpu", dtype=torch.bfloat16):
            # Right padding needs no mask: a causal model's answers never see what follows them.
            hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state[:, :-1]
            logits = model.lm_head(hidden[learned])
        loss = torch.nn.functional.cross_entropy(logits.float(), labels[:, 1:][learned])
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, steps)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if step % 50 == 0 or step == steps - 1:
            seconds = time.monotonic() - started
            print(f"step {step + 1}/{steps}  loss {loss.item():.4f}  {seconds:.0f} s", flush=True)
    return model.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "model")
    parser.add_argument("--steps", type=int, default=STEPS, help="fewer for a trial")
    arguments = parser.parse_args()
    facts = starter_facts()
    tokenizer = make_tokenizer(facts)
    model = train(tokenizer, facts, arguments.steps)
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters")
    write_model(arguments.out, model, tokenizer)


if __name__ == "__main__":
    main()
