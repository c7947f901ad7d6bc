"""Where a run stood when it ended: what became of each event, by its index, and what of it is left to do."""

from __future__ import annotations

from array import array
from typing import Final, Literal

from abtui.core.delivery.policy import STATES

Left = Literal["new", "again", "accepted", "refused", "unknown"]
"""What is to be done with an event: `new`, not written down yet; `again`, written down and not taken; else nothing."""

_NEVER: Final = 255
_AGAIN: Final = len(STATES)
_DIGEST: Final = 8


class ResumeState:
    """Seventeen bytes for each event of a run. `retry_unknown`: the person asked that unknown ones are sent once more."""

    def __init__(self, *, retry_unknown: bool = False, seen: tuple[object, ...] = ()) -> None:
        self.seen = seen
        """What tells this state of the run from each it has later, whoever takes it up meanwhile."""
        self._retry_unknown = retry_unknown
        self._states = bytearray()
        self._numbers = array("q")
        self._digests = bytearray()

    def add(self, item: int, number: int, state: str, status: int | None, digest: bytes) -> None:
        """Take in one event. 429 and 5xx say that the collector did not take it: such a refusal is not final."""
        missing = item + 1 - len(self._states)
        if missing > 0:
            self._states.extend(bytes([_NEVER]) * missing)
            self._numbers.extend([0] * missing)
            self._digests.extend(bytes(_DIGEST * missing))
        not_taken = state == "refused" and status is not None and (status == 429 or status >= 500)
        self._states[item] = _AGAIN if not_taken else _CODES[state]
        self._numbers[item] = number
        self._digests[item * _DIGEST : (item + 1) * _DIGEST] = digest

    def _code(self, item: int) -> int:
        return self._states[item] if item < len(self._states) else _NEVER

    def left(self, item: int) -> Left:
        """What is left to do with an event."""
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
        """The number an event has in the run; None for one that is not written down."""
        return None if self._code(item) == _NEVER else self._numbers[item]

    def changed(self, item: int, digest: bytes) -> bool:
        """Whether an event that was written down would now be another payload."""
        return self._code(item) != _NEVER and self._digests[item * _DIGEST : (item + 1) * _DIGEST] != digest

    def written_from(self, item: int) -> int:
        """How many events are written down that have this index or a later one."""
        return sum(code != _NEVER for code in self._states[item:])


_CODES: Final[dict[str, int]] = {state: code for code, state in enumerate(STATES)}
