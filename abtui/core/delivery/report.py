"""The reports of a plan, a run and a journal, and their JSON values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from abtui.core.delivery.plan import BATCH_FROM, Plan
from abtui.core.delivery.policy import STATES
from abtui.core.delivery.progress import Example
from abtui.core.delivery.runs import Run, SentEvent, counts_words, run_words
from abtui.core.events import place_of
from abtui.core.fate import fate_counts, others
from abtui.core.outcomes import Fate
from abtui.core.report import Annotation, CaseResult, Cell, Report, Section, Sentence, Tone
from abtui.core.report.builder import RowColumn, json_values, number_cell, number_column, table_section, text_column
from abtui.core.text.plain import plural, single_line

_TONES: Final[Mapping[str, Tone]] = {"accepted": "good", "refused": "bad", "unknown": "warning", "waiting": "warning"}
_MOST_ANNOTATIONS: Final = 50
_HELD: Final = "because earlier events of the same users were not accepted"


def plan_report(plan: Plan, notes: Sequence[str]) -> Report:
    """The report of what would be sent. `notes` are sentences that the plan does not know, such as how dates are moved."""
    left_out = table_section(
        "Left out",
        plan.left_out,
        number_column("events", lambda item: item.count),
        text_column("what", lambda item: item.said),
        text_column("why", lambda item: item.words),
    )
    return Report(
        title=f"what would be sent to {plan.target}",
        ok=not plan.forbidden and plan.events > 0,
        verdict="Forbidden" if plan.forbidden else "Plan",
        summary=tuple(Sentence(line) for line in (*plan_sentences(plan, table=True), *notes)),
        sections=(left_out,) if plan.left_out else (),
        data=plan_data(plan, notes),
    )


def plan_sentences(plan: Plan, *, table: bool = False) -> Iterator[str]:
    """The plan in sentences. With `table` they leave out what a table beside them shows."""
    how = "one by one" if plan.mode == "single" else f"in batches of up to {plan.batch:,}"
    yield (
        f"{plural(plan.requests, 'request')} for {plan.sending:,} of {plural(plan.events, 'event')}, {how},"
        f" to PUT {plan.address} (environment {plan.environment}, {plan.no_key or f'key {plan.key}'})."
    )
    beside = " ".join(others(plan.unreadable, plan.not_events))
    if not plan.events:
        yield f"There is no event in the input. {beside}".rstrip()
    elif beside:
        yield beside
    if plan.left_out and not table:
        yield "Left out: " + ", ".join(f"{one.count:,} {one.said} ({one.words})" for one in plan.left_out) + "."
    if plan.fates:
        yield forecast(plan)
    if plan.production:
        yield "The target looks like production."
    if plan.mode == "single" and plan.batches and plan.sendable >= BATCH_FROM:
        yield f"With --batch it would be {plural(-(-plan.sendable // 500), 'request')}."
    if plan.forbidden and plan.blocked is not None:
        yield plan.blocked


def forecast(plan: Plan) -> str:
    """The forecast for the events that are sent, from the event, the config and the catalog. A receipt may say otherwise."""
    lost = plan.fates.get("ignored", 0) + plan.refused
    return f"Forecast: {fate_counts(plan.fates)}{': `abtui map` says why' if lost else ''}."


def plan_data(plan: Plan, notes: Sequence[str]) -> dict[str, Any]:
    """The plan as JSON values."""
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
        "toSend": plan.sending,
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
    fates: Mapping[Fate, int] | None = None,
    receipts: Callable[[], Iterable[SentEvent]] = tuple,
) -> Report:
    """The report of a run. `events` become JUnit's cases, and the first events that were not accepted become annotations.

    `files` gives the path of a file for the name that its events have in their sources. `fates` is the forecast and `receipts`
    gives all events of the run, for the JSON values.
    """
    cases: list[CaseResult] = []
    annotations: list[Annotation] = []
    for event in events:
        file, line = _place(event.source, files or {})
        cases.append(_case(event, run.target, file, line))
        if event.state in ("refused", "unknown") and len(annotations) < _MOST_ANNOTATIONS:
            title = f"{event.state}: {event.name}"
            annotations.append(Annotation(severity="error", title=title, message=event.said, file=file, line=line))
    cases += _other_cases(run, notes)
    return Report(
        title=f"run {run.id}, sent to {run.target}",
        ok=ok,
        verdict="Accepted" if ok else "Not all accepted",
        summary=(*_summary(run), *notes),
        sections=(_answers(kinds),) if kinds else (),
        cases=tuple(cases),
        annotations=tuple(annotations),
        data=lambda: {
            **run_data(run),
            "ok": ok,
            "fates": dict(fates or {}),
            "answers": [_kind_data(kind) for kind in kinds],
            "receipts": [event_data(event) for event in receipts()],
        },
    )


def _place(source: str, files: Mapping[str, str]) -> tuple[str | None, int | None]:
    name, line, _ = place_of(source)
    return (None, None) if line is None else (files.get(name, name), line)


def _case(event: SentEvent, group: str, file: str | None, line: int | None) -> CaseResult:
    accepted = event.state == "accepted"
    status = "" if event.status is None else f" ({event.status})"
    return CaseResult(
        group=group,
        name=single_line(_title(event)),
        status="passed" if accepted else "skipped" if event.state == "waiting" else "failed",
        message="" if accepted else f"{event.state}{status}: {event.said}",
        detail="" if accepted or not event.segment_shows else f"Segment would show: {event.segment_shows}",
        # The name of a file may contain line ends, but a case names it on one line.
        file=None if file is None else single_line(file),
        line=line,
    )


def _other_cases(run: Run, notes: Sequence[Sentence]) -> Iterator[CaseResult]:
    """Failures that belong to no sent event. Without them, the cases alone would show a part of the events as the whole."""
    if run.not_sent:
        why = _HELD if run.ending == "done" and run.not_taken else run_words(run)
        message = f"{plural(run.not_sent, run.noun)} not sent: {why}"
        yield CaseResult(group=run.target, name=f"{run.not_sent:,} not sent", status="failed", message=message)
    for note in notes:
        if note.tone == "bad":
            yield CaseResult(group=run.target, name=note.text, status="failed", message=note.text)


def _summary(run: Run) -> Iterator[Sentence]:
    counts = counts_words(run.accepted, run.refused, run.unknown, run.waiting, run.not_sent)
    tone = "warning" if run.not_sent and run.gravest == "accepted" else _TONES[run.gravest]
    yield Sentence(f"{plural(run.events + run.not_sent, run.noun)}: {counts}.", tone)
    if run.ending != "done":
        yield Sentence(f"It ended early: {run_words(run)}", "bad")
    if run.unknown:
        yield Sentence(
            f"{plural(run.unknown, run.noun)} unknown: sent, but no answer was read. They may have been counted.",
            "warning",
        )
    if run.not_taken:
        yield Sentence(f"{plural(run.not_taken, run.noun)} not accepted by the collector yet.", "warning")
    if run.not_sent and run.not_taken and run.ending == "done":
        yield Sentence(f"Not sent, {_HELD}.", "warning")
    if run.resumable and (run.ending != "done" or run.unknown or run.not_taken):
        retry = " --retry-unknown, which may count those twice" if run.ending == "done" and not run.not_taken else ""
        yield Sentence(f"To resume it: abtui send --resume {run.id}{retry}", "dim")


def _answers(kinds: Sequence[Example]) -> Section:
    """A table of the kinds of answers."""
    first = text_column("first event", _title)
    return table_section("Answers", kinds, *_answer_columns(number_column("events", lambda kind: kind.count)), first)


def events_section(events: Sequence[SentEvent], total: int) -> Section:
    """The first events of a run with their receipts. `total` is the number of all its events."""
    return table_section(
        "Receipts",
        events,
        text_column("#", lambda event: str(event.number), right=True),
        text_column("event", _title),
        *_answer_columns(),
        note=f"The first {len(events):,} of {total:,}; --format csv, json or jsonl has all."
        if len(events) < total
        else "",
    )


def _answer_columns(*after_status: RowColumn[Example]) -> tuple[RowColumn[Any], ...]:
    """The columns that a sent event and a kind of answer have in common."""
    return (
        text_column("state", lambda item: Cell(item.state, _TONES[item.state])),
        text_column("status", lambda item: "" if item.status is None else str(item.status), right=True),
        *after_status,
        text_column("the collector said", lambda item: item.said),
        text_column("Segment would show", lambda item: item.segment_shows),
    )


def _title(item: SentEvent | Example) -> str:
    """The source and the name of an event, and the mapping that made its request if there are several."""
    by = f" ({item.mapping})" if isinstance(item, SentEvent) and item.mapping else ""
    return f"{item.source} {item.name}".rstrip() + by


def runs_report(runs: Sequence[Run], total: int, place: str) -> Report:
    """The report of the newest runs of a journal at `place`, which has `total` runs."""
    table = table_section(
        "Runs",
        runs,
        text_column("run", lambda run: str(run.id), right=True),
        text_column("started", lambda run: run.started),
        text_column("target", lambda run: run.target),
        *map(_count_column, STATES),
        number_column("not sent", lambda run: number_cell(run.not_sent, "warning" if run.not_sent else "dim")),
        text_column("how it ended", run_words),
        text_column("events", lambda run: run.what),
    )
    return Report(
        title=f"{plural(total, 'run')} in {place}",
        ok=True,
        verdict="History",
        summary=(Sentence(f"The newest {len(runs):,} are shown."),) if len(runs) < total else (),
        sections=(table,) if runs else (),
    )


def _count_column(state: str) -> RowColumn[Run]:
    """How many events of a run are in a state."""

    def count(run: Run) -> Cell:
        number: int = getattr(run, state)
        return number_cell(number, _TONES[state] if number else "dim")

    return number_column(state, count)


_run_values = json_values("target", "address", "environment", "key", "mode", "what", "events", *STATES, "not_sent", "resumable")  # fmt: skip
_event_values = json_values("run", "number", "source", "name", "state", "status", "said", "segment_shows")


def event_data(event: SentEvent) -> dict[str, Any]:
    """A sent event as JSON values, with the mapping that made its request if there are several."""
    return _event_values(event) | ({"mapping": event.mapping} if event.mapping else {})


def run_data(run: Run) -> dict[str, Any]:
    """A run as JSON values."""
    times = {"run": run.id, "started": run.started, "ended": run.ended, "ending": run_words(run)}
    return times | _run_values(run)


def _kind_data(kind: Example) -> dict[str, Any]:
    """One kind of answer as JSON values."""
    return {
        "state": kind.state,
        "status": kind.status,
        "events": kind.count,
        "said": kind.said,
        "segmentShows": kind.segment_shows,
        "first": {"source": kind.source, "name": kind.name},
    }
