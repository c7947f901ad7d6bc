"""The events of a send, read twice: once for the plan, once to go out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from abtui.cli.inputs import TwiceInput
from abtui.core.config import Config
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.batches import Entry
from abtui.core.delivery.plan import NOT_EVENT, UNREADABLE, Tally
from abtui.core.delivery.resume_state import ResumeState
from abtui.core.delivery.runs import payload_digest
from abtui.core.delivery.shift import Newest, shifted
from abtui.core.events import Event, SdkDefaults
from abtui.core.events.model import JSONObject
from abtui.core.segment import is_event


class SendEvents:
    """Events and the config that maps them. An event's index is its place among all that was read, readable or not.

    With `dates` the newest date is looked for; `offset` moves all of them.

    With a `standing` only what is left of its run is sent; `changed` are events that would now be another payload than the
    one that was written down, `first_changed` names one; `gone` are those that are written down and not there any more; `new`
    are those to send that are not written down.
    """

    def __init__(self, config: Config, paths: Sequence[str], sdk: SdkDefaults, standing: ResumeState | None) -> None:
        self.tally = Tally()
        self.newest = Newest()
        self.dates = False
        self.offset: int | None = None
        self.changed = self.gone = self.new = 0
        self.first_changed = ""
        self.input = TwiceInput(paths, sdk, "planning")
        self._mapper = Mapper(config)
        self._standing = standing

    def count(self) -> None:
        """Read all events for the plan; what cannot be read is told."""
        index = -1
        with self.input as corpus:
            for index, item in enumerate(corpus.items()):
                if isinstance(item, Event) and is_event(item.value):
                    self._count(index, item)
                elif isinstance(item, Event):
                    self.tally.add(NOT_EVENT, "")
                    corpus.tell_not_event(item)
                else:
                    self.tally.add(UNREADABLE, "")
                    corpus.tell_unreadable(item)
        if self._standing is not None:
            self.gone = self._standing.written_from(index + 1)

    def _count(self, index: int, event: Event) -> None:
        if self.dates:
            self.newest.add(event.source, event.value)
        decision = self._mapper.decide_for_target(event.value)
        sends = decision.verdict == "send"
        left = "new" if self._standing is None else self._standing.left(index)
        if self._standing is not None and self._standing.number(index) is not None:
            request = self._mapper.request(self._moved(event.value)) if sends else None
            digest = b"" if request is None else payload_digest(request.body_bytes)
            if self._standing.changed(index, digest):
                self.changed += 1
                self.first_changed = self.first_changed or event.source
        self.new += sends and left == "new"
        if left in ("new", "again"):
            self.tally.add(decision.verdict, decision.code, fate=self._mapper.fate(decision))
        else:
            self.tally.add(left, "")

    def _moved(self, event: JSONObject) -> JSONObject:
        return event if self.offset is None else shifted(event, self.offset)

    def entries(self) -> Iterator[Entry]:
        """What goes out, mapped as it is asked for."""
        for index, item in enumerate(self.input.again()):
            if not (isinstance(item, Event) and is_event(item.value)) or (
                self._standing is not None and self._standing.left(index) not in ("new", "again")
            ):
                continue
            request = self._mapper.request(self._moved(item.value))
            if request is not None:
                yield Entry(index, item.source, self._mapper.label(item.value), request)
