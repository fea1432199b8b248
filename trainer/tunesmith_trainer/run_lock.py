"""The run's lock: held by an open file, so that it dies with its holder."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import IO

from .errors import AppError

# A trainer whose runner died exits within 2 s; a resume may come before that.
PATIENCE_SECONDS = 5.0


def lock_run(run_folder: Path, patience: float = PATIENCE_SECONDS) -> IO[bytes]:
    """Hold `trainer.lock` of a run as long as the returned file is open. Error: run_locked."""
    file = (run_folder / "trainer.lock").open("a+b")
    deadline = time.monotonic() + patience
    while not _try_lock(file):
        if time.monotonic() > deadline:
            file.close()
            raise AppError("run_locked")
        time.sleep(0.1)
    return file


def _try_lock(file: IO[bytes]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
