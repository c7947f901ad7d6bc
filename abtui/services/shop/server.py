"""The shop's page as a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from abtui.services.errors import ShopError
from abtui.services.loopback.server import HOST, LoopbackServer
from abtui.services.shop.model import Shop
from abtui.services.shop.sdks import Sdks

if TYPE_CHECKING:
    from starlette.types import ASGIApp


class ShopServer(LoopbackServer):
    """Serves the page. Without `sdks` it does by itself what the SDKs would do, and says how to get them."""

    name: ClassVar[str] = "demo shop"
    failure: ClassVar[type[ShopError]] = ShopError

    def __init__(self, shop: Shop, sdks: Sdks | None = None, port: int = 0) -> None:
        super().__init__(port)
        self._shop, self._sdks = shop, sdks

    @property
    def address(self) -> str:
        """The page's address while it is served, else ""."""
        return f"http://{HOST}:{self.port}/" if self.port else ""

    def _make_app(self, port: int) -> ASGIApp:
        from abtui.services.shop.app import create_app  # imported here because it loads the web server

        return create_app(self._shop, self._sdks)
