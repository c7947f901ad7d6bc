"""Nothing that a test does reaches the person's own state and settings, or another test's."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from abtui.services.own_files import HOME_VARIABLE
from tests.thorough import SLOW

# The plain run tries the same on every machine, and none is too slow for it; what is new is found with `ABTUI_SLOW=1`.
settings.register_profile("abtui", deadline=None, derandomize=not SLOW, suppress_health_check=(HealthCheck.too_slow,))
settings.load_profile("abtui")

# A run in a shell's background ignores the signal, and so would each process that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that are not there yet: thousands of tests never make theirs."""
    base = tmp_path_factory.mktemp("homes")
    return (base / str(number) for number in count())


@pytest.fixture(autouse=True)
def _own_home(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(next(_homes)))


def pytest_collection_finish() -> None:
    """What was imported and collected is never garbage: a quarter of the suite's time went into looking through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 20)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a test of the screen or of a server mostly waits."""
    return (os.cpu_count() or 1) + 1
