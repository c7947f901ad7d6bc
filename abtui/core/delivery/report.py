"""A plan and a run as reports, and as values for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from abtui.core.delivery.plan import BATCH_FROM, Plan
from abtui.core.delivery.policy import STATES
from abtui.core.delivery.progress import Example
from abtui.core.delivery.runs import Run, SentEvent, counts_words, run_words
from abtui.core.fate import fate_counts, others
from abtui.core.report import Annotation, CaseResult, Cell, Column, Report, Section, Sentence, Table, Tone
from abtui.core.text.plain import plural, single_line

_TONES: Final[Mapping[str, Tone]] = {"accepted": "good", "refused": "bad", "unknown": "warning", "waiting": "warning"}
_ANNOTATED: Final = 50
_HELD: Final = "as earlier events of the same users were not taken"


def plan_report(plan: Plan, notes: Sequence[str]) -> Report:
    """What would be sent. `notes` are sentences beside the plan, such as how dates are moved."""
    rows = tuple((Cell(f"{one.count:,}"), Cell(one.said), Cell(one.words)) for one in plan.left_out)
    columns = (Column("events", right=True), Column("what"), Column("why"))
    return Report(
        title=f"what would be sent to {plan.target}",
        ok=not plan.forbidden and plan.events > 0,
        verdict="Forbidden" if plan.forbidden else "Plan",
        summary=tuple(Sentence(line) for line in (*plan_sentences(plan, table=True), *notes)),
        sections=(Section("Left out", (Table(columns, rows),)),) if rows else (),
    )


def plan_sentences(plan: Plan, *, table: bool = False) -> Iterator[str]:
    """The plan in sentences; with `table` without what a table beside them tells."""
    how = "one by one" if plan.mode == "single" else f"in batches of up to {plan.batch:,}"
    yield (
        f"{plural(plan.requests, 'request')} for {plan.sendable:,} of {plural(plan.events, 'event')}, {how},"
        f" to PUT {plan.address} (environment {plan.environment}, {plan.no_key or f'key {plan.key}'})."
    )
    beside = others(plan.unreadable, plan.not_events)
    if not plan.events:
        yield " ".join(("There is no event in what was given.", *beside))
    elif said := " ".join(beside):
        yield said
    if plan.left_out and not table:
        yield "Left out: " + ", ".join(f"{one.count:,} {one.said} ({one.words})" for one in plan.left_out) + "."
    if plan.fates:
        yield forecast(plan)
    if plan.production:
        yield "The target looks like production."
    if plan.mode == "single" and plan.sendable >= BATCH_FROM:
        yield f"With --batch it would be {plural(-(-plan.sendable // 500), 'request')}."
    if plan.forbidden and plan.blocked is not None:
        yield plan.blocked


def forecast(plan: Plan) -> str:
    """What becomes of the events that are sent, as far as event, config and catalog tell: a receipt may say otherwise."""
    lost = plan.fates.get("ignored", 0) + plan.refused
    return f"Forecast: {fate_counts(plan.fates)}{': `abtui map` says why' if lost else ''}."


def plan_data(plan: Plan, notes: Sequence[str]) -> dict[str, Any]:
    """The plan as values."""
    return {
        "dryRun": True,
        "target": plan.target,
        "address": plan.address,
        "environment": plan.environment,
        "application": plan.application,
        "key": None if plan.no_key else plan.key,
        "mode": plan.mode,
        "batch": plan.batch if plan.mode == "batch" else 1,
        "production": plan.production,
        "blocked": plan.blocked,
        "events": plan.events,
        "unreadable": plan.unreadable,
        "notEvents": plan.not_events,
        "toSend": plan.sendable,
        "toBeRefused": plan.refused,
        "fates": dict(plan.fates),
        "requests": plan.requests,
        "leftOut": [
            {"count": one.count, "verdict": one.verdict, "code": one.code, "why": one.words} for one in plan.left_out
        ],
        "notes": list(notes),
    }


def run_report(
    run: Run,
    kinds: Sequence[Example],
    events: Iterable[SentEvent],
    *,
    notes: Sequence[Sentence] = (),
    ok: bool,
    files: Mapping[str, str] | None = None,
) -> Report:
    """What came of a run. `events` become JUnit's cases, and the first that were not accepted GitHub's annotations."""
    files = files or {}
    cases: list[CaseResult] = []
    annotations: list[Annotation] = []
    for event in events:
        cases.append(_case(event, run, files))
        if event.state in ("refused", "unknown") and len(annotations) < _ANNOTATED:
            file, line = _place(event.source, files)
            title = f"{event.state}: {event.name}"
            annotations.append(Annotation(severity="error", title=title, message=event.said, file=file, line=line))
    cases += _other_cases(run, notes)
    return Report(
        title=f"run {run.id}, sent to {run.target}",
        ok=ok,
        verdict="Accepted" if ok else "Not all accepted",
        summary=(*_summary(run), *notes),
        sections=(Section("Answers", (_kinds_table(kinds),)),) if kinds else (),
        cases=tuple(cases),
        annotations=tuple(annotations),
    )


def _other_cases(run: Run, notes: Sequence[Sentence]) -> Iterator[CaseResult]:
    """Failures that are no sent event's: who reads nothing but the cases must not take a part for the whole."""
    if run.not_sent:
        why = _HELD if run.ending == "done" and run.not_taken else run_words(run)
        message = f"{plural(run.not_sent, 'event')} not sent: {why}"
        yield CaseResult(group=run.target, name=f"{run.not_sent:,} not sent", status="failed", message=message)
    for note in notes:
        if note.tone == "bad":
            yield CaseResult(group=run.target, name=note.text, status="failed", message=note.text)


