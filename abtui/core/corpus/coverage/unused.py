"""The findings about a config that only a corpus can show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from abtui.core.corpus.coverage.usage import Usage
from abtui.core.destinations import destination_of
from abtui.core.findings import Finding, warning

MAPPING_UNUSED: Final = warning(
    "COVERAGE-MAPPING",
    "A mapping is for none of the events",
    "The condition of the mapping is false for every event here, so nothing is sent by it. It may be for events that are not among these; or a name in it is misspelt.",
)


def coverage_findings(usage: Usage) -> Iterator[tuple[str | None, Finding]]:
    """The findings about how the events use the config, each with the source of its event; None is the config."""
    if not usage.events:
        return
    for use in usage.mapping_uses():
        if not use.events and not use.verdicts["disabled"]:
            message = f"No event is for the mapping `{use.mapping}`."
            yield (
                None,
                MAPPING_UNUSED.at(
                    message, "Compare its condition with the events.", config_line=use.line, line=use.line
                ),
            )
    yield from destination_of(usage.config.destination).corpus_findings(usage)
