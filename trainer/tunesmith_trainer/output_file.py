"""Large outputs: written beside, synced, renamed; a full disk becomes a clear error."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import AppError

FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
MARGIN = 16 << 20  # bytes that stay free, so that events can still be written
LEAST = 1 << 20  # with less than this a failed write is put down to the disk


@contextmanager
def disk_guard(target: Path) -> Iterator[None]:
    """Turn a write that failed on a full disk into AppError `disk_full`."""
    try:
        yield
    except Exception as error:
        if _is_full(error, target):
            raise AppError("disk_full", file=str(target)) from error
        raise


def _is_full(error: Exception, target: Path) -> bool:
    """NumPy, safetensors and llama.cpp each have their own way of not saying so."""
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    if isinstance(error, AppError) and not error.code.endswith("_failed"):
        return False
    no_room = shutil.disk_usage(target.parent).free < LEAST
    return no_room or "No space left" in str(error)


@contextmanager
def written(target: Path, needed: int = 0) -> Iterator[Path]:
    """Yield a path beside `target` to write to; at the end it is synced and renamed to `target`.

    `needed`: bytes about to be written, checked beforehand, for writers that report a full disk
    badly. A failed attempt leaves nothing behind. Error: disk_full.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    require_space(target, needed)
    try:
        with disk_guard(target):
            yield part
            sync_file(part)
            part.replace(target)
            sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


def require_space(target: Path, needed: int) -> None:
    """Error `disk_full` unless `needed` bytes and a margin are free where `target` goes."""
    if needed and shutil.disk_usage(target.parent).free < needed + MARGIN:
        raise AppError("disk_full", file=str(target))


def sync_file(file: Path) -> None:
    """Wait until a file's bytes are on the disk."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until a folder's names are on the disk; Windows does that by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def watched(file: Path, total: int, report: Callable[[int, int], None] | None) -> Iterator[None]:
    """Call `report(bytes so far, total)` about once a second while someone writes `file`."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(1.0):
            size = file.stat().st_size if file.exists() else 0
            report(min(size, total), total)

    thread = threading.Thread(target=watch, name="watch-file", daemon=True)
    if report is not None:
        thread.start()
    try:
        yield
    finally:
        done.set()
        if report is not None:
            thread.join()
