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
_LIGHT_LOOKS: Final = {
    "yes": ("✓", "bold $arrives"),
    "no": ("✗", "bold $refused"),
    "unknown": ("?", "bold $ignored"),
}
_StyledText = Content | str | tuple[str, str]


def plan_summary(plan: Plan) -> Content:
    """The plan in words: the number of requests, any obstacle, the target, and the events that are not in it and why."""
    parts: list[_StyledText] = [
        (f"{printable(plan.sentence)}\n", "bold"),
        *_obstacle(plan),
        *_forecast(plan),
        _label("to"),
        (f"PUT {printable(plan.address)}\n", "$text"),
        _label("environment"),
        (printable(plan.environment), "bold $refused" if plan.production else "bold"),
        (f"   application {printable(plan.application) or '(none)'}\n", "$text"),
        _label("key"),
        (f"{printable(plan.key)}\n", "$text"),
        *_left_out(plan),
    ]
    return Content.assemble(*parts).rstrip()


def _label(word: str) -> tuple[str, str]:
    return (f"{word:<13}", _SOFT)


def _forecast(plan: Plan) -> list[_StyledText]:
    parts: list[_StyledText] = [_label("forecast")] if plan.fates else []
    for at, (fate, number) in enumerate(plan.fates.items()):
        look = LOOKS[fate]
        words = f"{look.mark} {number:,} {look.one if number == 1 else look.several}"
        parts += [", " if at else "", (words, f"bold ${look.role}")]
    return [*parts, "\n"] if parts else []


def _left_out(plan: Plan) -> list[_StyledText]:
    """The events that are not in the plan, by reason, the most frequent first."""
    groups = [f"{group.count:,} {group.said}: {printable(group.words)}" for group in plan.left_out[:_SHOWN]]
    if rest := sum(group.count for group in plan.left_out[_SHOWN:]):
        groups.append(f"{rest:,} for {plural(len(plan.left_out) - _SHOWN, 'other reason')}")
    if none := plan.unreadable + plan.not_events:
        # The list shows both with the same mark.
        groups.append(plural(none, "no event"))
    return [part for at, words in enumerate(groups) for part in (_label("" if at else "not in it"), f"{words}\n")]


def _obstacle(plan: Plan) -> list[_StyledText]:
    parts: list[_StyledText] = []
    if not plan.complete:
        so_far = f"… still counting: {plan.events - plan.unmapped:,} events are mapped so far\n"
        parts.append((so_far, "bold $ignored"))
    if plan.blocked is not None:
        parts.append((f"✗ {printable(plan.blocked)}\n", "bold $refused"))
    elif plan.production:
        parts.append(("! This looks like production: you have to type the name of the environment.\n", "bold $refused"))
    elif plan.needs_yes:
        parts.append(("! This many requests need a second confirmation.\n", "bold $ignored"))
    return parts


def send_label(plan: Plan) -> str:
    """The label of the Send button."""
    return f"Send {'' if plan.complete else 'at least '}{plural(plan.sendable, 'event')}"


def many_requests_question(plan: Plan) -> Content:
    """The second question before a send of many requests."""
    about = "" if plan.complete else "at least "
    return Content.assemble(
        (f"{about}{plural(plan.requests, 'request')}", "bold"),
        f" ({plural(plan.sendable, 'event')}) would go to ",
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