def _summary(run: Run) -> Iterator[Sentence]:
    counts = counts_words(run.accepted, run.refused, run.unknown, run.waiting, run.not_sent)
    tone = "warning" if run.not_sent and run.gravest == "accepted" else _TONES[run.gravest]
    yield Sentence(f"{plural(run.events + run.not_sent, 'event')}: {counts}.", tone)
    if run.ending != "done":
        yield Sentence(f"It ended before its end: {run_words(run)}", "bad")
    if run.unknown:
        yield Sentence(
            f"{plural(run.unknown, 'event')} unknown: sent, and no answer was read. They may have been counted.",
            "warning",
        )
    if run.not_taken:
        yield Sentence(f"{plural(run.not_taken, 'event')} not taken by the collector, so far.", "warning")
    if run.not_sent and run.not_taken and run.ending == "done":
        yield Sentence(f"Not sent, {_HELD}.", "warning")
    if run.resumable and (run.ending != "done" or run.unknown or run.not_taken):
        retry = " --retry-unknown, which can count those twice" if run.ending == "done" and not run.not_taken else ""
        yield Sentence(f"To take it up again: abtui send --resume {run.id}{retry}", "dim")


def _kinds_table(kinds: Sequence[Example]) -> Table:
    columns = ("state", "status", "events", "the collector said", "Segment would show", "first event")
    rows = tuple(
        (
            Cell(kind.state, _TONES[kind.state]),
            Cell("" if kind.status is None else str(kind.status)),
            Cell(f"{kind.count:,}"),
            Cell(kind.said),
            Cell(kind.segment_shows),
            Cell(f"{kind.source} {kind.name}".rstrip()),
        )
        for kind in kinds
    )
    return Table(tuple(Column(title, right=title in ("status", "events")) for title in columns), rows)


def _case(event: SentEvent, run: Run, files: Mapping[str, str]) -> CaseResult:
    file, line = _place(event.source, files)
    status = "" if event.status is None else f" ({event.status})"
    return CaseResult(
        group=run.target,
        name=single_line(f"{event.source} {event.name}".rstrip()),
        status="passed" if event.state == "accepted" else "skipped" if event.state == "waiting" else "failed",
        message="" if event.state == "accepted" else f"{event.state}{status}: {event.said}",
        detail=""
        if event.state == "accepted" or not event.segment_shows
        else f"Segment would show: {event.segment_shows}",
        # A file's name may have line ends; where it stands in a text it is one line.
        file=None if file is None else single_line(file),
        line=line,
    )


def _place(source: str, files: Mapping[str, str]) -> tuple[str | None, int | None]:
    name, _, line = source.rpartition(":")
    if not name or not (line.isascii() and line.isdigit() and len(line) < 12):
        return None, None
    return files.get(name, name), int(line)


def run_data(run: Run) -> dict[str, Any]:
    """A run as values."""
    return {
        "run": run.id,
        "started": run.started,
        "ended": run.ended,
        "ending": run_words(run),
        "target": run.target,
        "address": run.address,
        "environment": run.environment,
        "key": run.key,
        "mode": run.mode,
        "what": run.what,
        "events": run.events,
        **{state: getattr(run, state) for state in STATES},
        "notSent": run.not_sent,
        "resumable": run.resumable,
    }


def event_data(event: SentEvent) -> dict[str, Any]:
    """A sent event as values."""
    return {
        "run": event.run,
        "number": event.number,
        "source": event.source,
        "name": event.name,
        "state": event.state,
        "status": event.status,
        "said": event.said,
        "segmentShows": event.segment_shows,
    }


def kind_data(kind: Example) -> dict[str, Any]:
    """One kind of answer as values."""
    return {
        "state": kind.state,
        "status": kind.status,
        "events": kind.count,
        "said": kind.said,
        "segmentShows": kind.segment_shows,
        "first": {"source": kind.source, "name": kind.name},
    }


def runs_report(runs: Sequence[Run], total: int, place: str) -> Report:
    """The runs of a journal, the newest first."""
    columns = ("run", "started", "target", "accepted", "refused", "unknown", "waiting", "how it ended", "events")
    rows = tuple(
        (
            Cell(str(run.id)),
            Cell(run.started),
            Cell(run.target),
            *(Cell(f"{getattr(run, state):,}", _TONES[state] if getattr(run, state) else "dim") for state in STATES),
            Cell(run_words(run)),
            Cell(run.what),
        )
        for run in runs
    )
    numbers = ("run", *STATES)
    table = Table(tuple(Column(title, right=title in numbers) for title in columns), rows)
    return Report(
        title=f"{plural(total, 'run')} in {place}",
        ok=True,
        verdict="History",
        summary=(Sentence(f"The newest {len(runs):,} are shown."),) if len(runs) < total else (),
        sections=(Section("Runs", (table,)),) if rows else (),
    )


def events_section(events: Sequence[SentEvent], total: int) -> Section:
    """Sent events with their receipts."""
    columns = ("#", "event", "state", "status", "the collector said", "Segment would show")
    rows = tuple(
        (
            Cell(str(event.number)),
            Cell(f"{event.source} {event.name}".rstrip()),
            Cell(event.state, _TONES[event.state]),
            Cell("" if event.status is None else str(event.status)),
            Cell(event.said),
            Cell(event.segment_shows),
        )
        for event in events
    )
    note = (
        f"The first {len(events):,} of {total:,}; --format csv, json or jsonl has all." if len(events) < total else ""
    )
    return Section(
        "Receipts", (Table(tuple(Column(title, right=title in "#status") for title in columns), rows, note),)
    )
