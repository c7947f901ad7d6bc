"""Tests the connection to a target: three calls that only read, each bounded in time."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from abtui.core.config.endpoint import blocks_sending
from abtui.core.config.model import Target
from abtui.core.delivery.probe import CALLS, Check, checks
from abtui.services.sender import Sender
from abtui.services.transport import Timeouts

TIMEOUTS: Final = Timeouts(connect=3.0, total=5.0)


async def probe(target: Target, sender: Sender | None = None) -> tuple[Check, ...]:
    """Ask a target's collector what it can say of itself, the key and the environment. Never raises for what the network does."""
    blocked = blocks_sending(target)
    if blocked is not None:
        return (Check("May it be called?", "no", blocked, "Correct the target in the config."),)
    async with sender or Sender(TIMEOUTS) as caller:
        healthy = await caller.ask(CALLS[0], target)
        if healthy.status is None:
            return checks(healthy, None, None)
        authed = await caller.ask(CALLS[1], target)
        if authed.status in (401, 403):
            return checks(healthy, authed, None)
        query = urlencode({"environment": target.environment, "application": target.application or ""})
        return checks(healthy, authed, await caller.ask(f"{CALLS[2]}?{query}", target))
