"""What the listener does with what arrives: it is numbered, counted, recognised when it is sent again, and kept until it is taken."""

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
from abtui.services.errors import FileError
from abtui.services.listener.backlog import Arrival, Backlog
from abtui.services.listener.tally import Tally

if TYPE_CHECKING:
    from abtui.services.listener.forward import Forward

REMEMBERED: Final = 50_000
"""The number of messageIds by which retries are recognised: of the last 25 seconds at 2,000 events a second, of days as a person clicks."""


class Intake:
    """What the routes give their requests to, and what they need to answer them. See `Listener` for the arguments."""

    def __init__(
        self,
        origins: Collection[str],
        forward: Forward | None,
        sdk: Path | None,
        secrets: tuple[Secret, ...],
        told: Callable[[], None],
    ) -> None:
        self.origins, self.forward, self.sdk, self.secrets = frozenset(origins), forward, sdk, secrets
        self.tally = Tally()
        self.backlog = Backlog()
        self._told = told
        self._number = 0
        self._recent = RecentIds(REMEMBERED)

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
                self.backlog.put(arrivals)
        except FileError as error:
            # SDKs try again after such an answer, so nothing is lost.
            for message_id in ids:
                self._recent.forget(message_id)
            return Refusal(503, "no-room", error.message)
        self.tally.add(arrivals, retries)
        if arrivals:
            self._told()
        return posted.refusal
