"""How much memory the process holds, and the most it held in each phase."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import torch

CLEAR_REFS = Path("/proc/self/clear_refs")
RESET_PEAK = "5"  # Linux, Documentation/filesystems/proc.rst: sets VmHWM to what is held now
SAMPLE_SECONDS = 0.02


def used_memory(device: torch.device) -> int:
    """Bytes: the peak on a GPU, else what the process holds right now."""
    if device.type == "cuda":
        return torch.cuda.max_memory_reserved(device)
    return psutil.Process().memory_info().rss


class PeakMemory:
    """The most bytes held in each phase. A phase within another one is not part of it.

    On a GPU what torch reserved counts, else the resident memory: as Linux' kernel counted it, and
    elsewhere as sampled 50 times a second.
    """

    def __init__(self, device: torch.device) -> None:
        self.bytes: dict[str, int] = {}
        self._phases: list[str] = []
        self._cuda = device if device.type == "cuda" else None
        self._sampler = None if self._cuda or _kernel_counts() else _Sampler()

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count what the body holds as `name`."""
        self._note()
        self._phases.append(name)
        try:
            yield
        finally:
            self._note()
            self._phases.pop()

    def _note(self) -> None:
        """Put the peak since the last note down to the innermost phase, and begin anew."""
        peak = self._read_and_reset()
        if self._phases:
            name = self._phases[-1]
            self.bytes[name] = max(self.bytes.get(name, 0), peak)

    def _read_and_reset(self) -> int:
        if self._cuda is not None:
            peak = torch.cuda.max_memory_reserved(self._cuda)
            torch.cuda.reset_peak_memory_stats(self._cuda)
            return peak
        if self._sampler is not None:
            return self._sampler.read_and_reset()
        peak = _kernel_peak()
        CLEAR_REFS.write_text(RESET_PEAK)
        return peak


def _kernel_counts() -> bool:
    """Whether this system's kernel keeps a peak that can be reset."""
    if sys.platform != "linux":
        return False
    try:
        CLEAR_REFS.write_text(RESET_PEAK)
        return _kernel_peak() > 0
    except (OSError, ValueError, StopIteration):
        return False


def _kernel_peak() -> int:
    """The peak of the resident memory since it was last reset, in bytes."""
    text = Path("/proc/self/status").read_text()
    line = next(line for line in text.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) << 10


class _Sampler:
    """Looks at the resident memory again and again, in a thread that ends with the process."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._peak = 0
        self._lock = threading.Lock()
        self._ended = threading.Event()
        threading.Thread(target=self._run, name="peak memory", daemon=True).start()

    def _run(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            self._look()

    def _look(self) -> None:
        held = self._process.memory_info().rss
        with self._lock:
            self._peak = max(self._peak, held)

    def read_and_reset(self) -> int:
        self._look()
        with self._lock:
            peak, self._peak = self._peak, 0
        return peak
