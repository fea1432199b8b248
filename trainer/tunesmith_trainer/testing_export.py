"""What tests of the export share: a model's text side, a GGUF of it, a run ready to export."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .convert import convert_to_gguf
from .export_template import template_for_export
from .stop_tokens import StopTokens, find_stop_tokens
from .template import ChatTemplate, load_template
from .testing_models import shared_model
from .tokenizer import TextTokenizer, load_tokenizer

# Templates that take no system turn.
WITHOUT_SYSTEM = {"llama2", "llama2-json", "mistral"}


@dataclass(frozen=True)
class TextSide:
    """Everything of a model folder that handles text."""

    folder: Path
    tokenizer: TextTokenizer
    template: ChatTemplate
    stops: StopTokens


def text_side(folder: Path) -> TextSide:
    """Load tokenizer, template and stop tokens of a model folder."""
    tokenizer = load_tokenizer(folder)
    template = load_template(folder, tokenizer)
    return TextSide(folder, tokenizer, template, find_stop_tokens(template, tokenizer, folder))


def to_gguf(folder: Path, target: Path, name: str = "sky") -> Path:
    """Convert a model folder to f16, its own template embedded."""
    side = text_side(folder)
    template = template_for_export(side.template, [])
    convert_to_gguf(folder, target, name=name, template=template, stop_ids=side.stops.ids)
    return target


def shared_gguf(family: str, **overrides: Any) -> Path:
    """An f16 GGUF made once per test process. Do not write to it."""
    return _shared_gguf(shared_model(family, **overrides))


@functools.cache
def _shared_gguf(folder: Path) -> Path:
    return to_gguf(folder, folder.parent / f"{folder.name}.gguf")


def train_adapter(
    base: Path,
    target: Path,
    *,
    four_bit: bool = False,
    steps: int = 3,
    keep_tied: bool = True,
    **settings: Any,
) -> None:
    """Write an adapter in PEFT's format, trained a few steps on noise with a high learning rate."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    more: dict[str, Any] = {}
    if four_bit:
        more["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_compute_dtype=torch.float32,
        )
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32, **more)
    tied = model.config.tie_word_embeddings and bool(settings.get("modules_to_save"))
    values = {"r": 8, "lora_alpha": 16, "target_modules": "all-linear", **settings}
    config = LoraConfig(task_type="CAUSAL_LM", ensure_weight_tying=tied and keep_tied, **values)
    torch.manual_seed(0)
    adapted = get_peft_model(model, config)
    parameters = [p for p in adapted.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=1e-2)
    ids = torch.randint(0, 300, (4, 24))
    for _ in range(steps):
        adapted(input_ids=ids, labels=ids).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    adapted.save_pretrained(target)
