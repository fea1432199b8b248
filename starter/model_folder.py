"""Writes the files of a model folder."""

import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import save
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

from chat_tokenizer import END, PAD, TEMPLATE, TEXT_END

UNHASHED = ("README.md", "SHA256SUMS")


def write_text(path: Path, text: str) -> None:
    """UTF-8 with plain line feeds on every system, so that hashes are the same everywhere."""
    path.write_bytes(text.encode())


def write_json(path: Path, value: object) -> None:
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_model(folder: Path, model: LlamaForCausalLM, tokenizer: Tokenizer) -> None:
    """The files of a model folder, weights in bf16 without the tied output matrix, and hashes."""
    folder.mkdir(parents=True, exist_ok=True)
    model.config.dtype = torch.bfloat16
    model.config.architectures = ["LlamaForCausalLM"]
    config = model.config.to_dict()
    del config["_name_or_path"]
    write_json(folder / "config.json", config)
    ids = {"bos_token_id": TEXT_END, "eos_token_id": END, "pad_token_id": PAD}
    write_json(
        folder / "generation_config.json",
        {key: tokenizer.token_to_id(token) for key, token in ids.items()},
    )
    write_text(folder / "tokenizer.json", tokenizer.to_str(pretty=True))
    write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": TEXT_END,
            "eos_token": END,
            "pad_token": PAD,
            "add_bos_token": False,
            "add_eos_token": False,
            "clean_up_tokenization_spaces": False,
            "model_max_length": model.config.max_position_embeddings,
        },
    )
    write_text(folder / "chat_template.jinja", TEMPLATE)
    weights = {
        name: tensor.to(torch.bfloat16).contiguous()
        for name, tensor in model.state_dict().items()
        if name != "lm_head.weight"
    }
    (folder / "model.safetensors").write_bytes(save(weights, metadata={"format": "pt"}))
    write_hashes(folder)


def write_hashes(folder: Path) -> None:
    """SHA256SUMS of all files but itself and the card, as `sha256sum -c` reads it."""
    files = sorted(path for path in folder.iterdir() if path.name not in UNHASHED)
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    write_text(folder / "SHA256SUMS", "".join(lines))
