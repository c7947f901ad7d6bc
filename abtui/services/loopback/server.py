"""Running an HTTP server on 127.0.0.1: in a background thread of the workbench, or by itself on the command line."""

from __future__ import annotations

import errno
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Final, Literal, Self

from abtui.services.errors import ServiceError, error_reason

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

HOST: Final = "127.0.0.1"
_START_SECONDS: Final = 10.0
_GRACE_SECONDS: Final = 1
_TURN_SECONDS: Final = 0.2


class LoopbackServer:
    """A server on 127.0.0.1, in a background thread with its own event loop. Also a context manager.

    A subclass says what it serves (`_make_app`), what it is called, and as what its failures are raised. Port 0 selects a free one.
    """

    name: ClassVar[str]
    """What it is called in a sentence, like `local collector`."""
    failure: ClassVar[type[ServiceError]]
    lifespan: ClassVar[Literal["on", "off"]] = "off"
    """Whether the application wants to be told when the server starts and ends."""

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.port = 0
        """Its port while it is running, else 0."""

    def _make_app(self, port: int) -> ASGIApp:
        """The application to serve at `port`."""
        raise NotImplementedError

    @property
    def base_url(self) -> str:
        """Its address while it is running, like `http://127.0.0.1:4321/v1`, else ""."""
        return f"http://{HOST}:{self.port}/v1" if self.port else ""

    def start(self) -> str:
        """Start, and return the base URL. Raises `failure`, for example for a port in use."""
        if self._server is not None:
            raise RuntimeError(f"the {self.name} is running")
        listener = self._listen()
        port: int = listener.getsockname()[1]
        try:
            server = _server(self._make_app(port), self.lifespan)
        except ServiceError:
            listener.close()
            raise
        thread = threading.Thread(
            target=_run, args=(server, listener), name=f"abtui-{self.name.split()[-1]}", daemon=True
        )
        thread.start()
        until = time.monotonic() + _START_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > until:
                server.should_exit = True
                raise self.failure(f"The {self.name} did not start.")
            time.sleep(0.005)
        self._server, self._thread, self.port = server, thread, port
        return self.base_url

    def stop(self, *, wait: bool = True) -> None:
        """Stop, giving open requests a second to end. It is `running` until then. Does nothing if it is not running.

        Without `wait` it ends by itself soon afterwards.
        """
        server, thread = self._server, self._thread
        if server is not None and thread is not None:
            server.should_exit = True
            if wait:
                thread.join()
        self._server = self._thread = None
        self.port = 0

    def wait(self, stop: threading.Event) -> None:
        """Wait until it has ended by itself, or `stop` is set."""
        # The wait has a timeout because on Windows an endless one cannot be interrupted.
        while self.running and not stop.wait(_TURN_SECONDS):
            pass

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

    def _listen(self) -> socket.socket:
        """A socket on loopback, never on another address. Raises `failure`."""
        # With the protocol named, asyncio switches Nagle's delay off, which costs 40 ms an answer.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name == "posix":
            # On Windows this would let two programs listen on one port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, self._port))
            listener.listen(128)
        except (OSError, OverflowError) as error:
            listener.close()
            if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
                message = f"Port {self._port} is in use."
            else:
                message = f"The {self.name} cannot listen on port {self._port}: {error_reason(error)}."
            raise self.failure(message, "Choose another, or 0 for any free one.") from error
        return listener


def ending_signals() -> tuple[signal.Signals, ...]:
    """The signals beside Ctrl-C that end a server: SIGTERM, and SIGHUP of a terminal that is closed, unless it is ignored (`nohup`)."""
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is None or signal.getsignal(hangup) is signal.SIG_IGN:
        return (signal.SIGTERM,)
    return (signal.SIGTERM, hangup)


@contextmanager
def ending_on(stop: Callable[[], None], *numbers: signal.Signals) -> Iterator[None]:
    """Call `stop` at one of these signals. Only the main thread may handle signals; in others this does nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda _signal, _frame: stop()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _server(app: ASGIApp, lifespan: Literal["on", "off"]) -> uvicorn.Server:
    # Imported here: together with what it serves it takes a fifth of a second to load.
    import uvicorn

    from abtui.services.loopback.protocol import PatientProtocol

    config = uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        loop="asyncio",
        lifespan=lifespan,
        # A dropped connection is an error to uvicorn; here it may be a requested fault, and its log would disturb the screen.
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
