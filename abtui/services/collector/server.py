"""Running the local collector: in the background of the workbench, or by itself on the command line."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from abtui.services.collector.faults import NO_FAULT, Fault, NextFault
from abtui.services.collector.state import CollectorState
from abtui.services.errors import CollectorError
from abtui.services.loopback.server import LoopbackServer, ending_on

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_TURN_SECONDS = 0.2


class LocalCollector(LoopbackServer):
    """The collector as a server.

    `port` 0 selects a free one. `key` and `fault` are as for `create_app`. The caller may read the state and must close it.
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
    ) -> None:
        super().__init__(port)
        self.state = state or CollectorState()
        self._fault, self._key = fault, key

    def _make_app(self, port: int) -> ASGIApp:
        from abtui.services.collector.app import create_app  # imported here because it loads the web server

        return create_app(self.state, fault=self._fault, key=self._key)


def run_forever(
    port: int,
    state: CollectorState,
    fault: Fault = NO_FAULT,
    *,
    key: str | None = None,
    announce: Callable[[str], None] = print,
    stop: threading.Event | None = None,
) -> None:
    """Run until Ctrl-C, SIGTERM or `stop`, then end cleanly and close `state`. `announce` gets the URL, and a last line.

    Raises CollectorError if it cannot start.
    """
    stop = stop or threading.Event()
    collector = LocalCollector(state, port=port, fault=fault, key=key)
    with closing(state), ending_on(stop.set, signal.SIGTERM):
        base = collector.start()
        try:
            announce(f"The local collector listens at {base}  (what it receives: {base.removesuffix('/v1')}/received)")
            if fault.kind != "none":
                delay = f" {fault.seconds:g} s" if fault.kind == "slow" else ""
                announce(f"Fault for every request: {fault.kind}{delay}")
            announce("Ctrl-C ends it.")
            # The wait has a timeout because on Windows an endless one cannot be interrupted.
            while collector.running and not stop.wait(_TURN_SECONDS):
                pass
        except KeyboardInterrupt:
            pass
        finally:
            collector.stop()
        counts = state.counts
        announce(f"Ended: {counts['accepted']:,} accepted, {counts['rejected']:,} rejected.")
