"""Shared by all tests: one thread, and libraries imported before a test could leave one out."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

from tunesmith_trainer.libraries import set_environment

set_environment()


def pytest_sessionstart() -> None:
    """PEFT asks once per process whether bitsandbytes is there; 4-bit tests need a yes."""
    import sys

    assert sys.modules.get("bitsandbytes", True) is not None
