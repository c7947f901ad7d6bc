"""The steps of a mapping and findings as styled text. Values are never parsed as markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.content import Content

from abtui.core.findings import RULES, Finding, Severity
from abtui.core.journey import Fork, Journey
from abtui.core.outcomes import MappingOutcome, Outcome, Step
from abtui.core.text.javascript import stringify
from abtui.core.text.plain import one_line, shortened
from abtui.tui.kit.marks import LOOKS, Signs
from abtui.tui.kit.severities import GRAVEST

_SOFT: Final = "$soft"
_SEVERITY_STYLE: Final[dict[Severity, str]] = {"error": "bold $refused", "warning": "bold $ignored", "info": "bold"}
_VALUE_RULES: Final = frozenset({"date", "goal-name"})
"""Rules whose steps write a value, unless the value is null or missing."""
_VALUE_WIDTH: Final = 160
_SAID_WIDTH: Final = 800
_MOST_FINDINGS: Final = 100
_StyledText = Content | str | tuple[str, str]


def _said(text: str) -> str:
    """A sentence or a place, which may quote a name of any size: a `Static` lays out all of its text, a megabyte in seconds."""
    return shortened(text, _SAID_WIDTH)


def steps(outcome: Outcome, found: Journey, signs: Signs, chosen: str = "") -> Content:
    """Every step of the mapping in order, and below them where the line of the event ends; of several mappings one after the
    other, the `chosen` one first."""
    if outcome.results:
        pairs = sorted(zip(outcome.results, found.forks, strict=True), key=lambda pair: pair[1].name != chosen)
        ways = [_way(result, fork, signs, chosen=fork.name == chosen) for result, fork in pairs]
        return Content("\n\n").join(ways)
    look, by = LOOKS[found.fate], f" {found.by}" if found.by else ""
    end = Content.assemble(
        (f"\n{signs.mark(found.fate)} {look.word}{by}", f"bold ${look.role}"),
        (f": {_said(found.why)}" if found.why else "", "$text"),
        (f"\n{_said(outcome.reason.message)}", _SOFT),
    )
    return Content("\n").join([*(_step(step, signs) for step in outcome.steps), end])


def _way(result: MappingOutcome, fork: Fork, signs: Signs, *, chosen: bool) -> Content:
    """The name of a mapping, its steps, and where its line ends."""
    look = LOOKS[fork.fate]
    sends = f" {signs.becomes} {_said(fork.becomes)}" if fork.becomes else ""
    lead = f"{signs.focus} " if chosen else ""
    title = Content.assemble((f"{lead}{_said(fork.mapping)}", "bold"), (sends, "$text"))
    rows = [title, *(_step(step, signs) for step in result.steps)]
    if fork.is_for_it:
        why = f": {_said(fork.why)}" if fork.why else ""
        rows.append(Content.assemble((f"{signs.mark(fork.fate)} {look.word}{why}", f"bold ${look.role}")))
    elif not result.steps:
        rows.append(Content.styled(f"  {_said(result.reason.message)}", _SOFT))
    return Content("\n").join(rows)


def _step(step: Step, signs: Signs) -> Content:
    # A step that writes null or nothing is told from one that writes a value.
    nothing = step.result == "used" and step.rule in _VALUE_RULES and step.value is None
    lead, style = {"used": ("  ", "$text"), "skipped": ("  ", _SOFT), "stopped": ("! ", "bold $ignored")}[step.result]
    parts: list[_StyledText] = [("! ", "bold $ignored") if nothing else (lead, style), (_said(step.message), style)]
    places = [text for text in (step.event_path, step.payload_path) if text]
    if places:
        parts.append((f"\n    {_said(f' {signs.becomes} '.join(places))}", _SOFT))
        value = one_line(stringify(step.value).decode(), _VALUE_WIDTH)
        if step.value is not None and step.result == "used" and value not in step.message:
            parts.append((f"  {value}", _SOFT))
    return Content.assemble(*parts)


def findings(items: Sequence[Finding], signs: Signs) -> Content:
    """Findings, gravest first, each with its place and hint."""
    if not items:
        return Content.styled("Nothing here is worth a look.", _SOFT)
    shown = [_finding(item, signs) for item in gravest_first(items)[:_MOST_FINDINGS]]
    if len(items) > _MOST_FINDINGS:
        shown.append(Content.styled(f"and {len(items) - _MOST_FINDINGS:,} more", _SOFT))
    return Content("\n\n").join(shown)


def gravest_first(items: Sequence[Finding]) -> list[Finding]:
    """Findings in their display order."""
    return sorted(items, key=lambda item: GRAVEST.index(item.severity))


def explanation(item: Finding, source: str, signs: Signs) -> Content:
    """The finding at one place (`source`), and below it the meaning of its rule, as in `abtui explain`."""
    parts: list[_StyledText] = [_finding(item, signs)]
    if source:
        parts.append((f"\n  {_said(source)}", _SOFT))
    return Content.assemble(*parts, (f"\n\n{RULES[item.code].text}", "$text"))


def _finding(item: Finding, signs: Signs) -> Content:
    parts: list[_StyledText] = [
        (f"{RULES[item.code].title}", _SEVERITY_STYLE[item.severity]),
        (f"\n  {_said(item.message)}", "$text"),
    ]
    place = f" {signs.becomes} ".join(path for path in (item.event_path, item.payload_path) if path)
    if item.config_line is not None:
        place = f"{place}  config line {item.config_line}".strip()
    elif item.line is not None:
        place = f"{place}  line {item.line}, column {item.column or 1}".strip()
    if place:
        parts.append((f"\n  {_said(place)}", _SOFT))
    if item.hint:
        parts.append((f"\n  {signs.becomes} {_said(item.hint)}", "$text"))
    parts.append((f"\n  {item.severity} {item.code}", _SOFT))
    return Content.assemble(*parts)
