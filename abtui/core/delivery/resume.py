"""The state of a resumed run: for each event, by its index, what happened to it and whether it still has to be sent."""

from __future__ import annotations

from array import array
from typing import Final, Literal

from abtui.core.delivery.policy import STATES

Left = Literal["new", "again", "accepted", "refused", "unknown"]
"""What is left to do with an event: `new` is not in the journal yet, `again` was not accepted; the others are not sent again."""

_NEVER: Final = 255
_AGAIN: Final = len(STATES)
_CODES: Final[dict[str, int]] = {state: code for code, state in enumerate(STATES)}
_DIGEST: Final = 8


class ResumeState:
    """Seventeen bytes for each event of a run. `retry_unknown`: the person asked to send unknown events once more.

    `seen` identifies this state of the run, so that a later change by another process is noticed.
    """

    def __init__(self, run: int = 0, *, retry_unknown: bool = False, seen: tuple[object, ...] = ()) -> None:
        self.run = run
        self.seen = seen
        self._retry_unknown = retry_unknown
        self._states = bytearray()
        self._numbers = array("q")
        self._digests = bytearray()

    def add(self, item: int, number: int, state: str, status: int | None, digest: bytes) -> None:
        """Add an event from the journal. A refusal with 429 or 5xx is not final: the collector did not accept the event."""
        missing = item + 1 - len(self._states)
        if missing > 0:
            self._states.extend(bytes([_NEVER]) * missing)
            self._numbers.extend([0] * missing)
            self._digests.extend(bytes(_DIGEST * missing))
        not_accepted = state == "refused" and status is not None and (status == 429 or status >= 500)
        self._states[item] = _AGAIN if not_accepted else _CODES[state]
        self._numbers[item] = number
        self._digests[item * _DIGEST : (item + 1) * _DIGEST] = digest

    def _code(self, item: int) -> int:
        return self._states[item] if item < len(self._states) else _NEVER

    def left(self, item: int) -> Left:
        """What still has to be done with an event."""
        code = self._code(item)
        if code == _NEVER:
            return "new"
        if code == _AGAIN or STATES[code] == "waiting":
            return "again"
        state = STATES[code]
        if state == "unknown":
            return "again" if self._retry_unknown else "unknown"
        return "accepted" if state == "accepted" else "refused"

    def number(self, item: int) -> int | None:
        """The number that an event has in the run; None if it is not in the journal."""
        return None if self._code(item) == _NEVER else self._numbers[item]

    def changed(self, item: int, digest: bytes) -> bool:
        """Whether an event of the journal would have another payload now."""
        return self._code(item) != _NEVER and self._digests[item * _DIGEST : (item + 1) * _DIGEST] != digest

    def recorded_from(self, item: int) -> int:
        """The number of events in the journal with this index or a later one."""
        return sum(code != _NEVER for code in self._states[item:])
