"""`--exposures`: what came past Segment, for the commands that count experiments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import click

from abtui.cli.inputs import CorpusInput
from abtui.cli.narrate import narrate
from abtui.core.events import SdkDefaults
from abtui.core.experiments.elsewhere import Row, Sent, Unread, read_elsewhere
from abtui.core.text.plain import file_name, plural

_MOST_TOLD: Final = 20
_FORMS: Final = 'It takes what `abtui collector` recorded, a browser\'s HAR file, the console\'s event export (with the columns event_type, unit_type, unit_uid, event_at, experiment_name and variant), and JSON Lines of bodies such as {"publishedAt": ..., "units": [...], "exposures": [...]}.'
EXPOSURES_OPTION: Final = click.option("--exposures", multiple=True, metavar="FILE", help="Also requests that did not pass Segment: what `abtui collector` recorded, a HAR file, JSON Lines of bodies, or the web console's event export (JSON or CSV). May be repeated.")  # fmt: skip


class Counts(Protocol):
    """Counts what came past Segment."""

    def add_elsewhere(self, item: Sent | Row, source: str = "") -> None:
        """Count a request or a row."""


def count_elsewhere(counts: Counts, paths: Sequence[str], sdk: SdkDefaults) -> int:
    """Count what files have that came past Segment, and return how many of them, or of their parts, could not be read.

    A file that has nothing of the kind is one that could not be read.
    """
    unread = 0
    for path in paths:
        unread += _count_file(counts, path, sdk)
    return unread


def _count_file(counts: Counts, path: str, sdk: SdkDefaults) -> int:
    found = unread = 0
    source = CorpusInput([path], sdk, "counting exposures")
    with source:
        for name, item in source.read(lambda pieces, name: ((name, part) for part in read_elsewhere(pieces))):
            if not isinstance(item, Unread):
                found += 1
                counts.add_elsewhere(item, name)
                continue
            unread += 1
            if unread <= _MOST_TOLD:
                narrate(f"{file_name(name)}:{item.line} {item.problem}; it was skipped.", severity="warning")
    if unread > _MOST_TOLD:
        narrate(f"{plural(unread - _MOST_TOLD, 'more line was', 'more lines were')} skipped.", severity="warning")
    problems = source.problems + unread
    if found or source.problems:
        return problems
    narrate(f"{file_name(path)} has no request and no row of an export.", _FORMS, severity="error")
    return max(1, problems)
