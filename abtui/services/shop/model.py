"""What the shop's page is about."""

from __future__ import annotations

import msgspec


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """Where the page sends, and the names that it uses there.

    `listener` is an address like `http://127.0.0.1:8765`, `collector` a base URL like `http://127.0.0.1:8200/v1`.
    """

    listener: str
    collector: str
    environment: str
    application: str
    experiment: str
    unit: str
    event: str = "Order Completed"
    key: str = "demo-shop"
