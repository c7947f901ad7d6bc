"""Nothing that a test does reaches the person's own state and settings, or another test's."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from abtui.services.own_files import HOME_VARIABLE
from tests.thorough import SLOW, SOME

# The plain run tries the same on every machine, and none is too slow for it; what is new is found with `ABTUI_SLOW=1`.
settings.register_profile(
    "abtui", deadline=None, derandomize=not SLOW, max_examples=SOME, suppress_health_check=(HealthCheck.too_slow,)
)
settings.load_profile("abtui")

# Without its compiled modules each process that a test starts compiles abtui anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A run in a shell's background ignores Ctrl-C, and one that outlives its terminal SIGHUP: so would each process that a test ends.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that are not there yet: thousands of tests never make theirs."""
    base = tmp_path_factory.mktemp("homes")
    return (base / str(number) for number in count())


@pytest.fixture(autouse=True)
def _own_home(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(next(_homes)))


def pytest_collection(session: pytest.Session) -> None:
    """Each worker compiles its share of the test modules first, and finds those of the others compiled."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    tests = Path(__file__).parent
    if workers > 1 and [session.config.rootpath / path for path in session.config.args] == [tests]:
        mine = sorted(tests.rglob("test_*.py"))[int(os.environ["PYTEST_XDIST_WORKER"][2:]) :: workers]
        for path in mine:
            import_module(".".join(path.relative_to(tests.parent).with_suffix("").parts))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The checks of types and the parts of the benchmark take the longest of all: last, the other workers would wait for them."""
    items.sort(key=lambda item: item.path.name not in ("test_quality.py", "test_bench.py"))


def pytest_collection_finish() -> None:
    """What was imported and collected is never garbage: a quarter of the suite's time went into looking through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 20)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a test of the screen or of a server mostly waits."""
    return (os.cpu_count() or 1) + 1
