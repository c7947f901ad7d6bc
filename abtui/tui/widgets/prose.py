"""Outcomes and findings as styled text. Values are never parsed as markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.content import Content

from abtui.core.findings import RULES, Finding
from abtui.core.outcomes import Outcome, Step
from abtui.core.text.javascript import stringify
from abtui.core.text.plain import one_line, printable
from abtui.tui.kit.severities import GRAVEST, SEVERITY_LOOKS
from abtui.tui.widgets.fates import FATE_LOOKS

_MUTED: Final = "$foreground-muted"
_SEVERITY_STYLE = {"error": "bold $text-error", "warning": "bold $text-warning", "info": "bold $text-primary"}
_STEP_LOOK = {
    "used": ("✓", "$text-success"),
    "nothing": ("!", "bold $text-warning"),
    "skipped": ("·", "$foreground-muted"),
    "stopped": ("■", "bold $text-warning"),
}
_ACTORS: Final = {"refused": " by the collector"}
"""Words to add after a fate if a reason follows."""
_VALUE_RULES: Final = frozenset({"date", "goal-name"})
"""Rules whose steps write a value, unless the value is null or missing."""
_VALUE_WIDTH = 160
_StyledText = Content | str | tuple[str, str]


def banner(outcome: Outcome, because: str) -> Content:
    """The fate, its reason `because` (from `core.fate.fate_reason`), the destination's reason, and Segment's view.

    The most important parts come first: if there is little room, the end is cut off.
    """
    parts: list[_StyledText] = [*_fate(outcome, because), "\n" if because else "  "]
    if not _repeats_reason(outcome, because):
        parts.append((f"{printable(outcome.reason.message)}\n", "$text"))
    parts += [
        ("Segment shows ", _MUTED),
        (outcome.segment_shows, "bold $text-success" if outcome.segment_shows == "Success" else "bold $text-error"),
    ]
    if outcome.segment_shows == "Success" and outcome.verdict != "send":
        parts.append(("  green there, yet nothing is sent", "bold $text-warning"))
    elif outcome.verdict == "send":
        parts.append(("  for any answer that is JSON", _MUTED))
    return Content.assemble(*parts)


def _fate(outcome: Outcome, because: str) -> list[_StyledText]:
    """The fate in words, followed by `because` if there is one."""
    look = FATE_LOOKS[outcome.fate]
    if not because:
        return [(f"{look.glyph} {look.words}", look.colour)]
    return [
        (f"{look.glyph} {look.words}{_ACTORS.get(outcome.fate, '')}", look.colour),
        (f": {printable(because)}", "$text"),
    ]


def _repeats_reason(outcome: Outcome, because: str) -> bool:
    return because == outcome.reason.message.removesuffix(".")


def why(outcome: Outcome, because: str) -> Content:
    """Every step of the mapping in order, followed by the verdict and the fate of the event."""
    lines = [_step(step) for step in outcome.steps]
    lines.append(
        Content.assemble(
            ("\n", ""),
            (f"{outcome.verdict} ", "bold"),
            (f"{outcome.reason.code}  ", _MUTED),
            f"{printable(outcome.reason.message)}\n",
            *_fate(outcome, "" if _repeats_reason(outcome, because) else because),
        )
    )
    return Content("\n").join(lines)


def _step(step: Step) -> Content:
    # A step that writes null or nothing does not deserve a tick.
    nothing = step.result == "used" and step.rule in _VALUE_RULES and step.value is None
    glyph, style = _STEP_LOOK["nothing" if nothing else step.result]
    parts: list[_StyledText] = [
        (f"{glyph} ", style),
        (printable(step.message), "$text" if step.result != "skipped" else _MUTED),
    ]
    places = [text for text in (step.event_path, step.payload_path) if text]
    if step.event_path and step.payload_path:
        places = [f"{step.event_path} → {step.payload_path}"]
    if places:
        parts.append((f"\n    {printable(places[0])}", _MUTED))
        value = one_line(stringify(step.value).decode(), _VALUE_WIDTH)
        if step.value is not None and step.result == "used" and value not in step.message:
            parts.append((f"  {value}", "$text-secondary"))
    return Content.assemble(*parts)


def findings(
    items: Sequence[Finding], empty: str = "No findings.", fixed: tuple[Finding, str] | None = None
) -> Content:
    """Findings, gravest first, each with its place and hint. `fixed` is the one a key fixes, with the fix's title."""
    if not items:
        return Content.styled(f"✓ {empty}", "$text-success")
    blocks = [_finding(item, fixed[1] if fixed and fixed[0] == item else "") for item in gravest_first(items)]
    return Content("\n\n").join(blocks)


def gravest_first(items: Sequence[Finding]) -> list[Finding]:
    """Findings in their display order."""
    return sorted(items, key=lambda item: GRAVEST.index(item.severity))


def explanation(code: str, item: Finding, source: str, fix: str) -> Content:
    """The finding at one place (`source`), and below it the meaning of its code, as in `abtui explain`."""
    look, rule = SEVERITY_LOOKS[RULES[code].severity], RULES[code]
    whole: list[_StyledText] = [
        (f"{look.glyph} {rule.severity} ", _SEVERITY_STYLE[rule.severity]),
        (f"{code}\n", "bold"),
        (f"{rule.title}\n", "bold"),
        (f"{printable(source)}\n", _MUTED),
        *_details(item, fix),
        (f"\n\n{rule.text}", "$text"),
    ]
    return Content.assemble(*whole)


def fix_line(title: str) -> Content:
    """A line with the key that fixes a finding and the title of the fix."""
    return Content.assemble(("→ ", "$text-success"), (".", "bold reverse"), (f" fixes this: {title}", "$text-success"))


def _finding(item: Finding, fix: str) -> Content:
    look = SEVERITY_LOOKS[item.severity]
    parts: list[_StyledText] = [
        (f"{look.glyph} {item.severity} ", _SEVERITY_STYLE[item.severity]),
        (item.code, "bold"),
        (f"  {RULES[item.code].title}\n", _MUTED),
        *_details(item, fix),
    ]
    return Content.assemble(*parts)


def _details(item: Finding, fix: str) -> list[_StyledText]:
    """The message, place, hint and fix of a finding."""
    parts: list[_StyledText] = [(f"  {printable(item.message)}", "$text")]
    place = " → ".join(path for path in (item.event_path, item.payload_path) if path)
    if item.config_line is not None:
        place = f"{place}  config line {item.config_line}".strip()
    if item.line is not None and item.config_line is None:
        place = f"{place}  line {item.line}, column {item.column or 1}".strip()
    if place:
        parts.append((f"\n  {printable(place)}", _MUTED))
    if item.hint:
        parts.append((f"\n  → {printable(item.hint)}", "$text-secondary"))
    if fix:
        parts.append(Content.assemble("\n  ", fix_line(fix)))
    return parts
