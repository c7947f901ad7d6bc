"""A change that is offered."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Offer(NamedTuple):
    """The one change that is offered: what it does, its measured result ("then 5 of 10 arrive"; `short` where there is little
    room, "" until it is known), and the function that makes it."""

    title: str
    result: str
    short: str
    make: Callable[[], object]
    key: str = "Enter"
