"""A note for a ticket, in plain Markdown: what, evidence, cause and fix. No key is in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from abtui.core.config.model import Config
from abtui.core.fate import FATES, fate_reason
from abtui.core.findings import RULES, Finding
from abtui.core.journey import Journey
from abtui.core.outcomes import Outcome
from abtui.core.segment import event_name
from abtui.core.text.paths import parse_path
from abtui.core.text.secret import Secret, excerpt
from abtui.core.threads import Thread
from abtui.core.values import ABSENT, value_at, value_text

_LINE_WIDTH = 500
_BACKTICKS = re.compile("`+")


def ticket(
    title: str,
    *,
    what: str,
    evidence: Iterable[str] = (),
    cause: str = "",
    fix: str = "",
    secrets: Collection[Secret] = (),
) -> str:
    """The note, ending with a line break. Each part is one line; what is "" is left out. The parts are Markdown, with the keys still in."""
    lines = [excerpt(line, _LINE_WIDTH, secrets) for line in evidence if line]
    parts = [f"## {_line(title, secrets)}", _part("What", what, secrets)]
    parts += ["**Evidence:**\n\n" + "\n".join(f"- {line}" for line in lines)] if lines else []
    parts += [_part("Cause", cause, secrets), _part("Fix", fix, secrets)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _part(name: str, text: str, secrets: Collection[Secret]) -> str:
    return f"**{name}:** {_line(text, secrets)}" if text else ""


def _line(text: str, secrets: Collection[Secret]) -> str:
    return excerpt(text, _LINE_WIDTH, secrets)


def code(text: str, secrets: Collection[Secret] = ()) -> str:
    """A text as code in Markdown, in one line; it may hold backticks."""
    line = excerpt(text, _LINE_WIDTH // 2, secrets)
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(line)), default=0) + 1)
    space = " " if line.startswith("`") or line.endswith("`") or not line.strip() else ""
    return f"{fence}{space}{line}{space}{fence}"


def finding_ticket(
    finding: Finding,
    config: Config,
    *,
    source: str = "",
    event: dict[str, object] | None = None,
    fix: str = "",
) -> str:
    """The note for a finding about an event, or about the config. `fix` says what to do, if more is known than its hint."""
    secrets = config.secrets
    rule = RULES.get(finding.code)
    return ticket(
        finding.code if rule is None else f"{rule.title} ({finding.code})",
        what=finding.message,
        evidence=(
            *_of_event(event, source, secrets),
            *_of_place(finding, event, secrets),
            "" if finding.config_line is None else f"config: line {finding.config_line}",
        ),
        cause="" if rule is None else rule.text,
        fix=fix or finding.hint,
        secrets=secrets,
    )


def journey_ticket(
    journey: Journey, outcome: Outcome, found: Sequence[Thread], config: Config, *, fix: str = ""
) -> str:
    """The note for an event: where its line ends. `fix` says what to do about it, if that is known."""
    secrets = config.secrets
    name = outcome.name or outcome.type or "The event"
    verb = FATES[journey.fate].one
    kind = f"{outcome.type} " if outcome.type else ""
    message_id = f", messageId {code(outcome.message_id, secrets)}" if outcome.message_id else ""
    why = fate_reason(outcome, config) if journey.fate != "unknown" else journey.why
    return ticket(
        " ".join(part for part in (f"{name} {verb}", journey.by) if part),
        what=" ".join(part for part in (_sentence(journey), journey.says, journey.told) if part),
        evidence=(
            f"event: {kind}{code(outcome.name, secrets) if outcome.name else ''}{message_id}".rstrip(),
            f"source: {code(outcome.source, secrets)}" if outcome.source else "",
            *(_thread(thread, secrets) for thread in found if thread.culprit),
        ),
        cause=f"{why[:1].upper()}{why[1:]}." if why else "",
        fix=fix,
        secrets=secrets,
    )


def _sentence(journey: Journey) -> str:
    """`Ignored by the console: it has no goal “x”.`, in the words of the plate."""
    lead = " ".join(part for part in (f"It {FATES[journey.fate].one}", journey.by) if part)
    joint = " " if not journey.by else ": "
    return f"{lead}{joint}{journey.why}." if journey.why else f"{lead}."


def _thread(thread: Thread, secrets: Collection[Secret]) -> str:
    """`event "Order completed" -> unmapped (config line 18) -> name "Order completed"`."""
    lines = f"config line {', '.join(map(str, thread.lines))}" if thread.lines else ""
    through = thread.through if thread.through and not thread.through.startswith("line ") else ""
    config = f"{through} ({lines})" if through and lines else through or lines
    sides = (
        f"{thread.event} {thread.event_value}".strip(),
        config,
        f"{thread.payload} {thread.payload_value}".strip(),
    )
    return code(" -> ".join(side for side in sides if side), secrets)


def _of_event(event: dict[str, object] | None, source: str, secrets: Collection[Secret]) -> Iterable[str]:
    if event is not None:
        name, kind = event_name(event), event.get("type")
        said = " ".join(
            part for part in (kind if isinstance(kind, str) else "", code(name, secrets) if name else "") if part
        )
        yield f"event: {said}" if said else ""
    if source:
        yield f"source: {code(source, secrets)}"


def _of_place(finding: Finding, event: dict[str, object] | None, secrets: Collection[Secret]) -> Iterable[str]:
    """The field of the event with its value, and the field of the payload."""
    if finding.event_path is not None:
        value = ABSENT if event is None else value_at(event, parse_path(finding.event_path))
        shown = "" if event is None else "missing" if value is ABSENT else code(value_text(value, secrets), secrets)
        yield f"event field {code(finding.event_path, secrets)}{f': {shown}' if shown else ''}"
    if finding.payload_path is not None:
        yield f"payload field {code(finding.payload_path, secrets)}"
