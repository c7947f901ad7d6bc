"""A web server on loopback that runs one workbench for each page that is opened.

textual-serve brings the terminal in the page and the protocol between it and the app. What is ours: the server answers only
to this machine, and only to who has the address it announced; nothing is loaded from anywhere else; every workbench ends
with the server.
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
from aiohttp import WSCloseCode, WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.server import Server

from abtui.core.config.endpoint import is_loopback, split_endpoint
from abtui.core.text.json_depth import is_deeper
from abtui.services.errors import ServingError
from abtui.services.processes import SERVED

_HERE: Final = Path(__file__).parent
_ENDING_SECONDS: Final = 3
"""How long a workbench has to end by itself."""
_LARGEST: Final = 10_000
"""Columns or rows of the largest terminal that is believed."""
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self' ws://{host}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _Workbench(AppService):
    """One workbench: a process without a shell between, so that no argument is read as anything else."""

    def __init__(self, arguments: Sequence[str], websocket: web.WebSocketResponse, server: Server) -> None:
        super().__init__(
            "abtui",
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=_closing(websocket),
            download_manager=server.download_manager,
        )
        self._arguments = arguments

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        # The API key goes along in the environment, where it is already; never in an argument, which others can read.
        environment = self._build_environment(width, height) | {SERVED: str(os.getpid())}
        process = await asyncio.create_subprocess_exec(
            *self._arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment
        )
        self._process, self._stdin = process, process.stdin
        return process

    async def stop(self) -> None:
        """End the process: as if it was quit, and by force where it does not."""
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


class WorkbenchServer(Server):
    """Serves the page, and a workbench for each. Every path that does something begins with a secret word."""

    def __init__(self, arguments: Sequence[str], *, font_size: int) -> None:
        super().__init__("abtui")
        self.base = f"/{secrets.token_urlsafe(16)}"
        self._arguments = tuple(arguments)
        self._font_size = font_size
        self._open: set[web.WebSocketResponse] = set()

    def make_app(self) -> web.Application:
        """The application, which refuses whatever does not come from this machine."""
        app = web.Application(middlewares=[_loopback_only])
        app.add_routes(
            [
                web.get(f"{self.base}/", self._page),
                web.get(f"{self.base}/page.css", self._style),
                web.get(f"{self.base}/page.js", self._script),
                web.get(f"{self.base}/ws", self.handle_websocket),
                web.get("/download/{key}", self.handle_download),
                web.static("/static", self.statics_path),
            ]
        )
        app.on_shutdown.append(self._close_all)
        return app

    async def _page(self, request: web.Request) -> web.StreamResponse:
        page = Template((_HERE / "page.html").read_text(encoding="utf-8")).substitute(
            base=self.base, websocket=f"ws://{request.host}{self.base}/ws", font_size=self._font_size
        )
        headers = {
            "Content-Security-Policy": _POLICY.format(host=request.host),
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        return web.Response(text=page, content_type="text/html", headers=headers)

    async def _style(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_HERE / "page.css")

    async def _script(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_HERE / "page.js")

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run a workbench as long as the page is open."""
        # A browser says which page asks. One of another origin has nothing to ask here, even if it is on this machine.
        if request.headers.get("Origin") != f"http://{request.host}":
            raise web.HTTPForbidden(text="Only the page of this server may open a workbench.\n")
        width, height = (_cells(request.query.get(name, "")) for name in ("width", "height"))
        websocket = web.WebSocketResponse(heartbeat=15, timeout=1)
        await websocket.prepare(request)
        workbench = _Workbench(self._arguments, websocket, self)
        self._open.add(websocket)
        try:
            await workbench.start(width or 80, height or 24)
            await self._process_messages(websocket, workbench)
        finally:
            self._open.discard(websocket)
            await workbench.stop()
        return websocket

    async def _process_messages(self, websocket: web.WebSocketResponse, app_service: AppService) -> None:
        """Hand on what the page sends. A message that no page of ours sends ends the connection."""
        async for message in websocket:
            if message.type is WSMsgType.TEXT and not await _take(message.data, websocket, app_service):
                await websocket.close(code=WSCloseCode.PROTOCOL_ERROR)
                return

    async def _close_all(self, app: web.Application) -> None:
        for websocket in tuple(self._open):
            await websocket.close()


async def _take(text: str, websocket: web.WebSocketResponse, app_service: AppService) -> bool:
    """Hand on one message of textual-serve's page. False if it is none."""
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


def _closing(websocket: web.WebSocketResponse) -> Callable[[], Awaitable[None]]:
    async def close() -> None:
        await websocket.close()

    return close


def _cells(text: str) -> int:
    """A number of columns or rows, or 0 where the text is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= _LARGEST else 0


@web.middleware
async def _loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses a request whose `Host` is not this machine: a web page whose name was rebound to 127.0.0.1 (DNS rebinding)."""
    parts = split_endpoint(f"http://{request.headers.get('Host', '')}")
    if parts is None or "@" in parts.netloc or not is_loopback(parts.hostname or ""):
        raise web.HTTPForbidden(text="This server answers to localhost and 127.0.0.1 only.\n")
    return await handler(request)


def serve(arguments: Sequence[str], *, host: str, port: int, font_size: int, announce: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; `arguments` is the command of a workbench, `announce` is told the address.

    Raises ServingError where it cannot listen.
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
                f"Cannot listen on {host}, port {port}: {(error.strerror or str(error)).lower()}.",
                "Choose another port with --port, or 0 for any free one.",
            ) from error
        name = f"[{host}]" if ":" in host else host
        announce(f"The workbench is at http://{name}:{runner.addresses[0][1]}{server.base}/")
        announce("Whoever has this address can use it, from this machine only. Ctrl-C ends it.")
        await _asked_to_end()
    finally:
        await runner.cleanup()
    announce("Ended.")


async def _asked_to_end() -> None:
    """Wait for Ctrl-C or SIGTERM."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Where the loop cannot take signals (Windows), Ctrl-C interrupts it.
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
