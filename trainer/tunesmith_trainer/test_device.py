from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import psutil
import pytest

from . import device
from .device import cpu_flags, cuda_device, detect_device, memory, usable_cores

KEYS = {
    "fourBitObstacle",
    "type", "name", "memoryBytes", "freeBytes", "threads", "cores", "bf16", "fp16", "flags",
    "reason",
}  # fmt: skip


def test_this_machine_is_described() -> None:
    found = detect_device()
    assert set(found) == KEYS
    assert found["type"] in ("cpu", "cuda", "mps")
    assert found["name"]
    assert 0 < found["freeBytes"] <= found["memoryBytes"]
    assert 1 <= found["threads"] <= psutil.cpu_count()


@pytest.mark.parametrize(
    ("flags", "bf16"),
    [
        (["amx_bf16", "avx2"], True),
        (["avx512_bf16"], True),
        (["avx512f", "avx2"], False),
        ([], False),
    ],
)
def test_a_cpu_has_bf16_only_with_instructions_for_it(
    monkeypatch: pytest.MonkeyPatch, flags: list[str], bf16: bool
) -> None:
    monkeypatch.setattr(device, "cuda_device", lambda: None)
    monkeypatch.setattr(device.sys, "platform", "linux")
    monkeypatch.setattr(device, "cpu_flags", lambda: flags)
    found = detect_device()
    assert (found["type"], found["bf16"], found["fp16"]) == ("cpu", bf16, False)


def cpuinfo(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(device.sys, "platform", "linux")
    plain = Path.read_text

    def read_text(self: Path, *arguments: Any, **options: Any) -> str:
        return text if str(self) == "/proc/cpuinfo" else plain(self, *arguments, **options)

    monkeypatch.setattr(Path, "read_text", read_text)


def test_flags_are_whole_words(monkeypatch: pytest.MonkeyPatch) -> None:
    cpuinfo(monkeypatch, "model name\t: Chip\nflags\t\t: fpu avx2 avx512f xavx512_bf16x\n")
    assert cpu_flags() == ["avx512f", "avx2"]
    assert device.cpu_name() == "Chip"
    cpuinfo(monkeypatch, "Features\t: fp asimd evtstrm\n")
    assert cpu_flags() == ["neon"]


@pytest.fixture
def cgroup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A control group's files that a test may write."""
    monkeypatch.setattr(device, "CGROUP", tmp_path)
    return tmp_path


def test_memory_is_what_the_control_group_allows(cgroup: Path) -> None:
    assert memory()[0] == psutil.virtual_memory().total
    (cgroup / "memory.max").write_text("max\n")
    assert memory()[0] == psutil.virtual_memory().total
    (cgroup / "memory.max").write_text(f"{64 << 20}\n")
    (cgroup / "memory.current").write_text(f"{24 << 20}\n")
    assert memory() == (64 << 20, 40 << 20)


def test_cores_are_what_the_control_group_allows(
    cgroup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device.psutil, "cpu_count", lambda logical=True: 16 if logical else 8)
    if hasattr(device.os, "sched_getaffinity"):
        monkeypatch.setattr(device.os, "sched_getaffinity", lambda _: set(range(16)))
    assert usable_cores() == 8
    (cgroup / "cpu.max").write_text("max 100000\n")
    assert usable_cores() == 8
    (cgroup / "cpu.max").write_text("250000 100000\n")
    assert usable_cores() == 2
    (cgroup / "cpu.max").write_text("50000 100000\n")
    assert usable_cores() == 1


class Driver:
    """A CUDA driver as ctypes sees it."""

    def __init__(self, capability: tuple[int, int], devices: int = 1, init: int = 0) -> None:
        self.capability, self.devices, self.init = capability, devices, init

    def cuInit(self, _: int) -> int:  # noqa: N802 - the driver's own names
        return self.init

    def cuDeviceGetCount(self, count: Any) -> int:  # noqa: N802
        count._obj.value = self.devices
        return 0

    def cuDeviceGet(self, _: Any, __: int) -> int:  # noqa: N802
        return 0

    def cuDeviceGetName(self, text: Any, *_: Any) -> int:  # noqa: N802
        text.value = b"NVIDIA Test"
        return 0

    def cuDeviceTotalMem_v2(self, total: Any, _: Any) -> int:  # noqa: N802
        total._obj.value = 24 << 30
        return 0

    def cuDeviceGetAttribute(self, value: Any, attribute: int, _: Any) -> int:  # noqa: N802
        value._obj.value = self.capability[attribute - device.CAPABILITY_MAJOR]
        return 0


@pytest.mark.parametrize(("capability", "bf16"), [((8, 6), True), ((7, 5), False), ((9, 0), True)])
def test_a_cuda_device_is_read_from_its_driver(
    monkeypatch: pytest.MonkeyPatch, capability: tuple[int, int], bf16: bool
) -> None:
    monkeypatch.setattr(device.sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _: Driver(capability))
    monkeypatch.setattr(device.shutil, "which", lambda _: None)
    found = detect_device()
    assert set(found) == KEYS
    assert (found["type"], found["name"], found["bf16"], found["fp16"]) == (
        "cuda", "NVIDIA Test", bf16, True,
    )  # fmt: skip
    assert found["memoryBytes"] == found["freeBytes"] == 24 << 30
    assert found["flags"] == [f"sm_{capability[0]}{capability[1]}"]


@pytest.mark.parametrize("driver", [Driver((8, 0), devices=0), Driver((8, 0), init=100)])
def test_a_driver_without_a_device_is_no_cuda_device(
    monkeypatch: pytest.MonkeyPatch, driver: Driver
) -> None:
    monkeypatch.setattr(device.sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _: driver)
    assert cuda_device() is None
