"""The listener as a server: what it has received is taken from it, counted, and recognised when it is sent again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from abtui.core.checks import RecentIds, usable_id
from abtui.core.events import Event
from abtui.core.live.posted import Posted, Refusal
from abtui.core.live.sdks import sdk_of
from abtui.core.text.secret import Secret
from abtui.services.errors import FileError, ListenerError
from abtui.services.listener.backlog import Arrival, Backlog
from abtui.services.listener.tally import Counts, Tally
from abtui.services.loopback.server import HOST, LoopbackServer

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from abtui.services.listener.forward import Forward

DEFAULT_PORT: Final = 8765
REMEMBERED: Final = 50_000
"""The number of messageIds by which retries are recognised: of the last 25 seconds at 2,000 events a second, of days as a person clicks."""


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
        self.origins, self.forward, self.sdk, self.secrets = frozenset(origins), forward, sdk, secrets
        self.tally = Tally()
        self._told = told
        self._backlog = Backlog()
        self._number = 0
        self._recent = RecentIds(REMEMBERED)

    @property
    def address(self) -> str:
        """What an SDK is pointed at, like `http://127.0.0.1:8765`, while it is running, else ""."""
        return f"http://{HOST}:{self.port}" if self.port else ""

    @property
    def counts(self) -> Counts:
        """What has come so far."""
        return self.tally.counts(len(self._backlog))

    def take(self, seconds: float = 0.0, most: int = 500) -> list[Arrival]:
        """What has arrived since the last call, in order, at most so many; without any, wait so many seconds for some."""
        return self._backlog.take(seconds, most)

    def wake(self) -> None:
        """End the wait of a `take`, which then returns what there is."""
        self._backlog.wake()

    def add(self, posted: Posted, size: int, user_agent: str) -> Refusal | None:
        """Keep what one request of `size` bytes posted, except what came before; the answer is its refusal, if it is refused.

        Only the listener's thread calls this.
        """
        arrivals: list[Arrival] = []
        ids: list[str] = []
        retries = 0
        for item in posted.items:
            number = self._number + 1
            source = f"live #{number}"
            message_id = usable_id(item.value.get("messageId")) if isinstance(item, Event) else None
            if message_id is not None:
                if self._recent.repeated(message_id, source) is not None:
                    retries += 1
                    continue
                ids.append(message_id)
            self._number = number
            sdk = sdk_of(item.value if isinstance(item, Event) else {}, user_agent)
            item = msgspec.structs.replace(item, source=source)
            arrivals.append(Arrival(number, item, sdk, size // len(posted.items)))
        try:
            if arrivals:
                self._backlog.put(arrivals)
        except FileError as error:
            # SDKs try again after such an answer, so nothing is lost.
            for message_id in ids:
                self._recent.forget(message_id)
            return Refusal(503, "no-room", error.message)
        self.tally.add(arrivals, retries)
        if arrivals:
            self._told()
        return posted.refusal

    def _make_app(self, port: int) -> ASGIApp:
        from abtui.services.listener.app import create_app  # imported here because it loads the web server

        if self.forward is not None and self.forward.leads_to(port):
            raise ListenerError(
                "The address to forward to is this listener's own.", "Name Segment's, or another server."
            )
        return create_app(self)
