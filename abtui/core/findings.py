"""A finding: something a person should know about a config, an event, or what becomes of it."""

from __future__ import annotations

from typing import Literal

import msgspec

from abtui.core.rules import RULES

Severity = Literal["error", "warning", "info"]


class Finding(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One finding. Its `code` is a key of `rules.RULES`, which documents it and gives its severity.

    `line` and `column` (1-based) are a place in the text that was read: the config's, or the events' source.
    `event_path` and `payload_path` are written as `paths.path_text` writes them; `config_line` is 1-based.
    """

    code: str
    severity: Severity
    message: str
    hint: str = ""
    event_path: str | None = None
    payload_path: str | None = None
    config_line: int | None = None
    line: int | None = None
    column: int | None = None


def finding(
    code: str,
    message: str,
    hint: str = "",
    *,
    event_path: str | None = None,
    payload_path: str | None = None,
    config_line: int | None = None,
    line: int | None = None,
    column: int | None = None,
) -> Finding:
    """A finding with the severity its rule has. Raises KeyError for a code that is not in the table."""
    return Finding(
        code=code,
        severity=RULES[code].severity,
        message=message,
        hint=hint,
        event_path=event_path,
        payload_path=payload_path,
        config_line=config_line,
        line=line,
        column=column,
    )


def worst(findings: tuple[Finding, ...]) -> Severity | None:
    """The gravest severity among `findings`, or None."""
    severities = {item.severity for item in findings}
    for severity in ("error", "warning", "info"):
        if severity in severities:
            return severity
    return None
