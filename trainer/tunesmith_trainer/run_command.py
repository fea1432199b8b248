"""`run`: a frozen run from start to end, and every way it can end."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from pathlib import Path

from .awake import stay_awake
from .errors import AppError
from .heartbeat import start_heartbeat
from .out_of_memory import is_out_of_memory
from .protocol import Events
from .run_lock import lock_run
from .spec import load_spec
from .stages import run_stages
from .wishes import EXIT_FAILED, EXIT_FINISHED, EXIT_STOPPED, Stopped, Wishes, listen


def run_command(run_folder: Path, dump_live: Path | None, *, train_only: bool = False) -> int:
    """Carry out `run`; the exit status. What went wrong is the last event."""
    if sys.stdin is None or sys.stdin.closed:
        return _fail_without_events(AppError("no_stdin"))
    wishes = Wishes()
    listen(wishes)
    # What libraries print belongs into the log, whatever they print it to.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    if not run_folder.is_dir():
        return _fail_without_events(AppError("spec_missing", folder=str(run_folder)))
    try:
        lock = lock_run(run_folder)
    except AppError as error:
        # The events belong to the holder of the lock.
        return _fail_without_events(error)
    events = Events(run_folder / "trainer.jsonl")
    start_heartbeat(run_folder / "heartbeat.json")
    stay_awake()
    try:
        run_stages(
            run_folder, load_spec(run_folder), events, wishes, dump_live, train_only=train_only
        )
        return EXIT_FINISHED
    except Stopped:
        return EXIT_STOPPED
    except Exception as error:
        traceback.print_exc()
        # On a full disk this line may not fit either; the exit status still tells.
        with contextlib.suppress(OSError):
            events.error(expected(error, events.current or "start", run_folder))
        return EXIT_FAILED
    finally:
        with contextlib.suppress(OSError):
            events.close()
        lock.close()


def expected(error: BaseException, stage: str, run_folder: Path) -> AppError:
    """Any exception as an AppError, so that nothing ends in a stack trace alone."""
    if isinstance(error, AppError):
        return error
    text = str(error)
    if is_out_of_memory(error):
        return AppError("out_of_memory", stage=stage)
    from .output_file import FULL

    if isinstance(error, OSError) and error.errno in FULL:
        return AppError("disk_full", file=str(error.filename or run_folder))
    return AppError("internal_error", detail=f"{type(error).__name__}: {text}"[:300])


def _fail_without_events(error: AppError) -> int:
    print(error.message, file=sys.stderr)
    return EXIT_FAILED
