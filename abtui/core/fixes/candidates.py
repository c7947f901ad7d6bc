"""What a person may choose from where no fix of a finding is certain."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from abtui.core.config import Config
from abtui.core.corpus.coverage.unused import unused_entries
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.findings import Finding
from abtui.core.fixes.model import shown
from abtui.core.text.secret import hide_all

_OF_GOALS: Final = frozenset({"GOAL-NEAR", "GOAL-OWN-NAME", "CATALOG-GOAL"})
_MOST: Final = 3
_COMPARED: Final = 1000
"""Names looked at: comparing ten thousand would hold up the key."""


def advice(finding: Finding, config: Config | None, usage: Usage | None, event: Mapping[str, Any] | None) -> str:
    """What is told in place of a fix: the names that are near, the finding's hint, and the key that maps an event."""
    said = ["No change of the config is certain to be right."]
    if config is not None and (names := candidates(finding, config, usage, event)):
        said.append(f"Near are {', '.join(f'`{shown(name, config)}`' for name in names)}.")
    if finding.hint:
        said.append(finding.hint)
    if finding.code in _OF_GOALS and event is not None and event.get("type") == "track":
        said.append("m maps the event to a goal.")
    text = " ".join(said)
    return text if config is None else hide_all(text, config.secrets)


def candidates(
    finding: Finding, config: Config, usage: Usage | None, event: Mapping[str, Any] | None
) -> tuple[str, ...]:
    """The names that what the finding is about was perhaps meant to be, the nearest first."""
    name, goals = (event or {}).get("event"), config.settings["goalMapping"]
    if finding.code == "COVERAGE-GOAL" and usage is not None:
        path = next((path for path, item in unused_entries(usage) if item == finding), None)
        return () if path is None else _near(path[-1], (*usage.unmapped.counts, *usage.entries))
    if finding.code == "GOAL-NEAR" and isinstance(name, str):
        return _near(name, goals)
    if finding.code == "CATALOG-GOAL" and isinstance(name, str):
        return _near(goals.get(name, name), config.catalog.goals or ())
    return ()


def _near(name: str, names: Iterable[str]) -> tuple[str, ...]:
    by_folded = {other.casefold(): other for other in islice(names, _COMPARED) if other != name}
    found = difflib.get_close_matches(name.casefold(), by_folded, n=_MOST, cutoff=0.5)
    return tuple(by_folded[text] for text in found)
