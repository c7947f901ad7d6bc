"""Where in a payload its findings are."""

from __future__ import annotations

from abtui.core.findings import Finding
from abtui.core.jsontext import line_column, locate
from abtui.core.paths import parse_path
from abtui.tui.widgets.marks import Mark


def payload_marks(text: str, findings: tuple[Finding, ...]) -> list[Mark]:
    """A mark at each place of the payload that a finding names, the first finding of a place only."""
    marks: dict[str, Mark] = {}
    for item in findings:
        path = item.payload_path
        if path is None or path in marks or item.severity == "info":
            continue
        steps = parse_path(path)
        span = locate(text, steps)
        while span is None and steps:
            # What is missing is marked at what it is missing from.
            steps = steps[:-1]
            span = locate(text, steps)
        if span is not None:
            line, column = line_column(text, span[0])
            marks[path] = Mark(
                line=line,
                column=column,
                end_column=column + min(span[1] - span[0], 200),
                severity=item.severity,
                message=item.message,
            )
    return list(marks.values())
