"""`device`: what this machine can train on, found out without importing torch."""

from __future__ import annotations

import ctypes
import os
import platform
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

CUDA_LIBRARIES = {"win32": ("nvcuda.dll",), "linux": ("libcuda.so.1", "libcuda.so")}
# CUDA driver API: cuDeviceGetAttribute's numbers for the compute capability.
CAPABILITY_MAJOR, CAPABILITY_MINOR = 75, 76
AMPERE = 8
CGROUP = Path("/sys/fs/cgroup")
CPU_FLAGS = ("amx_bf16", "avx512_bf16", "avx512f", "avx2", "neon")


def detect_device() -> dict[str, Any]:
    """`{type, name, memoryBytes, freeBytes, threads, cores, bf16, fp16, flags[], reason}`,
    and `fourBitObstacle`. `memoryBytes` and `freeBytes` are the training device's own.
    """
    cores = usable_cores()
    common = {"threads": cores, "cores": cores, "fourBitObstacle": four_bit_obstacle()}
    gpu = cuda_device()
    if gpu is not None:
        return gpu | common
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return apple_device() | common
    flags = cpu_flags()
    bf16 = next((f for f in ("amx_bf16", "avx512_bf16") if f in flags), None)
    names = {"amx_bf16": "AMX", "avx512_bf16": "AVX512-BF16"}
    reason = (
        f"no CUDA device; bf16: this CPU has {names[bf16]}"
        if bf16
        else "no CUDA device; no bf16: this CPU has neither AMX nor AVX512-BF16"
    )
    total, free = memory()
    return {
        "type": "cpu",
        "name": cpu_name(),
        "memoryBytes": total,
        "freeBytes": free,
        "bf16": bf16 is not None,
        "fp16": False,
        "flags": flags,
        "reason": reason,
    } | common


def four_bit_obstacle() -> str | None:
    """Why weights cannot be loaded in 4 bits here, or None. Nothing is imported for that."""
    if sys.platform == "darwin":
        return "bitsandbytes has no kernels for this GPU"
    return None if find_spec("bitsandbytes") else "bitsandbytes is not installed"


def cuda_device() -> dict[str, Any] | None:
    """The first CUDA device through the driver itself, or None."""
    for name in CUDA_LIBRARIES.get(sys.platform, ()):
        try:
            driver = ctypes.CDLL(name)
            break
        except OSError:
            continue
    else:
        return None
    count, device = ctypes.c_int(), ctypes.c_int()
    if driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)) or not count.value:
        return None
    if driver.cuDeviceGet(ctypes.byref(device), 0):
        return None
    text, total = ctypes.create_string_buffer(256), ctypes.c_size_t()
    driver.cuDeviceGetName(text, len(text), device)
    driver.cuDeviceTotalMem_v2(ctypes.byref(total), device)
    major, minor = (_attribute(driver, a, device) for a in (CAPABILITY_MAJOR, CAPABILITY_MINOR))
    ampere = major >= AMPERE
    reason = f"CUDA device with compute capability {major}.{minor}" + (
        "" if ampere else "; no bf16 before 8.0"
    )
    return {
        "type": "cuda",
        "name": text.value.decode(errors="replace"),
        "memoryBytes": total.value,
        "freeBytes": _free_gpu_memory(total.value),
        "bf16": ampere,
        "fp16": True,
        "flags": [f"sm_{major}{minor}"],
        "reason": reason,
    }


def _attribute(driver: ctypes.CDLL, attribute: int, device: ctypes.c_int) -> int:
    value = ctypes.c_int()
    driver.cuDeviceGetAttribute(ctypes.byref(value), attribute, device)
    return value.value


