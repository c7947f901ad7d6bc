"""Sending from the workbench: what stands in the way, the question before production, the receipt."""

from __future__ import annotations

import asyncio

from textual import on, work
from textual.app import App

from abtui.core.config import Target
from abtui.core.config.endpoint import blocks_sending, looks_like_production
from abtui.core.events import SdkDefaults
from abtui.core.outcomes import Request
from abtui.core.receipts import Receipt
from abtui.core.text import one_line
from abtui.tui import workers
from abtui.tui.messages import CollectorStarted, ReceiptArrived
from abtui.tui.opening import Opening
from abtui.tui.screens.configuring import Configuring
from abtui.tui.session import LOCAL, Session


class Sending(Configuring):
    """Sends the event in the editor, and starts the local collector when it is first a target."""

    def __init__(self, opening: Opening, session: Session, sdk: SdkDefaults, *, narrow_below: int) -> None:
        super().__init__(opening, session, sdk, narrow_below=narrow_below)
        self._collector_wanted = False
        self._collector_ready = asyncio.Event()

    def _start_collector(self) -> None:
        if not self._collector_wanted:
            self._collector_wanted = True
            self.run_worker(lambda: workers.start_collector(self.post_message), group="collector", thread=True)

    @on(CollectorStarted)
    def _collector_started(self, message: CollectorStarted) -> None:
        if message.problem:
            self._collector_wanted = False
            self._collector_ready.set()
            self.notify(message.problem, severity="error", markup=False)
            return
        self.session.local_endpoint = message.endpoint
        self._collector_ready.set()
        self._show_target()

    def _show_target(self) -> None:
        self._show_config()
        # A stale result stays stale: what is in the editor is not what it is of.
        if self._outcome is not None and not self.result.stale:
            self._show_outcome(self._outcome)

    def action_next_target(self) -> None:
        """Choose the next target; the local collector starts when it is first chosen."""
        self.session.next_target()
        self._target_chosen()

    def _target_chosen(self) -> None:
        target = self.session.target
        if target is not None and target.name == LOCAL:
            self._start_collector()
        self._show_target()

    def action_send(self) -> None:
        """Send the event in the editor to the target."""
        outcome, index = self._outcome, self._current
        if outcome is None or index is None or self.result.stale:
            self.notify("There is no readable event to send.", severity="warning")
        elif outcome.request is None:
            self.notify(
                outcome.reason.message, title=f"Nothing to send: {outcome.verdict}", severity="warning", markup=False
            )
        else:
            self._send(index, outcome.request, one_line(outcome.name or outcome.type or outcome.source, 40))

    @work(exclusive=True, group="sending")
    async def _send(self, index: int, request: Request, name: str) -> None:
        target = self.session.target
        if target is not None and target.name == LOCAL and self.session.local_endpoint is None:
            self._start_collector()
            self._collector_ready.clear()
            await self._collector_ready.wait()
            if self.session.local_endpoint is None:
                return
            target = self.session.target
        if target is None or not await confirmed(self.app, target, f'"{name}"'):
            return
        self.result.tab = "response"
        self.result.show_sending(True)
        if self.narrow:
            self.action_show_pane("result")
        try:
            receipt = await deliver(request, target)
        finally:
            self.result.show_sending(False)
        self.post_message(ReceiptArrived(index, target, receipt))

    @on(ReceiptArrived)
    def _receipt_arrived(self, message: ReceiptArrived) -> None:
        self._receipts[message.index] = (message.receipt, message.target.name)
        if message.index == self._current:
            self.result.show_receipt(message.receipt, message.target.name)


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
