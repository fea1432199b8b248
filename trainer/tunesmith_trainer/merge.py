"""Adapter + 16-bit base -> merged/, proven to answer like base and adapter."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from .errors import AppError
from .output_file import disk_guard, require_space, sync_file, sync_folder
from .rows import sha256_file

STAMP = "tunesmith.json"
SHARD_SIZE = "4GB"
HALF_MAX = 65504.0  # the largest float16
# What belongs to a model's tokenizer, whatever its kind; copied byte for byte, because
# save_pretrained drops tokenizer.model, without which conversions go wrong in silence.
TOKENIZER_FILES = (
    "tokenizer*", "special_tokens_map.json", "added_tokens.json", "vocab.*", "merges.txt",
    "*.model", "*.tiktoken", "tekken.json", "generation_config.json",
)  # fmt: skip
# Allowed distance of outputs, relative to their own spread, by the precision of the arithmetic.
TOLERANCE = {torch.float32: 0.03, torch.float16: 0.1, torch.bfloat16: 0.1}
DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def merge_adapter(
    base: Path,
    adapter: Path,
    target: Path,
    *,
    template: str,
    stamp: dict[str, str],
    probes: Sequence[Sequence[int]],
) -> dict[str, Any]:
    """Merge `adapter` into the model folder `base`, write `target`, and compare the two.

    `probes` are token ids of a few texts. `stamp` is kept in the folder, to know later what it was
    made of. Returns `{dtype, difference, effect}`: distances of outputs merged - tuned and
    tuned - base, relative to their spread. Errors: disk_full, export_merge_not_equal.
    """
    own = stored_dtype(base)
    compute = compute_dtype(base, own)
    model = load_causal(base, dtype=compute)
    before = outputs(model, probes)
    model = _attach(model, adapter)
    tuned = outputs(model, probes)
    model = model.merge_and_unload()
    _untie_if_parted(model)
    _to_16_bits(model, own)
    part = target.with_name(target.name + ".part")
    try:
        write_model(model, base, part, template)
        written = model.dtype
        del model
        merged = outputs(load_causal(part, dtype=compute), probes)
        spread = _spread(tuned)
        difference, effect = _distance(merged, tuned) / spread, _distance(tuned, before) / spread
        # Rounding is allowed, and a tenth of what training changed; a wrong merge is far beyond.
        allowed = max(TOLERANCE[compute], 0.1 * effect)
        if not difference <= allowed:
            shown = {"difference": f"{difference:.4f}", "allowed": f"{allowed:.4f}"}
            raise AppError("export_merge_not_equal", **shown)
        finish_folder(part, target, stamp)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    name = str(written).removeprefix("torch.")
    return {"dtype": name, "difference": round(difference, 6), "effect": round(effect, 6)}


def stored_dtype(folder: Path) -> torch.dtype:
    """The number format of a model's weights, from the first matrix of its safetensors files."""
    from safetensors import safe_open

    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, framework="pt") as weights:
            for name in weights.keys():  # noqa: SIM118 - not a dict
                found = DTYPES.get(weights.get_slice(name).get_dtype())
                if found is not None and len(weights.get_slice(name).get_shape()) > 1:
                    return found
    return torch.float32


def compute_dtype(folder: Path, own: torch.dtype) -> torch.dtype:
    """float32 where a model of that size leaves half of the free memory free, else its own."""
    import psutil

    size = sum(f.stat().st_size for f in folder.glob("*.safetensors"))
    needed = size if own == torch.float32 else 2 * size
    return torch.float32 if 2 * needed < psutil.virtual_memory().available else own


def load_causal(folder: Path, dtype: torch.dtype, device: str = "cpu") -> Any:
    """A causal language model, from safetensors alone, ready to answer."""
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=dtype, use_safetensors=True, trust_remote_code=False, local_files_only=True
    )
    return model.to(device).eval()


def _attach(model: Any, adapter: Path) -> Any:
    from peft import PeftModel

    return PeftModel.from_pretrained(model, adapter, is_trainable=False).eval()


@torch.inference_mode()
def outputs(model: Any, probes: Sequence[Sequence[int]]) -> list[torch.Tensor]:
    """Logits of each probe: [tokens, vocabulary] float32, on the CPU."""
    device = next(model.parameters()).device
    rows = (model(input_ids=torch.tensor([list(ids)], device=device)) for ids in probes)
    return [row.logits[0].float().cpu() for row in rows]


def _distance(a: list[torch.Tensor], b: list[torch.Tensor]) -> float:
    return (
        torch.cat([(x - y).flatten() for x, y in zip(a, b, strict=True)]).pow(2).mean().item()
        ** 0.5
    )


def _spread(a: list[torch.Tensor]) -> float:
    return torch.cat([x.flatten() for x in a]).std().item()


def _untie_if_parted(model: Any) -> None:
    """Where training gave input and output embeddings values of their own, say so in the config."""
    inputs, out = model.get_input_embeddings(), model.get_output_embeddings()
    if out is None or not model.config.tie_word_embeddings:
        return
    if not torch.equal(inputs.weight, out.weight):
        # A copy: two names for one memory would be saved, and loaded, as one.
        out.weight = torch.nn.Parameter(out.weight.detach().clone(), requires_grad=False)
        model.config.tie_word_embeddings = False
        text = model.config.get_text_config()
        text.tie_word_embeddings = False


def _to_16_bits(model: Any, own: torch.dtype) -> None:
    """To the base's own 16 bits; from float32 to float16, or bfloat16 if a weight needs it."""
    if own == torch.float32:
        largest = max(p.detach().abs().max().item() for p in model.parameters())
        own = torch.float16 if largest <= HALF_MAX else torch.bfloat16
    model.to(own)


def write_model(model: Any, base: Path, folder: Path, template: str) -> None:
    """Write weights in shards, the base's tokenizer files and the training template."""
    from transformers import GenerationConfig

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    require_space(folder / "model", sum(p.numel() * 2 for p in model.parameters()))
    # The base's own is copied below; some of those in use are refused when saved anew.
    model.generation_config = GenerationConfig()
    with disk_guard(folder):
        model.save_pretrained(folder, max_shard_size=SHARD_SIZE)
        for pattern in TOKENIZER_FILES:
            for file in base.glob(pattern):
                shutil.copyfile(file, folder / file.name)
        (folder / "chat_template.jinja").write_text(template, encoding="utf-8", newline="\n")


def finish_folder(part: Path, target: Path, stamp: dict[str, str]) -> None:
    """Sync a finished folder, note its files' hashes and name it; an older one is replaced.

    Without a stamp it is for no other attempt, and nothing is noted.
    """
    with disk_guard(target):
        if stamp:
            record = {"stamp": stamp, "files": _hashes(part)}
            (part / STAMP).write_text(json.dumps(record), encoding="utf-8")
        for file in part.iterdir():
            sync_file(file)
        sync_folder(part)
        shutil.rmtree(target, ignore_errors=True)
        part.rename(target)
        sync_folder(target.parent)


def is_merged(target: Path, stamp: dict[str, str]) -> bool:
    """Whether `target` is a whole merge of exactly what `stamp` says, down to its bytes."""
    try:
        record = json.loads((target / STAMP).read_text(encoding="utf-8"))
        return record == {"stamp": stamp, "files": _hashes(target)}
    except (OSError, ValueError):
        return False


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(file for file in folder.iterdir() if file.name != STAMP)
    return {file.name: sha256_file(file) for file in files}
