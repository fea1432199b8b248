"""Importing what a run needs, and only that: the libraries take longer than a small training."""

from __future__ import annotations

import os
import sys
import warnings

BITSANDBYTES_OPTIMIZERS = ("adamw_8bit", "paged_adamw_8bit")


def set_environment() -> None:
    """What the libraries read when they are imported. Values the caller set stay."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


def needs_bitsandbytes(load_in_4bit: bool, optim: str) -> bool:
    """Whether a run uses bitsandbytes."""
    return load_in_4bit or optim in BITSANDBYTES_OPTIMIZERS


def import_libraries(bitsandbytes: bool) -> dict[str, str]:
    """Import torch, Transformers and PEFT; their versions by name.

    PEFT imports bitsandbytes wherever it is installed, which takes 2.4 s on two cores. None in
    sys.modules is Python's own way to say that a module is not there; PEFT then leaves it out.
    """
    if not bitsandbytes:
        sys.modules.setdefault("bitsandbytes", None)  # type: ignore[arg-type]
    warnings.filterwarnings("ignore", category=FutureWarning)
    import peft
    import torch
    import transformers
    from transformers import AutoModelForCausalLM  # noqa: F401 - the models' slow part

    transformers.utils.logging.disable_progress_bar()
    versions = {m.__name__: str(m.__version__) for m in (torch, transformers, peft)}
    if bitsandbytes:
        import bitsandbytes as library

        versions["bitsandbytes"] = library.__version__
    return versions
