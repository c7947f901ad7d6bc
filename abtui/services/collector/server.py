"""Running the local collector: in the background of the workbench, or by itself on the command line."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from abtui.services.collector.experiments import Experiments, no_experiments
from abtui.services.collector.faults import NO_FAULT, Fault, NextFault
from abtui.services.collector.state import CollectorState
from abtui.services.errors import CollectorError
from abtui.services.loopback.server import LoopbackServer, ending_on, ending_signals

if TYPE_CHECKING:
    from starlette.types import ASGIApp


class LocalCollector(LoopbackServer):
    """The collector as a server.

    `port` 0 selects a free one. What else is given is as for `create_app`. The caller may read the state and must close it.
    """

    name = "local collector"
    failure = CollectorError

    def __init__(
        self,
        state: CollectorState | None = None,
        *,
        port: int = 0,
        fault: Fault | NextFault = NO_FAULT,
        key: str | None = None,
        experiments: Experiments = no_experiments,
        origins: frozenset[str] = frozenset(),
        refused: Callable[[str], None] = lambda _origin: None,
    ) -> None:
        super().__init__(port)
        self.state = state or CollectorState()
        self.fault, self._key = fault, key
        self._experiments, self._origins, self._refused = experiments, origins, refused

    def _make_app(self, port: int) -> ASGIApp:
        from abtui.services.collector.app import create_app  # imported here because it loads the web server

        return create_app(
            self.state,
            fault=self.fault,
            key=self._key,
            experiments=self._experiments,
            origins=self._origins,
            refused=self._refused,
        )


def run_forever(
    collector: LocalCollector, *, announce: Callable[[str], None] = print, stop: threading.Event | None = None
) -> None:
    """Run until Ctrl-C, a signal to end or `stop`, then end cleanly and close the state. `announce` gets the URL, and a last line.

    Raises CollectorError if it cannot start.
    """
    stop, state, fault = stop or threading.Event(), collector.state, collector.fault
    with closing(state), ending_on(stop.set, *ending_signals()):
        base = collector.start()
        try:
            announce(f"The local collector listens at {base}  (what it receives: {base.removesuffix('/v1')}/received)")
            if isinstance(fault, Fault) and fault.kind != "none":
                delay = f" {fault.seconds:g} s" if fault.kind == "slow" else ""
                announce(f"Fault for every request: {fault.kind}{delay}")
            announce("Ctrl-C ends it.")
            collector.wait(stop)
        except KeyboardInterrupt:
            pass
        finally:
            collector.stop()
        counts = state.counts
        announce(f"Ended: {counts['accepted']:,} accepted, {counts['rejected']:,} rejected.")
