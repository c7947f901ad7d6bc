"""What is sent and how: the plan, the events that make requests, and the options. Both faces build it here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from abtui.core.config.model import Target
from abtui.core.corpus.event_kinds import EventKinds
from abtui.core.corpus.fast_reader import FieldPart
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.recurring import Recurring
from abtui.core.delivery.batches import Entry
from abtui.core.delivery.options import BATCH_LIMIT, Mode, Options, RunOptions
from abtui.core.delivery.plan import NOT_EVENT, UNREADABLE, Plan, PlanCounts, make_plan
from abtui.core.delivery.resume import ResumeState
from abtui.core.delivery.runs import Run, journal_name, payload_digest
from abtui.core.delivery.shift import NewestDate, shifted
from abtui.core.destination import ShowsAnswer
from abtui.core.events import Event, Unreadable
from abtui.core.events.model import JSONObject
from abtui.core.outcomes import MappingOutcome, Outcome
from abtui.core.segment import is_event
from abtui.core.text.plain import plural
from abtui.core.text.secret import hide_all

Item = Event | Unreadable


class Shipment(NamedTuple):
    """A plan and all that is needed to carry it out. `what` says in a few words which events are sent.

    `shows_answer` is what the destination says Segment shows for an answer.

    None among the entries says that no event has come yet, and more may come.

    `run_options` makes the run resumable. With `resume` that run goes on, with `planned` events in all.
    """

    plan: Plan
    target: Target
    entries: Iterable[Entry | None]
    what: str
    options: Options = Options()
    run_options: RunOptions | None = None
    resume: ResumeState | None = None
    planned: int = 0
    shows_answer: ShowsAnswer | None = None


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
        """Count a whole corpus for the plan, and pass on what is no event. `newest` looks at the dates of the events."""
        for index, item in enumerate(items):
            self._counted = index + 1
            if not isinstance(item, Unreadable) and is_event(item.value):
                if newest is not None:
                    newest.add(item.source, item.value)
                self._count(index, item)
            else:
                self.count_item(index, item)
                yield item

    def count_by_kind(self, parts: Iterable[FieldPart | Unreadable], kinds: EventKinds) -> Iterator[Item]:
        """Like `count`, of a whole run and a destination with one decision, for parts that the reader of `kinds` read.

        Of each kind of events a few are decided about, and the others are only counted.
        """
        recurring: Recurring[tuple[str, str, str]] = Recurring()
        counted: Counter[tuple[str, str, str]] = Counter()
        for part in parts:
            if isinstance(part, Unreadable):
                self.counts.add(UNREADABLE, "")
                yield part
                continue
            worth = recurring.worth(len(part.values))
            for index, value in enumerate(part.values):
                kind = kinds.of(value) if worth else None
                found = recurring.known.get(kind)
                if found is None:
                    recurring.missed()
                    kinds.open(part, (index,))
                    if not is_event(value):
                        self.counts.add(NOT_EVENT, "")
                        yield part.event(index)
                        continue
                    decision = self._mapper.decide_for_target(value)
                    found = decision.verdict, decision.code, self._mapper.fate(decision)
                    if kind is not None and recurring.comes_again(kind):
                        recurring.known[kind] = found
                counted[found] += 1
        for (verdict, code, fate), count in counted.items():
            self.counts.add(verdict, code, count, fate=fate)
        self._new = self.counts.of("send")

    def count_item(self, index: int, item: Item) -> None:
        """Count one item of a corpus for the plan."""
        if isinstance(item, Unreadable):
            self.counts.add(UNREADABLE, "")
        elif not is_event(item.value):
            self.counts.add(NOT_EVENT, "")
        else:
            self._count(index, item)

    def _count(self, index: int, event: Event) -> None:
        decision, resume = self._mapper.decide_for_target(event.value), self.resume
        if resume is None and not decision.results:
            self._new += decision.verdict == "send"
            self.counts.add(decision.verdict, decision.code, fate=self._mapper.fate(decision))
            return
        sent = self._mapper.sent(decision)
        if resume is not None and (recorded := resume.mappings(index)):
            digests = {entry.mapping: payload_digest(entry.request.body_bytes) for entry in self._entries(index, event)}
            if any(resume.changed(index, digests.get(mapping, b""), mapping) for mapping in recorded):
                self._changed += 1
                self._first_changed = self._first_changed or event.source
        parts: list[tuple[str, str, str]] = []
        for mapping, part in sent or [("", decision)]:
            left = "new" if resume is None else resume.left(index, self._masked(mapping))
            self._new += bool(sent) and left == "new"
            goes = left in ("new", "again")
            parts.append((part.verdict, part.code, self._mapper.fate(part)) if goes else (left, "", ""))
        self.counts.add_parts(parts)

    def entries(self, items: Iterable[tuple[int, Item]]) -> Iterator[Entry]:
        """The events to send, mapped as they are asked for. Each item comes with its index."""
        for index, item in items:
            if isinstance(item, Unreadable) or not is_event(item.value):
                continue
            for entry in self._entries(index, item):
                if self.resume is None or self.resume.left(index, entry.mapping) in ("new", "again"):
                    yield entry

    def _entries(self, index: int, event: Event) -> list[Entry]:
        value: JSONObject = event.value if self.offset is None else shifted(event.value, self.offset)
        requests = self._mapper.requests(value)
        label = self._mapper.label(event.value) if requests else ""
        return [Entry(index, event.source, label, request, self._masked(mapping)) for mapping, request in requests]

    def _masked(self, mapping: str) -> str:
        """The name of a mapping as the journal has it."""
        return hide_all(mapping, self._mapper.config.secrets) if mapping else ""

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
        shows_answer = self._mapper.destination.shows_answer
        planned = recorded + self._new
        return Shipment(plan, target, entries, what, options, run_options, self.resume, planned, shows_answer)

    def plan(self, target: Target, mode: Mode, *, batch: int = BATCH_LIMIT, complete: bool = True) -> Plan:
        """The plan for the events counted so far."""
        of = self._mapper.destination
        return make_plan(
            self.counts,
            target,
            mode,
            batch=batch,
            complete=complete,
            batches=of.batches,
            has_application=of.setting("application") is not None,
        )

    def count_outcome(self, outcome: Outcome) -> None:
        """Count one event by its outcome, each request of it."""
        sent = [part for part in outcome.results or () if part.request is not None]
        parts: Sequence[Outcome | MappingOutcome] = sent or [outcome]
        self.counts.add_parts([(part.verdict, part.reason.code, part.fate) for part in parts])

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
