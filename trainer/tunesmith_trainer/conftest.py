"""Shared by all tests: one thread, and no library left out for the tests that come later."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

from tunesmith_trainer import stages
from tunesmith_trainer.libraries import set_environment

set_environment()


@pytest.fixture(autouse=True)
def all_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run leaves bitsandbytes out of its process for good where it does not need it.

    Tests share one process, and others of them need it. Tests of whole processes see the real rule.
    """
    monkeypatch.setattr(stages, "needs_bitsandbytes", lambda *_: True)