def _free_gpu_memory(total: int) -> int:
    """Free bytes as nvidia-smi says: the driver's own call would create a context."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return total
    command = [tool, "--query-gpu=memory.free", "--format=csv,noheader,nounits", "--id=0"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)
        return int(done.stdout.strip().splitlines()[0]) << 20
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return total


def apple_device() -> dict[str, Any]:
    """Apple silicon: one memory for both processors."""
    total, free = memory()
    return {
        "type": "mps",
        "name": cpu_name(),
        "memoryBytes": total,
        "freeBytes": free,
        "bf16": False,
        "fp16": False,
        "flags": ["neon"],
        "reason": "Apple silicon trains in float32 here, and cannot load in 4 bits",
    }


def memory() -> tuple[int, int]:
    """Total and free bytes, within the limit of the control group where there is one."""
    own = psutil.virtual_memory()
    total, free = own.total, own.available
    limit = _cgroup("memory.max", "memory/memory.limit_in_bytes")
    used = _cgroup("memory.current", "memory/memory.usage_in_bytes")
    if limit is not None and limit < total:
        total, free = limit, min(free, max(0, limit - (used or 0)))
    return total, free


def usable_cores() -> int:
    """Physical cores this process may use: affinity and the control group's quota count."""
    # Two hardware threads of one core share its arithmetic units, so cores are counted.
    physical = psutil.cpu_count(logical=False) or psutil.cpu_count(logical=True) or 1
    if hasattr(os, "sched_getaffinity"):
        physical = min(physical, len(os.sched_getaffinity(0)))
    quota = _cpu_quota()
    return max(1, min(physical, round(quota)) if quota else physical)


def _cpu_quota() -> float | None:
    try:
        quota, period = (CGROUP / "cpu.max").read_text().split()[:2]
        return None if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError):
        pass
    quota, period = _cgroup("cpu/cpu.cfs_quota_us"), _cgroup("cpu/cpu.cfs_period_us")
    return quota / period if quota and period and quota > 0 else None


def _cgroup(*names: str) -> int | None:
    """A number of the control group under its new or old name; None where there is no limit."""
    for name in names:
        try:
            return int((CGROUP / name).read_text())
        except (OSError, ValueError):
            continue
    return None


def cpu_flags() -> list[str]:
    """Those instruction sets of `CPU_FLAGS` that the operating system reports."""
    if sys.platform == "linux":
        try:
            text = Path("/proc/cpuinfo").read_text(errors="replace")
        except OSError:
            return []
        words = set(re.findall(r"\w+", text))
        if "asimd" in words:  # what Linux calls it on 64-bit ARM
            words.add("neon")
        return [flag for flag in CPU_FLAGS if flag in words]
    if sys.platform == "darwin":
        keys = {"avx2": "hw.optional.avx2_0", "avx512f": "hw.optional.avx512f"}
        return [flag for flag, key in keys.items() if _sysctl(key) == "1"]
    if sys.platform == "win32":
        # winnt.h: PF_AVX2_INSTRUCTIONS_AVAILABLE, PF_AVX512F_INSTRUCTIONS_AVAILABLE. Windows tells
        # of no bfloat16 instructions, so they are not used there.
        known = {"avx2": 40, "avx512f": 41}
        present = ctypes.windll.kernel32.IsProcessorFeaturePresent  # type: ignore[attr-defined]
        return [flag for flag, number in known.items() if present(number)]
    return []


def cpu_name() -> str:
    """The processor's name as people know it."""
    if sys.platform == "linux":
        try:
            text = Path("/proc/cpuinfo").read_text(errors="replace")
        except OSError:
            text = ""
        if found := re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE):
            return found[1].strip()
    if sys.platform == "darwin" and (name := _sysctl("machdep.cpu.brand_string")):
        return name
    return platform.processor() or platform.machine()


def _sysctl(key: str) -> str | None:
    tool = shutil.which("sysctl") or "/usr/sbin/sysctl"
    try:
        done = subprocess.run([tool, "-n", key], capture_output=True, text=True, timeout=5)
        return done.stdout.strip() or None
    except (OSError, subprocess.SubprocessError):
        return None
