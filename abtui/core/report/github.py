"""A report as workflow commands of GitHub Actions: annotations beside the lines of files.

The syntax and its escapes: https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
"""

from __future__ import annotations

import re

from abtui.core.findings import Severity
from abtui.core.report import Annotation, Report
from abtui.core.report.shape import summary_text, verdict
from abtui.core.text.plain import plural, printable

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
"""The command for each severity, the most severe first."""
MOST_OF_A_KIND = 10
"""The number of annotations of one severity that GitHub shows for a step."""
_DATA = re.compile("[%\r\n]")
_PROPERTY = re.compile("[%\r\n:,]")


def github(report: Report) -> str:
    """The report's annotations, one on each line, the most severe first.

    Of each severity there are as many as GitHub shows; a last line says how many are left out. A report that failed without an
    annotation gets one from its verdict and summary. Text of events only appears in commands, where it is escaped, because a
    plain line could be read as a command.
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
    # Without a file GitHub chooses one itself, and without a line it ignores the column.
    has_line = bool(item.file) and item.line is not None
    properties = {
        "file": item.file or None,
        "line": item.line if has_line else None,
        "col": item.column if has_line else None,
        "title": item.title or None,
    }
    given = ",".join(
        f"{name}={_escaped(str(value), _PROPERTY)}" for name, value in properties.items() if value is not None
    )
    # GitHub does not show a command without a message.
    message = next((text for text in (item.message, item.title) if text.strip()), "(no message)")
    return f"::{command}{' ' if given else ''}{given}::{_escaped(message, _DATA)}"


def _escaped(text: str, characters: re.Pattern[str]) -> str:
    return printable(characters.sub(lambda match: f"%{ord(match[0]):02X}", text))
