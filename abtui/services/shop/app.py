"""The shop's routes: the page, the scripts that it loads, and what its collector has received."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import jinja2
import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from abtui.core.experiments.assignment import uid_hash
from abtui.services.loopback.guards import JSONAnswer, ThisMachineOnly, error_answer
from abtui.services.shop.joining import arrivals
from abtui.services.shop.model import Shop
from abtui.services.shop.sdks import INSTALL, Sdks

_PAGE: Final = Path(__file__).with_name("page.html.jinja")
_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'unsafe-inline'; img-src data:; "
    "connect-src 'self' {listener} {collector}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SECONDS: Final = 5.0


def create_app(shop: Shop, sdks: Sdks | None) -> ASGIApp:
    """The page and what it needs as an ASGI application."""
    routes = _Routes(shop, sdks)
    paths = [
        Route("/", routes.page),
        Route("/sdk/{name}.js", routes.script),
        Route("/arrived", routes.arrived),
    ]
    return ThisMachineOnly(Starlette(routes=paths), "demo shop")


class _Routes:
    def __init__(self, shop: Shop, sdks: Sdks | None) -> None:
        self._shop = shop
        self._sdks = sdks
        self._collector = _origin(shop.collector)

    async def page(self, _request: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        with_sdks = self._sdks is not None
        text = _template().render(shop=msgspec.to_builtins(self._shop), sdks=with_sdks, install=INSTALL, nonce=nonce)
        policy = _POLICY.format(nonce=nonce, listener=self._shop.listener, collector=self._collector)
        return HTMLResponse(text, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})

    async def script(self, request: Request) -> Response:
        scripts = {} if self._sdks is None else self._sdks._asdict()
        if request.path_params["name"] not in scripts:
            raise HTTPException(404)
        return FileResponse(scripts[request.path_params["name"]], media_type="text/javascript")

    async def arrived(self, request: Request) -> Response:
        """What the collector has received; `yours` is of the visitor. It is asked from here: a page cannot compute hashes of uids."""
        unit = f"{self._shop.unit} {uid_hash(request.query_params.get('uid', ''))}"
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=_SECONDS) as client:
                received: dict[str, Any] = (await client.get(f"{self._collector}/received")).json()
            return JSONAnswer([{**row, "yours": row["unit"] == unit} for row in arrivals(received)])
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return error_answer(502, f"The collector at {self._collector} does not say what it has received.")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@cache
def _template() -> jinja2.Template:
    return jinja2.Environment(autoescape=True).from_string(_PAGE.read_text(encoding="utf-8"))
