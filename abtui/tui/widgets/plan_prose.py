"""The plan of a send, and what a connection test found, in words. Values are never read as markup."""

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
_LIGHTS: Final = {
    "yes": ("✓", "bold $text-success"),
    "no": ("✗", "bold $text-error"),
    "unknown": ("?", "bold $text-warning"),
}
_Part = Content | str | tuple[str, str]


def plan(of: Plan) -> Content:
    """How many requests, to where, what is left out and why, and what stands in the way."""
    about = "" if of.complete else "at least "
    how = "" if of.mode == "single" else f" of up to {of.batch} events"
    parts: list[_Part] = [
        (f"\n{about}{plural(of.requests, 'request')}{how}", "bold"),
        (f"  for {plural(of.sendable, 'event')}\n", "$text"),
        *_forecast(of),
        ("to           ", _MUTED),
        (printable(of.target), "bold"),
        (f"\n             PUT {printable(of.address)}\n", "$text"),
        ("environment  ", _MUTED),
        (f"{printable(of.environment)}", "bold $text-error" if of.production else "bold"),
        (f"   application {printable(of.application) or '(none)'}   key {printable(of.key)}\n", "$text"),
    ]
    left_out = sum(one.count for one in of.left_out)
    parts.append(("left out     ", _MUTED))
    parts.append(
        (f"{plural(left_out, 'event')}\n" if left_out or of.unreadable or of.not_events else "nothing\n", "$text")
    )
    parts += [
        (f"             {one.count:,} {one.said}: {printable(one.words)}\n", "$text") for one in of.left_out[:_SHOWN]
    ]
    if len(of.left_out) > _SHOWN:
        rest = sum(one.count for one in of.left_out[_SHOWN:])
        parts.append((f"             {rest:,} for {plural(len(of.left_out) - _SHOWN, 'other reason')}\n", _MUTED))
    if none := of.unreadable + of.not_events:
        # The list has one mark for both.
        parts.append((f"             {plural(none, 'no event')}\n", "$text"))
    if not of.complete:
        parts.append(
            (f"… still counting: {of.events - of.unmapped:,} events are mapped so far\n", "bold $text-warning")
        )
    if of.blocked is not None:
        parts.append((f"✗ {printable(of.blocked)}\n", "bold $text-error"))
    elif of.production:
        parts.append(("! This looks like production: the environment's name has to be typed.\n", "bold $text-error"))
    elif of.needs_yes:
        parts.append(("! So many requests are asked for a second time.\n", "bold $text-warning"))
    return Content.assemble(*parts).rstrip()


def _forecast(of: Plan) -> list[_Part]:
    if not of.fates:
        return []
    return [("forecast     ", _MUTED), *fate_parts(of.fates, short=False)[1:], "\n"]


def send_label(of: Plan) -> str:
    """What the button says."""
    return f"Send {'' if of.complete else 'at least '}{plural(of.sendable, 'event')}"


def many(of: Plan) -> Content:
    """The second question."""
    about = "" if of.complete else "at least "
    return Content.assemble(
        (f"{about}{plural(of.requests, 'request')}", "bold"),
        f" ({plural(of.sendable, 'event')}) would go to ",
        (printable(of.target), "bold"),
        f" ({printable(of.address)}), environment ",
        (printable(of.environment), "bold"),
        ".",
    )


def place(target: Target) -> str:
    """Where a target is, without its key."""
    address = one_line(without_user(target.collector_endpoint), 200)
    return f"{address}  environment {printable(target.environment)}  key {target.key_shown}"


def checks(found: tuple[Check, ...]) -> Content:
    """Each question with its light, its answer and what to do next."""
    parts: list[_Part] = []
    for check in found:
        glyph, style = _LIGHTS[check.light]
        parts.append((f"{glyph} {check.question}", style))
        parts.append((f"\n  {printable(check.said)}\n", "$text"))
        if check.next_step:
            parts.append((f"  → {printable(check.next_step)}\n", "$text-secondary"))
    return Content.assemble(*parts)
