"""The run's lock: held by an open file, so that it dies with its holder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from .errors import AppError


def lock_run(run_folder: Path) -> IO[bytes]:
    """Hold `trainer.lock` of a run as long as the returned file is open. Error: run_locked."""
    file = (run_folder / "trainer.lock").open("a+b")
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise AppError("run_locked") from error
    return file
