"""The listener as a server: what it has received is taken from it, and counted."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from abtui.core.text.secret import Secret
from abtui.services.errors import ListenerError
from abtui.services.listener.backlog import Arrival
from abtui.services.listener.intake import Intake
from abtui.services.listener.tally import Counts
from abtui.services.loopback.server import HOST, LoopbackServer

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from abtui.services.listener.forward import Forward


class Listener(LoopbackServer):
    """Receives what SDKs post. See the package for how it is used.

    `origins` are those of pages that may post besides the pages of this machine (`loopback.cors.parse_origin`). `forward` is
    where requests are passed on to. `sdk` is a file that is served as Segment's script for browsers. `secrets` are keys that no
    message quotes. `told` is called in the listener's thread when something is to be taken.
    """

    name = "listener"
    failure = ListenerError
    lifespan = "on"

    def __init__(
        self,
        port: int = 0,
        *,
        origins: Collection[str] = (),
        forward: Forward | None = None,
        sdk: Path | None = None,
        secrets: tuple[Secret, ...] = (),
        told: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(port)
        self.intake = Intake(origins, forward, sdk, secrets, told)

    @property
    def address(self) -> str:
        """What an SDK is pointed at, like `http://127.0.0.1:8765`, while it is running, else ""."""
        return f"http://{HOST}:{self.port}" if self.port else ""

    @property
    def counts(self) -> Counts:
        """What has come so far."""
        return self.intake.tally.counts(len(self.intake.backlog))

    def take(self, seconds: float = 0.0, most: int = 500) -> list[Arrival]:
        """What has arrived since the last call, in order, at most so many; without any, wait so many seconds for some."""
        return self.intake.backlog.take(seconds, most)

    def wake(self) -> None:
        """End the wait of a `take`, which then returns what there is."""
        self.intake.backlog.wake()

    def _make_app(self, port: int) -> ASGIApp:
        from abtui.services.listener.app import create_app  # imported here because it loads the web server

        forward = self.intake.forward
        if forward is not None and forward.leads_to(port):
            raise ListenerError(
                "The address to forward to is this listener's own.", "Name Segment's, or another server."
            )
        return create_app(self.intake)
