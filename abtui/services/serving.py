"""A web server on loopback that runs one workbench for each page that is opened.

textual-serve (the extra `web`) provides the terminal in the page and the protocol between it and the app. This module adds the
protection: the server answers only this machine, and only clients that know the address it announced; the page loads nothing
from elsewhere; every workbench ends with the server.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from string import Template
from typing import Final

import msgspec
import textual_serve
from aiohttp import WSCloseCode, WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from abtui.core.config.endpoint import is_local_address
from abtui.core.text.json_depth import is_deeper
from abtui.services.errors import ServingError, error_reason
from abtui.services.processes import SERVED

_PAGE: Final = Path(__file__).with_suffix(".html")
_ENDING_SECONDS: Final = 3
"""The time that a workbench has to end by itself."""
_LARGEST: Final = 10_000
"""The most columns or rows of a terminal; a page that reports more is wrong."""
_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self' ws://{host}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _Workbench(AppService):
    """The process of one workbench. It is started without a shell, which might misread an argument."""

    def __init__(self, arguments: Sequence[str], websocket: web.WebSocketResponse) -> None:
        async def close() -> None:
            await websocket.close()

        # The workbench offers no downloads, but textual-serve wants a manager for them.
        downloads = DownloadManager()
        super().__init__(
            "abtui",
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=close,
            download_manager=downloads,
        )
        self._arguments = arguments

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        # The process inherits the API key in its environment. It must never be in an argument, which other users can read.
        environment = self._build_environment(width, height) | {SERVED: str(os.getpid())}
        process = await asyncio.create_subprocess_exec(
            *self._arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment
        )
        self._process, self._stdin = process, process.stdin
        return process

    async def stop(self) -> None:
        """End the process: ask it to quit, and kill it if it does not."""
        process = self._process
        if process is None:
            return

        async def end() -> None:
            await AppService.stop(self)
            await process.wait()

        ending = asyncio.create_task(end())
        try:
            await asyncio.wait({ending}, timeout=_ENDING_SECONDS)
        finally:
            if not ending.done():
                with suppress(ProcessLookupError):
                    process.kill()
        await ending


class WorkbenchServer:
    """Serves the page, and a workbench for each page. Every path that does something begins with a secret word."""

    def __init__(self, arguments: Sequence[str], *, font_size: int) -> None:
        self.base = f"/{secrets.token_urlsafe(16)}"
        self._arguments = tuple(arguments)
        self._font_size = font_size
        self._open: set[web.WebSocketResponse] = set()

    def make_app(self) -> web.Application:
        """The application, which refuses requests that do not come from this machine."""
        app = web.Application(middlewares=[_loopback_only])
        app.add_routes(
            [
                web.get(f"{self.base}/", self._page),
                web.get(f"{self.base}/ws", self._websocket),
                web.static("/static", Path(textual_serve.__file__).parent / "static"),
            ]
        )
        app.on_shutdown.append(self._close_all)
        return app

    async def _page(self, request: web.Request) -> web.StreamResponse:
        nonce = secrets.token_urlsafe(16)
        page = Template(_PAGE.read_text(encoding="utf-8")).substitute(
            base=self.base, websocket=f"ws://{request.host}{self.base}/ws", font_size=self._font_size, nonce=nonce
        )
        headers = {
            "Content-Security-Policy": _POLICY.format(host=request.host, nonce=nonce),
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        return web.Response(text=page, content_type="text/html", headers=headers)

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run a workbench while the page is open. A message that our page never sends ends the connection."""
        # A browser reports which page connects. A page of another origin must not, even if it is on this machine.
        if request.headers.get("Origin") != f"http://{request.host}":
            raise web.HTTPForbidden(text="Only the page of this server may open a workbench.\n")
        width, height = (_cells(request.query.get(name, "")) for name in ("width", "height"))
        websocket = web.WebSocketResponse(heartbeat=15, timeout=1)
        await websocket.prepare(request)
        workbench = _Workbench(self._arguments, websocket)
        self._open.add(websocket)
        try:
            await workbench.start(width or 80, height or 24)
            async for message in websocket:
                if message.type is WSMsgType.TEXT and not await _process_message(message.data, websocket, workbench):
                    await websocket.close(code=WSCloseCode.PROTOCOL_ERROR)
                    break
        finally:
            self._open.discard(websocket)
            await workbench.stop()
        return websocket

    async def _close_all(self, app: web.Application) -> None:
        for websocket in tuple(self._open):
            await websocket.close()


async def _process_message(text: str, websocket: web.WebSocketResponse, app_service: AppService) -> bool:
    """Pass on one message of textual-serve's page. False if the text is not one."""
    if is_deeper(text):
        return False
    try:
        message = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return False
    match message:
        case ["stdin", str(data)]:
            await app_service.send_bytes(data.encode("utf-8", "replace"))
        case ["resize", {"width": int(width), "height": int(height)}] if min(width, height) > 0:
            await app_service.set_terminal_size(min(width, _LARGEST), min(height, _LARGEST))
        case ["ping", data]:
            await websocket.send_json(["pong", data])
        case ["blur", *_]:
            await app_service.blur()
        case ["focus", *_]:
            await app_service.focus()
        case _:
            return False
    return True


def _cells(text: str) -> int:
    """A number of columns or rows; 0 if the text is not one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= _LARGEST else 0


@web.middleware
async def _loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a request whose `Host` is not this machine: it comes from a web page whose name was rebound to 127.0.0.1."""
    if not is_local_address(f"http://{request.headers.get('Host', '')}"):
        raise web.HTTPForbidden(text="This server answers to localhost and 127.0.0.1 only.\n")
    return await handler(request)


def serve(arguments: Sequence[str], *, host: str, port: int, font_size: int, announce: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM. `arguments` is the command of a workbench; `announce` gets the address.

    Raises ServingError if it cannot listen.
    """
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(WorkbenchServer(arguments, font_size=font_size), host, port, announce))


async def _serve(server: WorkbenchServer, host: str, port: int, announce: Callable[[str], None]) -> None:
    runner = web.AppRunner(server.make_app(), access_log=None, shutdown_timeout=2 * _ENDING_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise ServingError(
                f"Cannot listen on {host}, port {port}: {error_reason(error)}.",
                "Choose another port with --port, or 0 for any free one.",
            ) from error
        name = f"[{host}]" if ":" in host else host
        announce(f"The workbench is at http://{name}:{runner.addresses[0][1]}{server.base}/")
        announce("Anyone who has this address can use it, but only from this machine. Ctrl-C ends it.")
        await _end_signal()
    finally:
        await runner.cleanup()
    announce("Ended.")


async def _end_signal() -> None:
    """Wait for Ctrl-C or SIGTERM."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # On Windows the loop cannot handle signals, but Ctrl-C interrupts it.
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
