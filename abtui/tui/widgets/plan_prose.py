"""The plan of a send and the results of a connection test as styled text. Values are never parsed as markup."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from abtui.core.config import Target
from abtui.core.delivery.plan import Plan
from abtui.core.delivery.probe import Check
from abtui.core.text.plain import one_line, plural, printable
from abtui.core.text.secret import without_user
from abtui.tui.widgets.fates import fate_parts

_MUTED: Final = "$foreground-muted"
_SHOWN: Final = 3
_LIGHT_LOOKS: Final = {
    "yes": ("✓", "bold $text-success"),
    "no": ("✗", "bold $text-error"),
    "unknown": ("?", "bold $text-warning"),
}
_StyledText = Content | str | tuple[str, str]


def plan_summary(plan: Plan) -> Content:
    """The plan in words: the number of requests, the target, the events left out and why, and any obstacle."""
    about = "" if plan.complete else "at least "
    how = "" if plan.mode == "single" else f" of up to {plan.batch} events"
    parts: list[_StyledText] = [
        (f"\n{about}{plural(plan.requests, 'request')}{how}", "bold"),
        (f"  for {plural(plan.sendable, 'event')}\n", "$text"),
        *_forecast(plan),
        ("to           ", _MUTED),
        (printable(plan.target), "bold"),
        (f"\n             PUT {printable(plan.address)}\n", "$text"),
        ("environment  ", _MUTED),
        (f"{printable(plan.environment)}", "bold $text-error" if plan.production else "bold"),
        (f"   application {printable(plan.application) or '(none)'}   key {printable(plan.key)}\n", "$text"),
    ]
    left_out = sum(group.count for group in plan.left_out)
    parts.append(("left out     ", _MUTED))
    parts.append(
        (f"{plural(left_out, 'event')}\n" if left_out or plan.unreadable or plan.not_events else "nothing\n", "$text")
    )
    parts += [
        (f"             {group.count:,} {group.said}: {printable(group.words)}\n", "$text")
        for group in plan.left_out[:_SHOWN]
    ]
    if len(plan.left_out) > _SHOWN:
        rest = sum(group.count for group in plan.left_out[_SHOWN:])
        parts.append((f"             {rest:,} for {plural(len(plan.left_out) - _SHOWN, 'other reason')}\n", _MUTED))
    if none := plan.unreadable + plan.not_events:
        # The list shows both with the same mark.
        parts.append((f"             {plural(none, 'no event')}\n", "$text"))
    if not plan.complete:
        parts.append(
            (f"… still counting: {plan.events - plan.unmapped:,} events are mapped so far\n", "bold $text-warning")
        )
    if plan.blocked is not None:
        parts.append((f"✗ {printable(plan.blocked)}\n", "bold $text-error"))
    elif plan.production:
        parts.append(
            ("! This looks like production: you have to type the name of the environment.\n", "bold $text-error")
        )
    elif plan.needs_yes:
        parts.append(("! This many requests need a second confirmation.\n", "bold $text-warning"))
    return Content.assemble(*parts).rstrip()


def _forecast(plan: Plan) -> list[_StyledText]:
    if not plan.fates:
        return []
    return [("forecast     ", _MUTED), *fate_parts(plan.fates, short=False)[1:], "\n"]


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
            parts.append((f"  → {printable(check.next_step)}\n", "$text-secondary"))
    return Content.assemble(*parts)
