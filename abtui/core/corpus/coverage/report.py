"""A check as a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from abtui.core.config import Policy
from abtui.core.corpus.coverage.findings import fails
from abtui.core.corpus.coverage.model import CheckResult, Coverage, FindingGroup, MapUse, Place
from abtui.core.destinations import short_reason
from abtui.core.fate import FATES, corpus_sentence, fate_counts, others
from abtui.core.outcomes import Fate
from abtui.core.report import (
    Annotation,
    Block,
    CaseResult,
    Cell,
    Column,
    Heading,
    Report,
    Section,
    Sentence,
    Table,
    Tone,
)
from abtui.core.segment import SHOWS_SUCCESS
from abtui.core.text.plain import plural

_TONES: Final[dict[str, Tone]] = {"error": "bad", "warning": "warning", "info": "dim"}
_MOST_ROWS: Final = 30
_TAKEN: Final[dict[Fate, Tone]] = {"arrives": "good", "accepted": "plain"}
"""What is sent, and nothing is known to be wrong with."""
_OF_CONFIG: Final = ("CONFIG-", "COVERAGE-")


def check_report(result: CheckResult, policy: Policy, files: Mapping[str, str]) -> Report:
    """The report of a check. `files` gives the path of a file for the name its events go by."""
    coverage = result.coverage
    of_config = [group for group in result.findings if group.code.startswith(_OF_CONFIG)]
    of_events = [group for group in result.findings if group not in of_config]
    sections = [_findings("Findings about the config", of_config)]
    if result.events or result.unreadable or result.not_events:
        sections.append(_findings("Findings about the events", of_events))
    if coverage is not None:
        sections.append(_reality(coverage))
    if any(group.severity != "info" for group in result.findings):
        sections.append(_places(result))
    if coverage is not None:
        sections += [_types(coverage), _goals(coverage)]
        sections += [_mapping(use) for use in coverage.maps if use.keys == "names"]
        sections.append(_units(coverage))
        if coverage.names_without_entry:
            sections.append(_names(coverage))
    return Report(
        title=f"Check of {result.config}",
        ok=not result.failed,
        verdict=_verdict(result),
        summary=tuple(_summary(result, policy)),
        sections=tuple(sections),
        cases=tuple(_cases(result, policy)),
        annotations=_annotations(result, files),
    )


def _verdict(result: CheckResult) -> str:
    """One word or a few: a check that passes with warnings says so."""
    warnings = sum(group.count for group in result.findings if group.severity == "warning")
    if result.failed:
        return "Failed"
    return f"Passed with {plural(warnings, 'warning')}" if warnings else "Passed"


def _summary(result: CheckResult, policy: Policy) -> Iterator[Sentence]:
    counts = [
        (sum(group.count for group in result.findings if group.severity == name), noun)
        for name, noun in (("error", "error"), ("warning", "warning"), ("info", "note"))
    ]
    told = ", ".join(plural(count, noun) for count, noun in counts if count)
    failing = [group.code for group in result.findings if fails(group, policy)]
    verdict = f" The check fails on {', '.join(failing)}." if failing else ""
    coverage = result.coverage
    if coverage is not None:
        yield Sentence(corpus_sentence(coverage.fates, result.unreadable, result.not_events))
    yield Sentence(f"{told or 'No finding'}.{verdict}", "bad" if failing else "good")
    for trouble in _troubles(result):
        yield Sentence(trouble, "bad")
    if coverage is not None:
        if coverage.uncounted:
            told = f"{plural(coverage.uncounted, 'name')} of goals, units, fields and events beyond the first 10,000 are not listed."
            yield Sentence(told, "dim")
        yield Sentence(segment_sentence(coverage), "warning" if _gap(coverage) else "plain")


def _troubles(result: CheckResult) -> Iterator[str]:
    """What kept something from being checked, whatever the findings are."""
    if not result.usable:
        yield "The config cannot be used, so no event was mapped."
    if result.unread:
        yield f"{plural(result.unread, 'file')} could not be read, or not to the end."
    elif result.empty:
        yield " ".join(("There is no event in what was given.", *others(result.unreadable, result.not_events)))


def segment_sentence(coverage: Coverage) -> str:
    """What Segment would show, against what really happens, in a sentence."""
    view = coverage.segment
    text = f"{plural(view.success, 'event')} green in Segment"
    if not view.success:
        return f"{text}."
    nothing = sum(view.nothing_sent.values())
    parts = []
    if nothing:
        why = ", ".join(f"{count:,} {short_reason(code)}" for code, count in view.nothing_sent.items())
        parts.append(f"{nothing:,} of them {'sends' if nothing == 1 else 'send'} nothing: {why}")
    if view.refused:
        parts.append(f"{view.refused:,} would be refused by the collector")
    if view.ignored:
        parts.append(f"{view.ignored:,} would be ignored in the web console")
    if parts:
        return f"{text}, {'; '.join(parts)}."
    return f"{text}: {fate_counts({fate: coverage.fates[fate] for fate in _TAKEN})}."


def _gap(coverage: Coverage) -> bool:
    view = coverage.segment
    return bool(view.nothing_sent or view.refused or view.ignored)


def _findings(title: str, groups: Sequence[FindingGroup]) -> Section:
    if not groups:
        return Section(title, (Sentence("None.", "good"),))
    # Where no event has one twice, one number tells it.
    counted = any(group.events not in (0, group.count) for group in groups)
    rows = tuple(
        (
            Cell(group.severity, _TONES[group.severity]),
            Cell(group.code, code=True),
            Cell(f"{group.count:,}"),
            *((Cell(f"{group.events:,}"),) if counted else ()),
            Cell(group.title),
        )
        for group in groups
    )
    events = (Column("events", right=True),) if counted else ()
    columns = (Column("severity"), Column("code"), Column("count", right=True), *events, Column("what"))
    return Section(title, (Table(columns, rows),))


def _places(result: CheckResult) -> Section:
    """The first places of each error and warning. What is the same in all of them is said once."""
    blocks: list[Block] = []
    for group in sorted(result.findings, key=lambda group: not group.code.startswith(_OF_CONFIG)):
        if group.severity == "info":
            continue
        blocks.append(Heading(f"{group.code}: {group.title}", _TONES[group.severity]))
        left = group.count - len(group.places)
        texts = {_what(place) for place in group.places}
        if len(texts) == 1:
            more = f" and {left:,} more" if left else ""
            blocks.append(Sentence(f"{texts.pop()} In {', '.join(where(place) for place in group.places)}{more}."))
        else:
            rows = tuple((Cell(where(place), code=True), Cell(_what(place))) for place in group.places)
            blocks.append(Table((Column("where"), Column("what")), rows, f"{left:,} more." if left else ""))
    return Section("Where", tuple(blocks))


def _what(place: Place) -> str:
    return f"{place.message} {place.hint}".rstrip()


def where(place: Place) -> str:
    """A place as text: the source, and within it the path or the line."""
    if place.event_path is not None:
        return f"{place.source} {place.event_path}"
    if place.line is None:
        return place.source
    head = place.source.rpartition(":")
    # An event's source ends in its line already; the finding's own line is the nearer one.
    name = head[0] if head[2].isdigit() and head[0] else place.source
    return f"{name}:{place.line}" + (f":{place.column}" if place.column is not None else "")


def _share(count: int, whole: int) -> Cell:
    share = count / whole if whole else 0.0
    return Cell(f"{share:.1%}", bar=share)


def _reality(coverage: Coverage) -> Section:
    view, fates = coverage.segment, coverage.fates
    rows: list[tuple[str, int, Tone]] = [
        (f"{SHOWS_SUCCESS}, and it {FATES[fate].one}", fates[fate], tone) for fate, tone in _TAKEN.items()
    ]
    rows += [
        (f"{SHOWS_SUCCESS}, nothing is sent: {short_reason(code)}", count, "warning")
        for code, count in view.nothing_sent.items()
    ]
    rows.append((f"{SHOWS_SUCCESS}, refused by the collector", view.refused, "bad"))
    rows.append((f"{SHOWS_SUCCESS}, ignored in the web console", view.ignored, "warning"))
    total = coverage.events
    rows.append(("Not Success", total - view.success, "plain"))
    columns = (
        Column("what Segment shows, and what happens"),
        Column("events", right=True),
        Column("share", right=True),
    )
    return Section(
        "Segment's view and what happens",
        (
            Table(
                columns,
                tuple(
                    (Cell(text, tone), Cell(f"{count:,}"), _share(count, total)) for text, count, tone in rows if count
                ),
            ),
        ),
    )


def _types(coverage: Coverage) -> Section:
    used = [fate for fate in FATES if coverage.fates[fate]]
    columns = (Column("type"), *(Column(fate, right=True) for fate in used), Column("events", right=True))
    rows = tuple(
        (
            Cell(item.type, code=True),
            *(Cell(f"{item.fates[fate]:,}" if item.fates[fate] else "·") for fate in used),
            Cell(f"{item.events:,}"),
        )
        for item in coverage.types[:_MOST_ROWS]
    )
    reasons = tuple(
        (Cell(item.verdict), Cell(item.code, code=True), Cell(f"{item.count:,}")) for item in coverage.reasons
    )
    reason_columns = (Column("verdict"), Column("reason"), Column("events", right=True))
    return Section(
        "Events by type and fate",
        (Table(columns, rows, _more(len(coverage.types))), Table(reason_columns, reasons)),
    )


def _goals(coverage: Coverage) -> Section:
    most = max((item.count for item in coverage.goals), default=1)
    checked = any(item.in_catalog is not None for item in coverage.goals)
    rows = tuple(
        (
            Cell(item.name, code=True),
            Cell(f"{item.count:,}", bar=item.count / most),
            *((_in_catalog(item.in_catalog),) if checked else ()),
        )
        for item in sorted(coverage.goals, key=lambda item: item.in_catalog is not False)[:_MOST_ROWS]
    )
    inside = coverage.exposure_goals
    told = (
        f"{plural(inside, 'goal')} inside exposures {'is' if inside == 1 else 'are'} published past the goal mapping."
    )
    others = (Sentence(told, "warning"),) if inside else ()
    if not rows:
        return Section("Goals", (Sentence("No goal is sent.", "warning"), *others))
    columns = (Column("goal"), Column("events", right=True), *((Column("in the catalog"),) if checked else ()))
    note = (
        "" if checked else "The config has no catalog of goals, so whether the web console knows these was not checked."
    )
    return Section("Goals", (Table(columns, rows, f"{_more(len(coverage.goals))} {note}".strip()), *others))


def _in_catalog(known: bool | None) -> Cell:
    return Cell("no", "warning") if known is False else Cell("yes" if known else "", "dim")


def _mapping(use: MapUse) -> Section:
    rows = tuple(
        (
            Cell(item.key, code=True),
            Cell(item.value, code=True),
            Cell(f"{item.count:,}", "plain" if item.count else "warning"),
        )
        for item in sorted(use.entries, key=lambda item: item.count)[:_MOST_ROWS]
    )
    if not rows:
        return Section(use.name, (Sentence("It has no entry: every track call goes under its own name."),))
    columns = (Column("event name"), Column("goal"), Column("events", right=True))
    return Section(use.name, (Table(columns, rows, _more(len(use.entries))),))


def _units(coverage: Coverage) -> Section:
    rows = tuple(
        (
            Cell(item.type, code=True),
            Cell(", ".join(item.identities) or "only from events"),
            Cell(f"{item.count:,}", "plain" if item.count else "warning"),
            _share(item.count, coverage.unit_events),
        )
        for item in coverage.units[:_MOST_ROWS]
    )
    columns = (Column("unit type"), Column("from"), Column("events", right=True), Column("share", right=True))
    note = f"Shares are of the {plural(coverage.unit_events, 'event')} that need a unit. {_more(len(coverage.units))}".rstrip()
    return Section("Units", (Table(columns, rows, note),))


def _names(coverage: Coverage) -> Section:
    checked = any(item.in_catalog is not None for item in coverage.names_without_entry)
    rows = tuple(
        (
            Cell(item.name, code=True),
            Cell(f"{item.count:,}"),
            Cell(item.source, "dim", code=True),
            *((_in_catalog(item.in_catalog),) if checked else ()),
        )
        for item in coverage.names_without_entry[:_MOST_ROWS]
    )
    in_catalog = (Column("a goal in the catalog"),) if checked else ()
    columns = (Column("event name"), Column("events", right=True), Column("first in"), *in_catalog)
    return Section("Event names without an entry", (Table(columns, rows, _more(len(coverage.names_without_entry))),))


def _more(count: int) -> str:
    return f"{count - _MOST_ROWS:,} more." if count > _MOST_ROWS else ""


def _cases(result: CheckResult, policy: Policy) -> Iterator[CaseResult]:
    """One case for each code found, and one that stands for all other codes."""
    for group in result.findings:
        first = group.places[0]
        bad = fails(group, policy)
        detail = "\n".join(f"{where(place)}: {_what(place)}" for place in group.places)
        yield CaseResult(
            group=result.config,
            name=f"{group.code}: {group.title}",
            status="failed" if bad else "passed",
            message=f"{plural(group.count, group.severity)}; the first: {first.message}" if bad else "",
            detail=detail if bad else "",
        )
    yield CaseResult(group=result.config, name="no other finding")
    for trouble in _troubles(result):
        yield CaseResult(group=result.config, name="everything was checked", status="failed", message=trouble)


def _annotations(result: CheckResult, files: Mapping[str, str]) -> tuple[Annotation, ...]:
    """What becomes of the events, one for each line of the config that findings point at, and one for each code met in events alone."""
    told: dict[Annotation, None] = {}
    if result.coverage is not None:
        said = corpus_sentence(result.coverage.fates, result.unreadable, result.not_events)
        told[Annotation(severity="info", title="What becomes of the events", message=said)] = None
    of_events: dict[Annotation, None] = {}
    for group in result.findings:
        for number, place in enumerate(group.places):
            file, line, column = _file_and_line(place, result.config, files)
            annotation = Annotation(
                severity=group.severity,
                title=f"{group.code} ({group.count:,})" if group.count > 1 else group.code,
                message=_what(place),
                file=file,
                line=line,
                column=column,
            )
            if _is_config(place, result.config):
                told[annotation] = None
            elif number == 0:
                of_events[annotation] = None
    return tuple(told | of_events)


def _is_config(place: Place, config: str) -> bool:
    return place.source == config or place.config_line is not None


def _file_and_line(place: Place, config: str, files: Mapping[str, str]) -> tuple[str | None, int | None, int | None]:
    """The file to show a place in: the config where it names a line of it, else the events' file; None where it is no file."""
    if _is_config(place, config):
        in_file = not (config == "-" or config.startswith("git:"))
        line, column = (place.line, place.column) if place.source == config else (place.config_line, None)
        return (config, line or place.config_line, column) if in_file else (None, None, None)
    name, _, number = place.source.rpartition(":")
    line = place.line if place.line is not None else int(number) if number.isdigit() else None
    return files.get(name, name or None), line, place.column
