"""Acting once things rest: one timer however often something happens, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from abtui.tui import debounce
from abtui.tui.debounce import Debounce


class _Pump:
    """A clock, and the one thing asked of a message pump."""

    def __init__(self) -> None:
        self.now = 100.0
        self.is_running = True
        self.timers: list[tuple[float, Callable[[], None]]] = []

    def set_timer(self, delay: float, callback: Callable[[], None]) -> None:
        self.timers.append((self.now + delay, callback))

    def run(self, until: float) -> None:
        while self.timers and min(self.timers)[0] <= until:
            at, callback = self.timers.pop(0)
            self.now = at + 0.0005
            callback()
        self.now = until


@pytest.fixture
def pump(monkeypatch: pytest.MonkeyPatch) -> _Pump:
    pump = _Pump()
    # Not the time module itself: the event loops of servers in other threads read it.
    monkeypatch.setattr(debounce, "time", SimpleNamespace(monotonic=lambda: pump.now))
    return pump


def test_it_acts_when_it_rests_and_not_before(pump: _Pump) -> None:
    done: list[float] = []
    rest = Debounce(pump, 1.0, lambda: done.append(pump.now))  # type: ignore[arg-type]
    for at in (100.0, 100.4, 100.8):
        pump.run(at)
        rest.restart()
        assert len(pump.timers) == 1
    pump.run(101.7)
    assert not done
    pump.run(102.0)
    assert len(done) == 1


def test_soon_is_not_put_off_and_what_was_done_otherwise_is_forgotten(pump: _Pump) -> None:
    done: list[float] = []
    rest = Debounce(pump, 1.0, lambda: done.append(pump.now))  # type: ignore[arg-type]
    rest.within(0.2)
    pump.run(100.15)
    rest.within(0.2)
    pump.run(100.3)
    assert len(done) == 1
    rest.within(0.2)
    rest.cancel()
    rest.within(0.2)
    pump.run(101.0)
    assert len(done) == 2
    rest.restart()
    rest.cancel()
    pump.run(105.0)
    assert len(done) == 2
