"""The plan of a send and the results of a connection test as styled text. Values are never parsed as markup."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from abtui.core.config import Target
from abtui.core.delivery.plan import Plan
from abtui.core.delivery.probe import Check
from abtui.core.text.plain import one_line, plural, printable
from abtui.core.text.secret import without_user
from abtui.tui.kit.marks import LOOKS

_SOFT: Final = "$soft"
_SHOWN: Final = 3
_LABEL: Final = 13
_LIGHT_LOOKS: Final = {
    "yes": ("✓", "bold $arrives"),
    "no": ("✗", "bold $refused"),
    "unknown": ("?", "bold $ignored"),
}
_StyledText = Content | str | tuple[str, str]


def plan_summary(plan: Plan, width: int) -> Content:
    """The plan in words: the number of requests, any obstacle, the target, and the events that are not in it and why.

    What is told beside a label stays beside it where it takes several lines of `width` cells.
    """
    environment: list[_StyledText] = [
        (printable(plan.environment), "bold $refused" if plan.production else "bold"),
    ]
    if plan.has_application:
        environment.append((f"   application {printable(plan.application) or '(none)'}", "$text"))
    told: list[tuple[str, list[_StyledText]]] = [
        *([("forecast", _forecast(plan))] if plan.fates else []),
        ("to", [(f"PUT {printable(plan.address)}", "$text")]),
        ("environment", environment),
        ("key", [(printable(plan.key), "$text")]),
    ]
    told += [("" if at else "not in it", [words]) for at, words in enumerate(_left_out(plan))]
    lines = [Content.styled(printable(plan.sentence), "bold"), *_obstacle(plan)]
    for label, parts in told:
        room = max(_LABEL, width - _LABEL)
        for at, row in enumerate(Content.assemble(*parts).wrap(room)):
            lines.append(Content.assemble((f"{'' if at else label:<{_LABEL}}", _SOFT), row))
    return Content("\n").join(lines)


def _forecast(plan: Plan) -> list[_StyledText]:
    parts: list[_StyledText] = []
    for at, (fate, number) in enumerate(plan.fates.items()):
        look = LOOKS[fate]
        words = f"{look.mark} {number:,} {look.one if number == 1 else look.several}"
        parts += [", " if at else "", (words, f"bold ${look.role}")]
    return parts


def _left_out(plan: Plan) -> list[str]:
    """The events that are not in the plan, by reason, the most frequent first."""
    groups = [f"{group.count:,} {group.said}: {printable(group.words)}" for group in plan.left_out[:_SHOWN]]
    if rest := sum(group.count for group in plan.left_out[_SHOWN:]):
        groups.append(f"{rest:,} for {plural(len(plan.left_out) - _SHOWN, 'other reason')}")
    if none := plan.unreadable + plan.not_events:
        # The list shows both with the same mark.
        groups.append(plural(none, "no event"))
    return groups


def _obstacle(plan: Plan) -> list[Content]:
    parts: list[tuple[str, str]] = []
    if not plan.complete:
        so_far = f"… still counting: {plan.events - plan.unmapped:,} events are mapped so far"
        parts.append((so_far, "bold $ignored"))
    if plan.blocked is not None:
        parts.append((f"✗ {printable(plan.blocked)}", "bold $refused"))
    elif plan.production:
        parts.append(("! This looks like production: you have to type the name of the environment.", "bold $refused"))
    elif plan.needs_yes:
        parts.append(("! This many requests need a second confirmation.", "bold $ignored"))
    return [Content.styled(*part) for part in parts]


def send_label(plan: Plan) -> str:
    """The label of the Send button."""
    return f"Send {'' if plan.complete else 'at least '}{plural(plan.sendable, plan.noun)}"


def many_requests_question(plan: Plan) -> Content:
    """The second question before a send of many requests."""
    about = "" if plan.complete else "at least "
    return Content.assemble(
        (f"{about}{plural(plan.requests, 'request')}", "bold"),
        f" ({plural(plan.sending, 'event')}) would go to ",
        (printable(plan.target), "bold"),
        f" ({printable(plan.address)}), environment ",
        (printable(plan.environment), "bold"),
        ".",
    )


def target_address(target: Target) -> str:
    """The address, environment and masked key of a target."""
    address = one_line(without_user(target.collector_endpoint), 200)
    return f"{address}  environment {printable(target.environment)}  key {target.key_shown}"


def connection_report(found: tuple[Check, ...]) -> Content:
    """Each question of a connection test with its result, its answer and the next step."""
    parts: list[_StyledText] = []
    for check in found:
        glyph, style = _LIGHT_LOOKS[check.light]
        parts.append((f"{glyph} {check.question}", style))
        parts.append((f"\n  {printable(check.said)}\n", "$text"))
        if check.next_step:
            parts.append((f"  → {printable(check.next_step)}\n", "$accent"))
    return Content.assemble(*parts)
