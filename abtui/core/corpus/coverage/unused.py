"""The findings about a config that only a corpus can show."""

from __future__ import annotations

from collections.abc import Iterator

from abtui.core.corpus.coverage.usage import Usage
from abtui.core.destinations import destination_of
from abtui.core.findings import Finding


def coverage_findings(usage: Usage) -> Iterator[tuple[str | None, Finding]]:
    """The destination's findings about how the events use the config, each with the source of its event; None is the config."""
    return destination_of(usage.config.destination).corpus_findings(usage) if usage.events else iter(())
