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


class _Recorded:
    """Seventeen bytes for each event that one mapping sent, by the event's index."""

    def __init__(self) -> None:
        self._states = bytearray()
        self._numbers = array("q")
        self._digests = bytearray()

    def add(self, item: int, number: int, code: int, digest: bytes) -> None:
        missing = item + 1 - len(self._states)
        if missing > 0:
            self._states.extend(bytes([_NEVER]) * missing)
            self._numbers.extend([0] * missing)
            self._digests.extend(bytes(_DIGEST * missing))
        self._states[item] = code
        self._numbers[item] = number
        self._digests[item * _DIGEST : (item + 1) * _DIGEST] = digest

    def code(self, item: int) -> int:
        return self._states[item] if item < len(self._states) else _NEVER

    def number(self, item: int) -> int:
        return self._numbers[item]

    def digest(self, item: int) -> bytes:
        return bytes(self._digests[item * _DIGEST : (item + 1) * _DIGEST])

    def count_from(self, item: int) -> int:
        return sum(code != _NEVER for code in self._states[item:])


_NOTHING: Final = _Recorded()


class ResumeState:
    """What happened to each event of a run, and, where an event makes several requests, to each by its mapping's name.

    `retry_unknown`: the person asked to send unknown events once more. `seen` identifies this state of the run, so that a
    later change by another process is noticed.
    """

    def __init__(self, run: int = 0, *, retry_unknown: bool = False, seen: tuple[object, ...] = ()) -> None:
        self.run = run
        self.seen = seen
        self._retry_unknown = retry_unknown
        self._parts: dict[str, _Recorded] = {}

    def add(self, item: int, number: int, state: str, status: int | None, digest: bytes, mapping: str = "") -> None:
        """Add an event from the journal. A refusal with 429 or 5xx is not final: the collector did not accept the event."""
        not_accepted = state == "refused" and status is not None and (status == 429 or status >= 500)
        code = _AGAIN if not_accepted else _CODES[state]
        self._parts.setdefault(mapping, _Recorded()).add(item, number, code, digest)

    def _code(self, item: int, mapping: str) -> int:
        return self._parts.get(mapping, _NOTHING).code(item)

    def left(self, item: int, mapping: str = "") -> Left:
        """What still has to be done with an event."""
        code = self._code(item, mapping)
        if code == _NEVER:
            return "new"
        if code == _AGAIN or STATES[code] == "waiting":
            return "again"
        state = STATES[code]
        if state == "unknown":
            return "again" if self._retry_unknown else "unknown"
        return "accepted" if state == "accepted" else "refused"

    def number(self, item: int, mapping: str = "") -> int | None:
        """The number that an event has in the run; None if it is not in the journal."""
        return None if self._code(item, mapping) == _NEVER else self._parts[mapping].number(item)

    def mappings(self, item: int) -> list[str]:
        """The mappings whose request of an event is in the journal; "" stands for that of a destination without mappings."""
        return [mapping for mapping, part in self._parts.items() if part.code(item) != _NEVER]

    def changed(self, item: int, digest: bytes, mapping: str = "") -> bool:
        """Whether an event of the journal would have another payload now."""
        return self._code(item, mapping) != _NEVER and self._parts[mapping].digest(item) != digest

    def recorded_from(self, item: int) -> int:
        """The number of requests in the journal of events with this index or a later one."""
        return sum(part.count_from(item) for part in self._parts.values())
