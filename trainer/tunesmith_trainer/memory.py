"""How much memory the process holds."""

from __future__ import annotations

import psutil
import torch


def used_memory(device: torch.device) -> int:
    """Bytes: the peak on a GPU, else what the process holds right now."""
    if device.type == "cuda":
        return torch.cuda.max_memory_reserved(device)
    return psutil.Process().memory_info().rss
