"""Keeping Windows from going to sleep while a model is trained; elsewhere the runner does that."""

from __future__ import annotations

import sys

ES_CONTINUOUS = 0x80000000
ES_SYSTEM_REQUIRED = 0x00000001


def stay_awake() -> bool:
    """Ask Windows not to sleep as long as this thread lives; whether it agreed.

    Source: SetThreadExecutionState in winbase.h; the state goes with the calling thread.
    """
    if sys.platform != "win32":
        return False
    import ctypes

    state = ctypes.c_uint(ES_CONTINUOUS | ES_SYSTEM_REQUIRED)
    return bool(ctypes.windll.kernel32.SetThreadExecutionState(state))
