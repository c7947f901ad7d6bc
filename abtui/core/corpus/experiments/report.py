"""The report of `abtui experiments`: who takes part, which goals count, what does not and why, and what metrics will find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from abtui.core.config.model import Policy
from abtui.core.corpus.coverage.findings import severity_fails
from abtui.core.corpus.experiments.story import Moment
from abtui.core.experiments.achieved import Census
from abtui.core.experiments.attribution import REASONS, GoalCount, Judged, Reason
from abtui.core.experiments.counted import counted
from abtui.core.experiments.findings import LEAST_EXPECTED
from abtui.core.experiments.found import Counted, Found
from abtui.core.experiments.metrics import GOAL_IGNORED, Quota
from abtui.core.experiments.naming import short
from abtui.core.experiments.reason_words import reason_name
from abtui.core.experiments.results import ExperimentResult
from abtui.core.report import Annotation, Block, CaseResult, Cell, Report, Section, Sentence
from abtui.core.report.builder import (
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
from abtui.core.text.javascript import date_text
from abtui.core.text.plain import most_first, plural

_MOST_ROWS: Final = 60
_LIMIT: Final = "This is what these events say, not what the web console counts."


class ExperimentsView(msgspec.Struct, frozen=True, kw_only=True):
    """What a report shows. `config` is the config's name; `unit` and `moments` are the story that was asked for.

    `experiments` and `goals` are the names to show, `unread` the number of files and of pieces that could not be read.
    """

    config: str
    counted: Counted
    findings: tuple[Found, ...]
    policy: Policy
    experiments: tuple[str, ...]
    goals: tuple[str, ...]
    unread: int = 0
    events: int = 0
    unit: str | None = None
    moments: tuple[Moment, ...] = ()

    @property
    def failing(self) -> tuple[Found, ...]:
        """The findings that fail the command."""
        return tuple(item for item in self.findings if severity_fails(item.finding.severity, self.policy))

    @property
    def failed(self) -> bool:
        """Whether a finding fails it, something could not be read, or there was no event."""
        return bool(self.failing) or self.unread > 0 or not self.events

    @property
    def results(self) -> list[ExperimentResult]:
        """The experiments to show."""
        return [self.counted.results[name] for name in self.experiments]


def experiments_report(view: ExperimentsView) -> Report:
    """The report in every form."""
    summary = view.counted.summary
    sections = [_findings(view.findings), _experiments(view.results)]
    sections += [_goals(result, view.goals) for result in view.results if result.goals]
    census = {name: summary.achieved.census[name] for name in view.goals}
    if census:
        sections.append(_metrics(census, summary.achieved.duplicates()))
    if view.unit is not None:
        sections.insert(0, _story(view.unit, view.moments, view.counted.results))
    warnings = sum(item.finding.severity == "warning" for item in view.findings)
    passed = f"Passed with {plural(warnings, 'warning')}" if warnings else "Passed"
    return Report(
        title=f"Experiments of {view.config}",
        ok=not view.failed,
        verdict="Failed" if view.failed else passed,
        summary=tuple(_summary(view)),
        sections=tuple(sections),
        cases=tuple(_cases(view)),
        annotations=tuple(_annotations(view)),
        data=lambda: report_values(view),
    )


def report_values(view: ExperimentsView) -> dict[str, Any]:
    """The JSON: the counts, and beside them the findings, the quota and the story."""
    values = counted(view.counted.summary, view.counted.results)
    experiments = {name: values["experiments"][name] for name in view.experiments}
    for found in experiments.values():
        found["goals"] = {name: found["goals"][name] for name in view.goals if name in found["goals"]}
    quota = Quota(view.counted.summary)
    whole = {
        **values,
        "experiments": experiments,
        "goals": {name: values["goals"][name] for name in view.goals},
        "config": view.config,
        "failed": view.failed,
        "events": view.events,
        "unread": view.unread,
        "quota": {"stored": quota.events, "days": quota.days, "in30Days": quota.month},
        "findings": [
            {
                **{name: value for name, value in msgspec.to_builtins(item.finding).items() if value is not None},
                "experiment": item.experiment or None,
                "goal": item.goal or None,
            }
            for item in view.findings
        ],
    }
    if view.unit is None:
        return whole
    return {**whole, "unit": view.unit, "story": [_moment_values(item) for item in view.moments]}


def _moment_values(moment: Moment) -> dict[str, Any]:
    counts = {name: {"reason": judged.reason, "detail": judged.detail} for name, judged in moment.counts.items()}
    return {
        "at": moment.at,
        "kind": moment.kind,
        "name": moment.name,
        "units": [{"type": type, "hash": hashed} for type, hashed in moment.units],
        "source": moment.source,
        **(
            {"variant": moment.variant, "flags": moment.flags, "first": moment.first}
            if moment.kind == "exposure"
            else {}
        ),
        **({"counts": counts} if moment.kind == "goal" else {}),
    }


def _summary(view: ExperimentsView) -> Iterator[Sentence]:
    numbers = view.counted.summary.requests
    made = f"{plural(view.events, 'event')}, {plural(numbers['requests'], 'request')}: {plural(numbers['exposures'], 'exposure')} and {plural(numbers['goals'], 'goal')}."
    if rejected := numbers["rejected"]:
        made += (
            f" The collector refuses {rejected:,} of the requests, and nothing in them counts: `abtui check` says why."
        )
    yield Sentence(made)
    if silent := view.counted.silent:
        yield Sentence(
            f"{plural(silent, 'event sends', 'events send')} nothing and {'is' if silent == 1 else 'are'} not in these numbers: `abtui check` says why.",
            "warning",
        )
    ignored = {item.goal for item in view.findings if item.finding.code == GOAL_IGNORED.code}
    for result in view.results:
        goals = [found for name, found in result.goals.items() if name in view.goals]
        total, counts = (sum(f.reasons.total() for f in goals), sum(f.reasons["attributed"] for f in goals))
        lost = total - counts
        text = f"`{short(result.name)}`: {plural(result.participants, 'unit takes', 'units take')} part; {counts:,} of {plural(total, 'goal')} count{'s' if total == 1 else ''}."
        if nowhere := sum(result.goals[name].reasons["attributed"] for name in ignored if name in result.goals):
            text = f"{text[:-1]}, but the web console ignores {nowhere:,} of them."
        yield Sentence(text, "plain" if not lost else "warning" if counts else "bad")
    numbers_text = severity_counts(Counter(item.finding.severity for item in view.findings))
    failing = ", ".join(dict.fromkeys(item.finding.code for item in view.failing))
    yield Sentence(f"{numbers_text}.{f' It fails on {failing}.' if failing else ''}", "bad" if failing else "good")  # fmt: skip
    for trouble in _troubles(view):
        yield Sentence(trouble, "bad")
    yield Sentence(Quota(view.counted.summary).sentence, "dim")
    yield Sentence(_LIMIT, "dim")


def _troubles(view: ExperimentsView) -> Iterator[str]:
    if not view.events:
        yield "There is no event in the input."
    if view.unread:
        yield f"{plural(view.unread, 'file or part of one', 'files or parts of them')} could not be read."


def _findings(found: Sequence[Found]) -> Section:
    return table_section(
        "Findings",
        found,
        text_column("severity", lambda item: severity_cell(item.finding.severity)),
        code_column("code", lambda item: item.finding.code),
        text_column("what", lambda item: item.finding.message),
        text_column("what to do", lambda item: item.finding.hint),
        empty=Sentence("None.", "good"),
    )


def _experiments(results: Sequence[ExperimentResult]) -> Section:
    return table_section(
        "Who takes part",
        results,
        code_column("experiment", lambda item: item.name),
        code_column("unit type", lambda item: item.unit_type),
        number_column("exposures", lambda item: item.rows("rows")),
        number_column("take part", lambda item: number_cell(item.participants, "plain" if item.participants else "bad")),
        text_column("by variant", lambda item: ", ".join(f"{item.variant(at)}: {number:,}" for at, number in item.sizes.items())),
        number_column("in several", lambda item: number_cell(item.crossovers, "warning" if item.crossovers else "plain")),
        text_column("sample ratio", _ratio, right=True),
        most=_MOST_ROWS,
        empty=Sentence("There is no experiment: no exposure, and no file of experiments.", "warning"),
    )  # fmt: skip


def _ratio(result: ExperimentResult) -> Cell:
    ratio = result.sample_ratio
    if ratio is None or ratio.test.least_expected < LEAST_EXPECTED:
        return Cell("", "dim")
    return Cell(f"p = {ratio.test.p:.3g}")


def _goals(result: ExperimentResult, names: Sequence[str]) -> Section:
    rows = [(name, found) for name, found in result.goals.items() if name in names]
    shown = [reason for reason in REASONS[1:] if any(found.reasons[reason] for _name, found in rows)]
    return table_section(
        f"Goals in {result.name}",
        rows,
        code_column("goal", lambda row: row[0]),
        number_column("achieved", lambda row: row[1].reasons.total()),
        number_column("count", lambda row: row[1].reasons["attributed"]),
        number_column("share", lambda row: share_cell(row[1].reasons["attributed"], row[1].reasons.total())),
        *map(_reason_column, shown),
        text_column("of these", lambda row: _details(row[1]), shown=any(found.details for _name, found in rows)),
        text_column("units by variant", lambda row: _converters(result, row[1])),
        most=_MOST_ROWS,
    )


def _reason_column(reason: Reason) -> RowColumn[tuple[str, GoalCount]]:
    return number_column(reason_name(reason), lambda row: row[1].reasons[reason])


def _details(found: GoalCount) -> str:
    return ", ".join(f"{number:,} {reason_name(detail)}" for detail, number in most_first(found.details))


def _converters(result: ExperimentResult, found: GoalCount) -> str:
    return ", ".join(f"{result.variant(variant)}: {number:,}" for variant, number in sorted(found.converters.items()))


def _metrics(census: Mapping[str, Census], duplicates: Mapping[str, int]) -> Section:
    goals = table(
        list(census.items()),
        code_column("goal", lambda row: row[0]),
        number_column("achieved", lambda row: row[1].counts["total"]),
        number_column("stored", lambda row: row[1].counts["rows"]),
        number_column("refused", lambda row: row[1].counts["rejected"]),
        number_column("repeated", lambda row: duplicates[row[0]]),
        number_column("over 2 KB", lambda row: row[1].counts["over2048Bytes"]),
        most=_MOST_ROWS,
    )
    blocks: list[Block] = [goals]
    rows = [(name, key, kinds) for name, of in census.items() for key, kinds in of.properties().items()]
    if rows:
        kinds = table(
            rows,
            code_column("goal", lambda row: row[0]),
            code_column("property", lambda row: row[1]),
            text_column("types", lambda row: ", ".join(f"{n:,} {_KIND_WORDS.get(k, k)}" for k, n in row[2].items())),
            most=_MOST_ROWS,
        )
        blocks.append(kinds)
    return Section("What metrics find", tuple(blocks))


_HARMLESS: Final = ("custom", "audienceMismatch", "ruleOverride")
"""Flags with which a unit takes part all the same."""
_KIND_WORDS: Final = {"numericText": "number as text"}


def _story(unit: str, moments: Sequence[Moment], results: Mapping[str, ExperimentResult]) -> Section:
    return table_section(
        f"The story of {unit}",
        moments,
        text_column("time", lambda item: date_text(item.at) or str(item.at)),
        text_column("what", lambda item: _moment(item, results)),
        text_column("so", lambda item: _meaning(item, results)),
        code_column("units", lambda item: ", ".join(dict.fromkeys(type for type, _hash in item.units))),
        code_column("where", lambda item: item.source or None),
        empty=Sentence("No request has this unit, neither plain nor hashed.", "warning"),
    )


def _moment(moment: Moment, results: Mapping[str, ExperimentResult]) -> str:
    if moment.kind == "goal":
        return f"goal {moment.name}"
    flags = f" ({', '.join(moment.flags)})" if moment.flags else ""
    variant = moment.variant or 0
    named = results[moment.name].variant(variant)
    return f"exposed to {moment.name}, variant {variant}{f' {named}' if named != str(variant) else ''}{flags}"


def _meaning(moment: Moment, results: Mapping[str, ExperimentResult]) -> Cell:
    if moment.kind == "exposure":
        return Cell("takes part from here on", "good") if moment.first else _no_part(moment, results[moment.name])
    words = [f"{name}: {_judged(judged)}" for name, judged in moment.counts.items()]
    counts = any(judged.reason == "attributed" for judged in moment.counts.values())
    return Cell("; ".join(words), "good" if counts else "warning")


def _no_part(moment: Moment, result: ExperimentResult) -> Cell:
    """Why an exposure makes nobody take part, or that the unit takes part already."""
    tracked = result.unit_type or ""
    if tracked not in {type for type, _hash in moment.units}:
        return Cell(f"takes no part: it counts by {short(tracked)}", "warning")
    if any(flag not in _HARMLESS for flag in moment.flags):
        return Cell(f"takes no part: {', '.join(moment.flags)}", "warning")
    return Cell("again", "dim")


def _judged(judged: Judged) -> str:
    return "counts" if judged.reason == "attributed" else reason_name(judged.told)


def _cases(view: ExperimentsView) -> Iterator[CaseResult]:
    """One test case for each finding, and one for all others."""
    failing = view.failing
    for item in view.findings:
        of, failed = item.finding, item in failing
        name = ": ".join(filter(None, (of.code, item.experiment or item.goal)))
        yield CaseResult(
            group=view.config,
            name=name,
            status="failed" if failed else "passed",
            message=of.message if failed else "",
            detail=of.hint if failed else "",
        )
    yield CaseResult(group=view.config, name="no other finding")
    for trouble in _troubles(view):
        yield CaseResult(group=view.config, name="everything was counted", status="failed", message=trouble)


def _annotations(view: ExperimentsView) -> Iterator[Annotation]:
    for item in view.findings:
        of = item.finding
        in_file = of.config_line is not None and view.config != "-" and not view.config.startswith("git:")
        yield Annotation(
            severity=of.severity,
            title=of.code,
            message=f"{of.message} {of.hint}".rstrip(),
            file=view.config if in_file else None,
            line=of.config_line if in_file else None,
        )
