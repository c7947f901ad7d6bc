"""Sending one event from the workbench: what stands in the way, the question before production, the receipt."""

from __future__ import annotations

from textual.app import App

from abtui.core.config import Target
from abtui.core.config.endpoint import blocks_sending, looks_like_production
from abtui.core.outcomes import Request
from abtui.core.receipts import Receipt


async def confirmed(app: App[int], target: Target, what: str) -> bool:
    """Whether `what` may go to `target`: at once, or after the environment's name was typed. Call it in a worker."""
    blocked = blocks_sending(target)
    if blocked is not None:
        app.notify(blocked, title=f"Nothing was sent to {target.name}", severity="error", markup=False)
        return False
    if not looks_like_production(target):
        return True
    # The widgets of dialogs take a while to load, which the first paint need not wait for.
    from abtui.tui.screens.dialogs import ConfirmProduction

    return await app.push_screen_wait(ConfirmProduction(target, what)) == target.environment


async def deliver(request: Request, target: Target) -> Receipt:
    """Send `request` to `target`; whatever happens is told in the receipt."""
    # TLS and sockets take a while to load as well.
    from abtui.services.sender import send

    return await send(request, target)
