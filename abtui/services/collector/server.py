"""Running the local collector: in a background thread of the workbench, or by itself on the command line."""

from __future__ import annotations

import errno
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from abtui.services.collector.faults import NO_FAULT, Fault, NextFault
from abtui.services.collector.state import CollectorState
from abtui.services.errors import CollectorError, error_reason

if TYPE_CHECKING:
    import uvicorn

HOST = "127.0.0.1"
_START_SECONDS = 10.0
_GRACE_SECONDS = 1
_TURN_SECONDS = 0.2


class LocalCollector:
    """The collector on 127.0.0.1, in a background thread with its own event loop. Also a context manager.

    `port` 0 selects a free one. `key` and `fault` are as for `create_app`. The caller may read the state and must close it.
    """

    def __init__(
        self,
        state: CollectorState | None = None,
        *,
        port: int = 0,
        fault: Fault | NextFault = NO_FAULT,
        key: str | None = None,
    ) -> None:
        self.state = state or CollectorState()
        self._port, self._fault, self._key = port, fault, key
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.base_url = ""
        """Its address while it is running, like `http://127.0.0.1:4321/v1`."""

    def start(self) -> str:
        """Start, and return the base URL. Raises CollectorError, for example for a port in use."""
        if self._server is not None:
            raise RuntimeError("the collector is running")
        listener = _listen(self._port)
        port: int = listener.getsockname()[1]
        server = _server(self.state, self._fault, self._key)
        thread = threading.Thread(target=_run, args=(server, listener), name="abtui-collector", daemon=True)
        thread.start()
        until = time.monotonic() + _START_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > until:
                server.should_exit = True
                raise CollectorError("The local collector did not start.")
            time.sleep(0.005)
        self._server, self._thread = server, thread
        self.base_url = f"http://{HOST}:{port}/v1"
        return self.base_url

    def stop(self) -> None:
        """Stop, giving open requests a second to end. Does nothing if it is not running."""
        server, thread = self._server, self._thread
        self._server = self._thread = None
        self.base_url = ""
        if server is not None and thread is not None:
            server.should_exit = True
            thread.join()

    @property
    def running(self) -> bool:
        """Whether it is running."""
        return self._thread is not None and self._thread.is_alive()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


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
    with closing(state), _ending_on_terminate(stop):
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


@contextmanager
def _ending_on_terminate(stop: threading.Event) -> Iterator[None]:
    """SIGTERM sets `stop`. Only the main thread may handle signals; in others this does nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda _signal, _frame: stop.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _listen(port: int) -> socket.socket:
    """A socket on loopback, never on another address. Raises CollectorError."""
    # With the protocol named, asyncio switches Nagle's delay off, which costs 40 ms an answer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        # On Windows this would let two programs listen on one port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            message = f"Port {port} is in use."
        else:
            message = f"The local collector cannot listen on port {port}: {error_reason(error)}."
        raise CollectorError(message, "Choose another, or 0 for any free one.") from error
    return listener


def _server(state: CollectorState, fault: Fault | NextFault, key: str | None) -> uvicorn.Server:
    # Imported here: together they take a fifth of a second to load.
    import uvicorn

    from abtui.services.collector.app import create_app

    config = uvicorn.Config(
        create_app(state, fault=fault, key=key),
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        # A dropped connection is an error to uvicorn; here it is a requested fault, and its log would disturb the screen.
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return uvicorn.Server(config)


def _run(server: uvicorn.Server, listener: socket.socket) -> None:
    with listener:
        server.run(sockets=[listener])
