"""A report as workflow commands of GitHub Actions: annotations beside the lines of files.

The form and its escapes: https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
"""

from __future__ import annotations

import re

from abtui.core.findings import Severity
from abtui.core.report.model import Annotation, Report
from abtui.core.report.shape import summary_text, verdict
from abtui.core.text.plain import plural, printable

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
"""The command of each severity, the gravest first."""
MOST_OF_A_KIND = 10
"""GitHub shows so many annotations of a kind for a step."""
_DATA = re.compile("[%\r\n]")
_PROPERTY = re.compile("[%\r\n:,]")


def github(report: Report) -> str:
    """The report's annotations, a line each, the gravest first; of each kind as many as GitHub shows, and a last line about the rest.

    A report that is not good without an annotation gets one of its own: its verdict and summary. Text of the events
    stands in commands only, where it is escaped; a plain line could pass for a command.
    """
    annotations = report.annotations
    if not annotations and not report.ok:
        title = f"{verdict(report)}: {report.title}"
        annotations = (Annotation(severity="error", title=title, message=summary_text(report)),)
    lines, more = [], []
    for severity, command in _COMMANDS.items():
        of_kind = [item for item in annotations if item.severity == severity]
        lines += [_line(command, item) for item in of_kind[:MOST_OF_A_KIND]]
        if len(of_kind) > MOST_OF_A_KIND:
            more.append(plural(len(of_kind) - MOST_OF_A_KIND, command))
    if more:
        lines.append(f"GitHub shows {MOST_OF_A_KIND} annotations of a kind for a step. Left out: {', '.join(more)}.")
    return "".join(f"{line}\n" for line in lines)


def _line(command: str, item: Annotation) -> str:
    properties: dict[str, str | int | None] = {"file": item.file or None}
    # Without a file GitHub would put the line into one of its own choice, and without a line the column.
    if item.file and item.line is not None:
        properties["line"] = item.line
        properties["col"] = item.column
    properties["title"] = item.title or None
    told = ",".join(
        f"{name}={_escaped(str(value), _PROPERTY)}" for name, value in properties.items() if value is not None
    )
    # A command without a message is not shown.
    message = item.message if item.message.strip() else item.title if item.title.strip() else "(no message)"
    return f"::{command}{' ' if told else ''}{told}::{_escaped(message, _DATA)}"


def _escaped(text: str, characters: re.Pattern[str]) -> str:
    return printable(characters.sub(lambda match: f"%{ord(match[0]):02X}", text))
