"""An object store on this machine: moto's S3 server, and in front of it a proxy that throttles and breaks what it is told to."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

Fault = Literal["slow down", "server error", "stall", "cut", "short", "denied"]
Faults = Callable[[str, str, str], Fault | None]
"""What is wrong with the answer to a request, given its method, path and query."""
KEY: Final = "AKIAFAKEFAKEFAKEFAKE"
SECRET: Final = "fake-secret-of-the-tests"
_ERRORS: Final = {
    "slow down": (503, "SlowDown"),
    "server error": (500, "InternalError"),
    "denied": (403, "AccessDenied"),
}
_HOP: Final = frozenset({"host", "connection", "transfer-encoding", "content-length", "keep-alive"})


class ObjectStore:
    """A store. `faults` may be replaced at any time; `requests` are those that came."""

    def __init__(self, behind: str) -> None:
        self.faults: Faults = lambda _method, _path, _query: None
        self.requests: list[tuple[str, str, str]] = []
        self.url = ""
        self._behind = behind
        self._client = httpx.AsyncClient(trust_env=False, timeout=30)

    async def answer(self, request: Request) -> Response:
        """Pass a request on, and its answer back, with what is wrong with it."""
        path, query = request.scope["raw_path"].decode(), request.url.query
        self.requests.append((request.method, path, query))
        fault = self.faults(request.method, path, query)
        body = await request.body()
        if fault in _ERRORS:
            status, code = _ERRORS[fault]
            return Response(f"<Error><Code>{code}</Code><Message>{KEY} ?X-Amz-Signature=abc</Message></Error>", status, media_type="application/xml")  # fmt: skip
        if fault == "stall":
            await asyncio.sleep(3600)
        headers = [(name, value) for name, value in request.headers.items() if name not in _HOP]
        target = f"{self._behind}{path}{'?' if query else ''}{query}"
        answer = await self._client.request(request.method, target, headers=headers, content=body)
        given = {name: value for name, value in answer.headers.items() if name not in ("date", "server", "connection")}
        if fault == "short":
            half = answer.content[: len(answer.content) // 2]
            return Response(half, answer.status_code, {**given, "content-length": str(len(half))})
        if fault == "cut":
            return StreamingResponse(_cut(answer.content), answer.status_code, given)
        if request.method == "HEAD":
            return Response(None, answer.status_code, given)
        return Response(answer.content, answer.status_code, {**given, "content-length": str(len(answer.content))})


async def _cut(content: bytes) -> AsyncIterator[bytes]:
    yield content[: len(content) // 2]


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """A store while it is needed, with an environment in which the S3 library finds it. Skips the test if it cannot start."""
    server_module = pytest.importorskip("moto.server", reason="moto[server] is not installed")
    fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")
    pytest.importorskip("s3fs", reason="s3fs is not installed")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto: Any = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    try:
        moto.start()
        host, port = moto.get_host_and_port()
    except (OSError, RuntimeError) as error:
        pytest.skip(f"moto's server cannot start: {error}")
    store = ObjectStore(f"http://{host}:{port}")
    listening = socket.create_server(("127.0.0.1", 0))
    store.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = Starlette(routes=[Route("/{path:path}", store.answer, methods=["GET", "PUT", "POST", "DELETE", "HEAD"])])
    proxy = uvicorn.Server(uvicorn.Config(app, log_config=None, log_level="critical", lifespan="off"))  # fmt: skip
    thread = threading.Thread(target=proxy.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _environment(store.url).items():
            patch.setenv(name, value)
        fsspec.filesystem("s3").clear_instance_cache()
        try:
            yield store
        finally:
            fsspec.filesystem("s3").clear_instance_cache()
            # A request that is held back would be waited for.
            proxy.should_exit = proxy.force_exit = True
            thread.join()
            moto.stop()


def _environment(url: str) -> dict[str, str]:
    """No file of the person's own, no request to the cloud's own addresses, and no repetition but ours."""
    return {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_ENDPOINT_URL": url,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        "AWS_MAX_ATTEMPTS": "1",
    }
