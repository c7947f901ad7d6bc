"""The destination of requests: the chosen target, the local collector, and the question before production."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import on, work

from abtui.core.config import Target
from abtui.core.config.endpoint import blocks_sending, looks_like_production
from abtui.core.events import SdkDefaults
from abtui.core.text.plain import one_line
from abtui.tui import workers
from abtui.tui.messages import CollectorStarted
from abtui.tui.opening import Opening
from abtui.tui.screens.configuring import Configuring
from abtui.tui.session import LOCAL, Session

if TYPE_CHECKING:
    from abtui.tui.dialogs.sending import Connection


class Targeting(Configuring):
    """Chooses the target, starts the local collector when it is first chosen, and tests the connection."""

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
        # A stale result stays stale: it does not belong to the text in the editor.
        if self._outcome is not None and not self.result.stale:
            self._show_outcome(self._outcome)

    def action_next_target(self) -> None:
        """Choose the next target; the local collector starts when it is first chosen."""
        if self.session.next_target() is None:
            self._notify_sending_off()
            return
        self._target_chosen()

    def _target_chosen(self) -> None:
        target = self.session.target
        if target is not None and target.name == LOCAL:
            self._start_collector()
        self._show_target()

    async def _ready_target(self) -> Target | None:
        """The chosen target. The local collector is started for it if needed. Without a target, show why and return None."""
        target = self.session.target
        if target is not None and target.name == LOCAL and self.session.local_endpoint is None:
            self._start_collector()
            self._collector_ready.clear()
            await self._collector_ready.wait()
            if self.session.local_endpoint is None:
                return None
            target = self.session.target
        if target is None:
            self._notify_sending_off()
        return target

    def _notify_sending_off(self) -> None:
        """Show that nothing can be sent, because there is no target without a usable config."""
        self.notify(self.session.why_unmapped, title="Sending is off", severity="warning", markup=False)

    async def _may_send(self, target: Target, what: str) -> bool:
        """Whether `what` may be sent to `target`. For production the person types the environment. Call this in a worker."""
        blocked = blocks_sending(target)
        if blocked is not None:
            title = f"Nothing was sent to {one_line(target.name, 60)}"
            self.notify(blocked, title=title, severity="error", markup=False)
            return False
        if not looks_like_production(target):
            return True
        # Imported here: the widgets of dialogs take a while to load, and the first paint should not wait for them.
        from abtui.tui.dialogs.questions import ConfirmProduction

        return await self.app.push_screen_wait(ConfirmProduction(target, what)) == target.environment

    def action_test_connection(self) -> None:
        """Test whether the target's collector answers, accepts the key, and knows the environment."""
        target = self.session.target
        if target is None:
            self._notify_sending_off()
            return
        from abtui.tui.dialogs.sending import Connection

        dialog = Connection(target)
        # Open the dialog at once, so that it gets the next keys.
        self.app.push_screen(dialog)
        self._probe(dialog)

    @work(exclusive=True, group="probing")
    async def _probe(self, dialog: Connection) -> None:
        target = await self._ready_target()
        if target is None:
            dialog.fail("The local collector did not start.")
            return
        # TLS and sockets take a while to load.
        from abtui.services.sender import probe

        dialog.show(target, await probe(target))
