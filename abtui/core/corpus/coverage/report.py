"""The report of `abtui check`: findings about a config and its events, and how much of the config the events use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from abtui.core.config import Policy
from abtui.core.corpus.coverage.findings import fails
from abtui.core.corpus.coverage.model import (
    CheckResult,
    Coverage,
    EntryUse,
    FindingGroup,
    GoalCount,
    MappingUse,
    MapUse,
    NameCount,
    Place,
    TypeCount,
    UnitCount,
)
from abtui.core.destinations import short_reason
from abtui.core.events import place_of
from abtui.core.fate import FATES, corpus_sentence, fate_counts, others
from abtui.core.findings import SEVERITIES
from abtui.core.outcomes import RESULT_VERDICTS, Fate, Verdict
from abtui.core.report import Annotation, Block, CaseResult, Cell, Heading, Report, Section, Sentence, Tone
from abtui.core.report.builder import (
    SEVERITY_TONES,
    RowColumn,
    code_column,
    number_cell,
    number_column,
    severity_cell,
    severity_counts,
    share_cell,
    table,
    table_section,
    text_column,
)
from abtui.core.segment import SHOWS_SUCCESS
from abtui.core.text.plain import plural

_MOST_ROWS: Final = 30
_NO_CATALOG: Final = (
    "The config has no catalog of goals, so it was not checked whether the web console knows these goals."
)
_HARMLESS: Final[dict[Fate, Tone]] = {"arrives": "good", "accepted": "plain"}
"""The fates of events that are sent and that nothing is known to be wrong with."""
_OF_CONFIG: Final = ("CONFIG-", "COVERAGE-")
"""How the codes of findings about the config begin."""
_OF_EXPERIMENTS: Final = ("EXPERIMENT-", "METRIC-")
"""How those about its experiments, and about what goals bring for metrics, begin."""


def check_report(result: CheckResult, policy: Policy, files: Mapping[str, str]) -> Report:
    """The report of a check. `files` gives the path of a file for the name that its events have in their sources."""
    coverage = result.coverage
    of_config = [group for group in result.findings if group.code.startswith(_OF_CONFIG)]
    of_experiments = [group for group in result.findings if group.code.startswith(_OF_EXPERIMENTS)]
    of_events = [group for group in result.findings if group not in of_config and group not in of_experiments]
    sections = [_findings("Findings about the config", of_config)]
    if result.events or result.unreadable or result.not_events:
        sections.append(_findings("Findings about the events", of_events))
    if of_experiments:
        sections.append(_findings("Findings about the experiments", of_experiments))
    if coverage is not None:
        sections.append(_reality(coverage))
    if any(group.severity != "info" for group in result.findings):
        sections.append(_places(result))
    if coverage is not None:
        sections += [_types(coverage), _goals(coverage)]
        sections += [_mapping(use) for use in coverage.maps if use.keys == "names"]
        if coverage.mappings is not None:
            sections.append(_mappings(coverage.mappings))
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
        data=result.as_json,
    )


def _verdict(result: CheckResult) -> str:
    """The answer in a word or a few. A check that passes with warnings says that."""
    warnings = _count(result, "warning")
    if result.failed:
        return "Failed"
    return f"Passed with {plural(warnings, 'warning')}" if warnings else "Passed"


def _summary(result: CheckResult, policy: Policy) -> Iterator[Sentence]:
    numbers = severity_counts({name: _count(result, name) for name in SEVERITIES})
    failing = [group.code for group in result.findings if fails(group, policy)]
    verdict = f" The check fails on {', '.join(failing)}." if failing else ""
    coverage = result.coverage
    if coverage is not None:
        yield Sentence(corpus_sentence(coverage.fates, result.unreadable, result.not_events))
    yield Sentence(f"{numbers}.{verdict}", "bad" if failing else "good")
    for trouble in _troubles(result):
        yield Sentence(trouble, "bad")
    if coverage is not None:
        if coverage.uncounted:
            names = plural(coverage.uncounted, "name")
            yield Sentence(f"{names} of goals, units, fields and events beyond the first 10,000 are not listed.", "dim")
        if result.ids_compared is not None:
            yield Sentence(
                f"Of more different messageIds, {result.ids_compared:,} were compared with each other.", "dim"
            )
        yield _segment_sentence(coverage)


def _count(result: CheckResult, severity: str) -> int:
    return sum(group.count for group in result.findings if group.severity == severity)


def _troubles(result: CheckResult) -> Iterator[str]:
    """Why something was not checked, whatever the findings are."""
    if not result.usable:
        yield "The config cannot be used, so no event was mapped."
    if result.unread:
        yield f"{plural(result.unread, 'file')} could not be read, or not completely."
    elif result.empty:
        yield " ".join(("There is no event in the input.", *others(result.unreadable, result.not_events)))


def _segment_sentence(coverage: Coverage) -> Sentence:
    """What Segment would show, and what really happens."""
    view = coverage.segment
    text = f"{plural(view.success, 'event is', 'events are')} green in Segment"
    parts = []
    if view.nothing_sent:
        nothing = sum(view.nothing_sent.values())
        why = ", ".join(f"{count:,} {short_reason(code)}" for code, count in view.nothing_sent.items())
        parts.append(f"{plural(nothing, 'of them sends', 'of them send')} nothing: {why}")
    if view.refused:
        parts.append(f"{view.refused:,} would be refused by the collector")
    if view.ignored:
        parts.append(f"{view.ignored:,} would be ignored in the web console")
    if parts:
        return Sentence(f"{text}, {'; '.join(parts)}.", "warning")
    fates = fate_counts({fate: coverage.fates[fate] for fate in _HARMLESS})
    return Sentence(f"{text}: {fates}." if view.success else f"{text}.")


def _findings(title: str, groups: Sequence[FindingGroup]) -> Section:
    return table_section(
        title,
        groups,
        text_column("severity", lambda group: severity_cell(group.severity)),
        code_column("code", lambda group: group.code),
        number_column("count", lambda group: group.count),
        # The two numbers differ only if an event has a finding twice.
        number_column(
            "events", lambda group: group.events, shown=any(group.events not in (0, group.count) for group in groups)
        ),
        text_column("what", lambda group: group.title),
        empty=Sentence("None.", "good"),
    )


def _places(result: CheckResult) -> Section:
    """The first places of each error and warning. A message that all places share is given once."""
    blocks: list[Block] = []
    for group in sorted(result.findings, key=lambda group: not group.code.startswith(_OF_CONFIG)):
        if group.severity == "info":
            continue
        blocks.append(Heading(f"{group.code}: {group.title}", SEVERITY_TONES[group.severity]))
        left = group.count - len(group.places)
        texts = {_what(place) for place in group.places}
        if len(texts) == 1:
            more = f" and {left:,} more" if left else ""
            blocks.append(Sentence(f"{texts.pop()} In {', '.join(_where(place) for place in group.places)}{more}."))
        else:
            note = f"{left:,} more." if left else ""
            blocks.append(table(group.places, code_column("where", _where), text_column("what", _what), note=note))
    return Section("Where", tuple(blocks))


def _what(place: Place) -> str:
    return f"{place.message} {place.hint}".rstrip()


def _where(place: Place) -> str:
    """A place as text: the source with the path or the line within it."""
    if place.event_path is not None:
        return f"{place.source} {place.event_path}"
    if place.line is None:
        return place.source
    # An event's source already has the event's line, and the finding's own line is more exact.
    file, line, way = place_of(place.source)
    file = place.source if line is None else file
    column = f":{place.column}" if place.column is not None else ""
    return f"{file}:{place.line}{column} {way}".rstrip()


def _reality(coverage: Coverage) -> Section:
    view, fates = coverage.segment, coverage.fates
    rows: list[tuple[str, int, Tone]] = [
        *((f"and it {FATES[fate].one}", fates[fate], tone) for fate, tone in _HARMLESS.items()),
        *((f"nothing is sent: {short_reason(code)}", count, "warning") for code, count in view.nothing_sent.items()),
        ("refused by the collector", view.refused, "bad"),
        ("ignored in the web console", view.ignored, "warning"),
    ]
    rows = [(f"{SHOWS_SUCCESS}, {text}", count, tone) for text, count, tone in rows]
    rows.append(("Not Success", coverage.events - view.success, "plain"))
    return table_section(
        "Segment's view and what happens",
        [row for row in rows if row[1]],
        text_column("what Segment shows, and what happens", lambda row: Cell(row[0], row[2])),
        number_column("events", lambda row: row[1]),
        number_column("share", lambda row: share_cell(row[1], coverage.events)),
    )


def _types(coverage: Coverage) -> Section:
    types = table(
        coverage.types,
        code_column("type", lambda item: item.type),
        *map(_fate_column, (fate for fate in FATES if coverage.fates[fate])),
        number_column("events", lambda item: item.events),
        most=_MOST_ROWS,
    )
    reasons = table(
        coverage.reasons,
        text_column("verdict", lambda item: item.verdict),
        code_column("reason", lambda item: item.code),
        number_column("events", lambda item: item.count),
    )
    return Section("Events by type and fate", (types, reasons))


def _fate_column(fate: Fate) -> RowColumn[TypeCount]:
    return number_column(fate, lambda item: item.fates[fate] or Cell("·"))


def _goals(coverage: Coverage) -> Section:
    checked = any(item.in_catalog is not None for item in coverage.goals)
    most = max((item.count for item in coverage.goals), default=1)
    goals = table_section(
        "Goals",
        sorted(coverage.goals, key=lambda item: item.in_catalog is not False),
        code_column("goal", lambda item: item.name),
        number_column("events", lambda item: number_cell(item.count, bar=item.count / most)),
        text_column("in the catalog", _in_catalog, shown=checked),
        most=_MOST_ROWS,
        note="" if checked else _NO_CATALOG,
        empty=Sentence("No goal is sent.", "warning"),
    )
    inside = coverage.exposure_goals
    if not inside:
        return goals
    exposed = plural(inside, "goal inside exposures is", "goals inside exposures are")
    text = f"{exposed} published without going through the goal mapping."
    return Section(goals.title, (*goals.blocks, Sentence(text, "warning")))


def _in_catalog(item: GoalCount | NameCount) -> Cell:
    return Cell("no", "warning") if item.in_catalog is False else Cell("yes" if item.in_catalog else "", "dim")


def _mapping(use: MapUse) -> Section:
    return table_section(
        use.name,
        sorted(use.entries, key=lambda item: item.count),
        code_column("event name", lambda item: item.key),
        code_column("goal", lambda item: item.value),
        number_column("events", _use),
        most=_MOST_ROWS,
        empty=Sentence("It has no entry: each track call is sent under its own name."),
    )


def _mappings(uses: Sequence[MappingUse]) -> Section:
    return table_section(
        "Mappings",
        uses,
        code_column("mapping", lambda item: item.mapping),
        number_column("events", lambda item: number_cell(item.events, "plain" if item.events else "warning")),
        *(_verdict_column(verdict) for verdict in RESULT_VERDICTS if any(use.verdicts[verdict] for use in uses)),
        most=_MOST_ROWS,
    )


def _verdict_column(verdict: Verdict) -> RowColumn[MappingUse]:
    return number_column(verdict, lambda item: item.verdicts[verdict] or Cell("·"))


def _use(item: EntryUse | UnitCount) -> Cell:
    return number_cell(item.count, "plain" if item.count else "warning")


def _units(coverage: Coverage) -> Section:
    return table_section(
        "Units",
        coverage.units,
        code_column("unit type", lambda item: item.type),
        text_column("from", lambda item: ", ".join(item.identities) or "only from events"),
        number_column("events", _use),
        number_column("share", lambda item: share_cell(item.count, coverage.unit_events)),
        most=_MOST_ROWS,
        note=f"Shares are of the {plural(coverage.unit_events, 'event that needs', 'events that need')} a unit.",
    )


def _names(coverage: Coverage) -> Section:
    names = coverage.names_without_entry
    return table_section(
        "Event names without an entry",
        names,
        code_column("event name", lambda item: item.name),
        number_column("events", lambda item: item.count),
        text_column("first in", lambda item: Cell(item.source, "dim", code=True)),
        text_column("a goal in the catalog", _in_catalog, shown=any(item.in_catalog is not None for item in names)),
        most=_MOST_ROWS,
    )


def _cases(result: CheckResult, policy: Policy) -> Iterator[CaseResult]:
    """One test case for each code found, and one for all other codes."""
    for group in result.findings:
        detail = "\n".join(f"{_where(place)}: {_what(place)}" for place in group.places)
        message = f"{plural(group.count, group.severity)}; the first: {group.places[0].message}"
        failed = fails(group, policy)
        yield CaseResult(
            group=result.config,
            name=f"{group.code}: {group.title}",
            status="failed" if failed else "passed",
            message=message if failed else "",
            detail=detail if failed else "",
        )
    yield CaseResult(group=result.config, name="no other finding")
    for trouble in _troubles(result):
        yield CaseResult(group=result.config, name="everything was checked", status="failed", message=trouble)


def _annotations(result: CheckResult, files: Mapping[str, str]) -> tuple[Annotation, ...]:
    """Annotations for the fates of the events, for each line of the config with findings, and for each code found in events alone."""
    # Dictionaries keep the order and drop annotations that are equal.
    of_config: dict[Annotation, None] = {}
    of_events: dict[Annotation, None] = {}
    if result.coverage is not None:
        fates = corpus_sentence(result.coverage.fates, result.unreadable, result.not_events)
        of_config[Annotation(severity="info", title="What becomes of the events", message=fates)] = None
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
                of_config[annotation] = None
            elif number == 0:
                of_events[annotation] = None
    return tuple(of_config | of_events)


def _is_config(place: Place, config: str) -> bool:
    return place.source == config or place.config_line is not None


def _file_and_line(place: Place, config: str, files: Mapping[str, str]) -> tuple[str | None, int | None, int | None]:
    """Where to annotate a place: the config if the place names a line of it, else the file of the events; None if there is no file."""
    if _is_config(place, config):
        in_file = not (config == "-" or config.startswith("git:"))
        line, column = (place.line, place.column) if place.source == config else (place.config_line, None)
        return (config, line or place.config_line, column) if in_file else (None, None, None)
    name, line, _ = place_of(place.source)
    return files.get(name, name or None), place.line if place.line is not None else line, place.column
