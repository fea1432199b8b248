"""What the merged model itself answers: the reference that a GGUF is held against."""

from __future__ import annotations

import types
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from .generate import generate_answers
from .merge import compute_dtype, load_causal, stored_dtype
from .prove_answers import Reference
from .rows import TokenRow

LONGEST_PROMPT = 768  # tokens; longer prompts cost much and prove no more
# Parameters up to which so many prompts are answered with so many tokens: minutes on a CPU at most.
SIZES = ((300e6, 16, 48), (2e9, 8, 32), (float("inf"), 4, 24))


def reference_answers(
    merged: Path,
    prompts: Iterable[tuple[str, list[int]]],
    stop_ids: Collection[int],
    device: str,
    parameters: int,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Reference]:
    """Greedy answers of the model in `merged` to the first of `prompts` (id, token ids).

    Computed in float32, so that what differs is the GGUF's doing. `on_progress` may raise to stop.
    """
    count, length = next((n, t) for limit, n, t in SIZES if parameters <= limit)
    chosen = [(id, ids) for id, ids in prompts if 0 < len(ids) <= LONGEST_PROMPT][:count]
    own = stored_dtype(merged)
    place = _fitting_device(merged, device)
    dtype = torch.float32 if place != "cpu" else compute_dtype(merged, own)
    model = load_causal(merged, dtype, place)
    if dtype != torch.float32:
        compute_in_float32(model)
    answers = generate_answers(model, [ids for _, ids in chosen], stop_ids, length, on_progress)
    found = []
    for (id, ids), answer in zip(chosen, answers, strict=True):
        given = answer.ids + ([] if answer.stop is None else [answer.stop])
        found.append(Reference(id, list(ids), given, *_certainty(model, ids, given)))
    return found


@torch.inference_mode()
def _certainty(
    model: Any, prompt: Sequence[int], answer: Sequence[int]
) -> tuple[list[float], list[tuple[int, float]]]:
    """Log probability of each answer token; the second best there and how far behind it is."""
    if not answer:
        return [], []
    ids = torch.tensor([[*prompt, *answer]], device=next(model.parameters()).device)
    rows = model(input_ids=ids).logits[0, len(prompt) - 1 : -1].double().log_softmax(-1)
    given = rows.gather(1, ids[0, len(prompt) :, None])[:, 0].tolist()
    top = rows.exp().topk(2)
    distances = (top.values[:, 0] - top.values[:, 1]).tolist()
    return given, list(zip(top.indices[:, 1].tolist(), distances, strict=True))


def held_out_prompts(
    check: Sequence[TokenRow], golden: Iterable[dict[str, Any]]
) -> list[tuple[str, list[int]]]:
    """Prompts that training never saw: the check rows' first, then the golden conversations'."""
    prompts = [(row.id, row.prompt_ids) for row in check]
    return prompts + [(entry["id"], entry["ids"]) for entry in golden if "ids" in entry]


def compute_in_float32(model: nn.Module) -> None:
    """Keep 16-bit weights in memory, and widen each where it is used."""
    for module in model.modules():
        if isinstance(module, nn.Embedding):
            module.register_forward_hook(lambda _module, _inputs, output: output.float())
        elif isinstance(module, nn.Linear):
            module.forward = types.MethodType(_wide_linear, module)


def _wide_linear(self: nn.Linear, x: torch.Tensor) -> torch.Tensor:
    bias = None if self.bias is None else self.bias.float()
    return functional.linear(x.float(), self.weight.float(), bias)


def _fitting_device(merged: Path, wanted: str) -> str:
    """The graphics card if the model fits into it in float32, else the CPU."""
    size = 2 * sum(f.stat().st_size for f in merged.glob("*.safetensors"))
    if wanted == "cuda" and torch.cuda.is_available():
        torch.cuda.empty_cache()  # what training left unused counts as taken
        free, _total = torch.cuda.mem_get_info()
        return "cuda" if 1.3 * size < free else "cpu"
    return "cpu"
