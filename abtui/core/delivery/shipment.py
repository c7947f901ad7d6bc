"""What is sent and how: the plan, the events that make requests, and the options. Both faces build it here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from abtui.core.config.model import Target
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.batches import Entry
from abtui.core.delivery.options import Options, RunOptions
from abtui.core.delivery.plan import NOT_EVENT, UNREADABLE, Plan, PlanCounts
from abtui.core.delivery.resume import ResumeState
from abtui.core.delivery.runs import Run, journal_name, payload_digest
from abtui.core.delivery.shift import NewestDate, shifted
from abtui.core.events import Event, Unreadable
from abtui.core.events.model import JSONObject
from abtui.core.segment import is_event
from abtui.core.text.plain import plural

Item = Event | Unreadable


class Shipment(NamedTuple):
    """A plan and all that is needed to carry it out. `what` says in a few words which events are sent.

    `run_options` makes the run resumable. With `resume` that run goes on, with `planned` events in all.
    """

    plan: Plan
    target: Target
    entries: Iterable[Entry]
    what: str
    options: Options = Options()
    run_options: RunOptions | None = None
    resume: ResumeState | None = None
    planned: int = 0


class ShipmentBuilder:
    """Counts events for a plan, and maps the ones that are sent, under one config.

    The index of an event is its position in the corpus, where unreadable pieces have an index too. `offset` moves all dates by
    so many milliseconds. With `resume` only the rest of that run is sent.
    """

    def __init__(self, mapper: Mapper, *, resume: ResumeState | None = None, offset: int | None = None) -> None:
        self.counts = PlanCounts()
        self.offset = offset
        self.resume = resume
        self._mapper = mapper
        self._counted = self._new = self._changed = 0
        self._first_changed = ""

    def count(self, items: Iterable[Item], newest: NewestDate | None = None) -> Iterator[Item]:
        """Count a whole corpus for the plan, and pass its items on. `newest` looks at the dates of the events."""
        for index, item in enumerate(items):
            self._counted = index + 1
            if isinstance(item, Unreadable):
                self.counts.add(UNREADABLE, "")
            elif not is_event(item.value):
                self.counts.add(NOT_EVENT, "")
            else:
                if newest is not None:
                    newest.add(item.source, item.value)
                self._count(index, item)
            yield item

    def _count(self, index: int, event: Event) -> None:
        decision = self._mapper.decide_for_target(event.value)
        sends = decision.verdict == "send"
        left = "new" if self.resume is None else self.resume.left(index)
        if self.resume is not None and self.resume.number(index) is not None:
            entry = self._entry(index, event) if sends else None
            if self.resume.changed(index, b"" if entry is None else payload_digest(entry.request.body_bytes)):
                self._changed += 1
                self._first_changed = self._first_changed or event.source
        self._new += sends and left == "new"
        if left in ("new", "again"):
            self.counts.add(decision.verdict, decision.code, fate=self._mapper.fate(decision))
        else:
            self.counts.add(left, "")

    def entries(self, items: Iterable[tuple[int, Item]]) -> Iterator[Entry]:
        """The events to send, mapped as they are asked for. Each item comes with its index."""
        for index, item in items:
            if isinstance(item, Unreadable) or not is_event(item.value):
                continue
            if self.resume is None or self.resume.left(index) in ("new", "again"):
                entry = self._entry(index, item)
                if entry is not None:
                    yield entry

    def _entry(self, index: int, event: Event) -> Entry | None:
        value: JSONObject = event.value if self.offset is None else shifted(event.value, self.offset)
        request = self._mapper.request(value)
        return None if request is None else Entry(index, event.source, self._mapper.label(event.value), request)

    def shipment(
        self,
        plan: Plan,
        target: Target,
        items: Iterable[tuple[int, Item]],
        what: str,
        options: Options,
        run_options: RunOptions | None = None,
    ) -> Shipment:
        """The shipment of a plan that was made from `counts`."""
        recorded = 0 if self.resume is None else self.resume.recorded_from(0)
        entries = self.entries(items)
        return Shipment(plan, target, entries, what, options, run_options, self.resume, recorded + self._new)

    def changes(self, run: Run, plan: Plan, target: Target) -> Iterator[str]:
        """What differs from the plan of the run that is resumed. The key does not count, because keys are renewed."""
        secret = target.api_key
        environment, application = journal_name(plan.environment, secret), journal_name(plan.application, secret)
        if (run.address, run.environment) != (plan.address, environment):
            yield f"The run went to {run.address}, environment {run.environment}; the target is a different one now."
        if run.application != application:
            before, now = (
                f"application {name}" if name else "no application" for name in (run.application, application)
            )
            yield f"The run was sent with {before}; the target has {now} now."
        if self._changed:
            yield (
                f"{plural(self._changed, 'event')} of the run would have another payload now"
                f" (first: {self._first_changed}), because the events or the config changed."
            )
        gone = 0 if self.resume is None else self.resume.recorded_from(self._counted)
        if gone:
            yield f"{plural(gone, 'event')} of the run {'is' if gone == 1 else 'are'} missing now."
        if run.planned and (more := self._new - run.not_sent) > 0:
            yield f"{plural(more, 'event')} more than the run's plan had would be sent."
