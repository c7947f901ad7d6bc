"""The target of requests: the local collector behind it, the connection test, and the question before production."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.widget import Widget

from abtui.core.config import Target
from abtui.core.config.endpoint import blocks_sending, looks_like_production
from abtui.core.destinations import DEFAULT
from abtui.core.text.plain import one_line
from abtui.services.errors import ServiceError
from abtui.tui.session import LOCAL
from abtui.tui.state import State

if TYPE_CHECKING:
    from textual.worker import Worker

    from abtui.services.collector.server import LocalCollector
    from abtui.tui.dialogs.sending import Connection


class Targeting:
    """Starts the local collector when it is first chosen, and tests and asks. `owner` has the workers."""

    def __init__(self, state: State, owner: Widget) -> None:
        self._state, self._owner = state, owner
        self._starting: Worker[None] | None = None
        self._collector: LocalCollector | None = None

    def follow(self) -> None:
        """Start the collector of the target that is chosen once the first picture is painted, or later."""
        self._state.listen("target", self._owner, self._chosen)
        self._state.listen("painted", self._owner, self._chosen)

    def _chosen(self) -> None:
        target = self._state.session.target
        if target is not None and target.name == LOCAL and not target.collector_endpoint:
            self._start_collector()

    def _start_collector(self) -> Worker[None]:
        if self._starting is None or self._starting.is_finished:
            self._starting = self._owner.run_worker(self._start(), group="collector")
        return self._starting

    async def _start(self) -> None:
        try:
            self._collector = await asyncio.to_thread(_started_collector)
        except ServiceError as error:
            self._state.session.local_endpoint = None
            self._state.say(error.message, severity="error")
        else:
            self._state.session.local_endpoint = self._collector.base_url
            self._state.tell("target")

    def end(self) -> None:
        """Stop the local collector, without waiting for it."""
        if self._collector is not None:
            self._collector.stop(wait=False)

    def choose_next(self) -> None:
        """Choose the next target."""
        if self._state.session.next_target() is None:
            self.say_off()
        else:
            self._state.tell("target")

    async def ready(self) -> Target | None:
        """The chosen target, with the local collector started for it. Without a target, say why and return None."""
        target = self._state.session.target
        if target is None:
            self.say_off()
        elif target.name == LOCAL and not target.collector_endpoint:
            await self._start_collector().wait()
            target = self._state.session.target
            return target if target is not None and target.collector_endpoint else None
        return target

    def say_off(self) -> None:
        """Say that nothing can be sent, because the config cannot be used."""
        self._state.say(self._state.session.why_off, title="Sending is off", severity="warning")

    async def may_send(self, target: Target, what: str) -> bool:
        """Whether `what` may be sent to `target`. For production the person types the environment. Call this in a worker."""
        blocked = blocks_sending(target)
        if blocked is not None:
            self._state.say(blocked, title=f"Nothing was sent to {one_line(target.name, 60)}", severity="error")
            return False
        if not looks_like_production(target):
            return True
        # Imported here: the widgets of dialogs take a while to load, and the first paint should not wait for them.
        from abtui.tui.dialogs.questions import ConfirmProduction

        return await self._owner.app.push_screen_wait(ConfirmProduction(target, what)) == target.environment

    def test_connection(self) -> None:
        """Test whether the target's collector answers, accepts the key, and knows the environment."""
        target = self._state.session.target
        if target is None:
            self.say_off()
            return
        from abtui.tui.dialogs.sending import Connection

        dialog = Connection(target)
        # Open the dialog at once, so that it gets the next keys.
        self._owner.app.push_screen(dialog)
        self._owner.run_worker(self._probe(dialog), exclusive=True, group="probing")

    async def _probe(self, dialog: Connection) -> None:
        target = await self.ready()
        if target is None:
            dialog.fail("The local collector did not start.")
            return
        # TLS and sockets take a while to load.
        from abtui.services.sender import probe

        mapper = self._state.session.mapper
        of = DEFAULT if mapper is None else mapper.destination
        dialog.show(target, await probe(target, key_call=of.key_call, key_refused=of.key_refused))


def _started_collector() -> LocalCollector:
    """The local collector, running. Call this in a thread. Raises ServiceError if it does not start."""
    # Imported here: loading the web server takes half a second, and the first paint should not wait for it.
    from abtui.services.collector.server import LocalCollector

    collector = LocalCollector()
    collector.start()
    return collector
