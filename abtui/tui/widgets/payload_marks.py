"""The marks for the findings of an event in its payload."""

from __future__ import annotations

from collections.abc import Iterable

from abtui.core.findings import Finding
from abtui.core.text.paths import parse_path
from abtui.tui.kit.lights import LocatedText
from abtui.tui.kit.underlines import Mark

_LONGEST_MARK = 200


def payload_marks(located: LocatedText, findings: Iterable[Finding]) -> list[Mark]:
    """A mark for the first finding at each place of the payload."""
    marks: dict[str, Mark] = {}
    for item in findings:
        path = item.payload_path
        if path is None or path in marks:
            continue
        # A missing field is marked at its parent.
        place = located.index.nearest(parse_path(path))
        if place is not None:
            row, column = located.spot(place.value[0])
            marks[path] = Mark(
                line=row + 1,
                column=column + 1,
                end_column=column + 1 + min(place.value[1] - place.value[0], _LONGEST_MARK),
                severity=item.severity,
                message=item.message,
            )
    return list(marks.values())
