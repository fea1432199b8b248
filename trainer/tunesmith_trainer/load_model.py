"""The base model: from safetensors alone, in the run's dtype, on the run's device."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from .errors import AppError
from .four_bit import keep_trainable
from .protocol import Events
from .spec import Precision, Quantization


def load_model(
    folder: Path,
    weights_dtype: str,
    quantization: Quantization,
    device: torch.device,
    events: Events,
) -> Any:
    """Load a causal language model, quantised to 4 bit if asked for.

    Errors: model_unknown_architecture, model_weights_incomplete, four_bit_unavailable.
    """
    from transformers import AutoModelForCausalLM

    options: dict[str, Any] = {
        "dtype": getattr(torch, weights_dtype),
        "use_safetensors": True,
        "local_files_only": True,
        "trust_remote_code": False,
        "output_loading_info": True,
    }
    if quantization.load_in_4bit:
        options["quantization_config"] = four_bit_config(quantization, device, events)
    if device.type != "cpu" or quantization.load_in_4bit:
        options["device_map"] = {"": device}
    try:
        model, info = AutoModelForCausalLM.from_pretrained(
            folder, attn_implementation="sdpa", **options
        )
    except ValueError as error:
        text = str(error)
        if "scaled_dot_product_attention" not in text:
            raise AppError("model_unknown_architecture", architecture=text[:200]) from error
        events.decide("attention_eager")
        model, info = AutoModelForCausalLM.from_pretrained(
            folder, attn_implementation="eager", **options
        )
    missing = sorted(info["missing_keys"])
    if missing:  # they would be left random, without a word
        raise AppError("model_weights_incomplete", count=len(missing), first=missing[0])
    keep_trainable(model)
    model.config.use_cache = False
    model.requires_grad_(False)
    return model


def four_bit_config(quantization: Quantization, device: torch.device, events: Events) -> Any:
    """bitsandbytes' settings, with a compute dtype this device can do."""
    from transformers import BitsAndBytesConfig

    if device.type == "mps":
        raise AppError("four_bit_unavailable", detail="bitsandbytes has no kernels for this GPU")
    wanted = quantization.bnb_4bit_compute_dtype
    chosen = compute_dtype(wanted, device)
    if chosen != wanted:
        events.decide("compute_dtype_fallback", wanted=wanted, chosen=chosen, device=device.type)
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type=quantization.bnb_4bit_quant_type,
        bnb_4bit_use_double_quant=quantization.bnb_4bit_use_double_quant,
        bnb_4bit_compute_dtype=getattr(torch, chosen),
    )


def compute_dtype(wanted: str, device: torch.device) -> str:
    """`wanted`, or what the device can do instead: found out by multiplying two small matrices."""
    if device.type == "cuda" and wanted == "bfloat16" and not torch.cuda.is_bf16_supported(False):
        return "float16"
    try:
        probe = torch.ones(2, 2, dtype=getattr(torch, wanted), device=device)
        (probe @ probe).sum().item()
    except RuntimeError:
        return "float32"
    return wanted


def check_precision(precision: Precision, device: torch.device) -> None:
    """Error precision_unsupported where the planned number format is not possible here."""
    if precision.mode == "bf16" and device.type == "cuda" and not torch.cuda.is_bf16_supported():
        detail = "this GPU has no bfloat16"
        raise AppError("precision_unsupported", precision=precision.mode, detail=detail)
    if precision.mode == "fp16" and device.type == "mps":
        detail = "there is no gradient scaling on this GPU"
        raise AppError("precision_unsupported", precision=precision.mode, detail=detail)
