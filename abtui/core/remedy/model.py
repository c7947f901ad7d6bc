"""A remedy: one change of the config or of an event, and whether a change of a fate is for the better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

from abtui.core.config.form_edit import edit_settings
from abtui.core.findings import Finding
from abtui.core.outcomes import Fate
from abtui.core.text.paths import Path

_RANKS: Final[dict[Fate, int]] = {
    "arrives": 0,
    "accepted": 1,
    "unknown": 2,
    "never-leaves": 2,
    "ignored": 2,
    "refused": 3,
    "fails": 4,
}
"""How bad a fate is. What is lost in silence is lost, wherever that happens."""
_ACCEPTED: Final[tuple[Fate, ...]] = ("arrives", "accepted", "ignored")
IN_THIS_COPY: Final = "in this copy only"
"""What is said of a change of an event: the one that was sent stays as it is."""


class Remedy(msgspec.Struct, frozen=True, kw_only=True):
    """One change that was tried and helps.

    `title` is a verb and an object without keys (`Map it to purchase`). `changes` says whose text it changes: `before` is
    that text now, and `after` the text with the change, so taking it back is writing `before` again. `parts` are the titles of
    the changes that it is made of, if these are several.
    """

    title: str
    changes: Literal["config", "event"] = "config"
    before: str
    after: str
    parts: tuple[str, ...] = ()

    @property
    def line(self) -> int:
        """The first line (from 1) that is another one in `after`."""
        old, new = self.before.split("\n"), self.after.split("\n")
        return 1 + next((at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), len(old))


def with_settings(text: str, title: str, edits: Mapping[Path, Any]) -> Remedy | None:
    """The change that sets values of settings in a text of the config; None if it cannot be changed so."""
    after = edit_settings(text, edits).text
    return None if after is None else Remedy(title=title, before=text, after=after)


def together(changes: Sequence[Remedy], title: str) -> Remedy | None:
    """Changes of one text, each of what the one before it made of it, as one. `title` is for several."""
    if len(changes) < 2:
        return next(iter(changes), None)
    parts = tuple(change.title for change in changes)
    return Remedy(title=title, before=changes[0].before, after=changes[-1].after, parts=parts)


def is_better(before: Fate, after: Fate) -> bool:
    """Whether an event gets further than it did: the collector accepts it now, and did not, or nothing is lost any more."""
    return after in _ACCEPTED and _RANKS[after] < _RANKS[before]


def is_worse(before: Fate, after: Fate) -> bool:
    """Whether the fate of an event is a worse one."""
    return _RANKS[after] > _RANKS[before]


def holds_finding(findings: Iterable[Finding], finding: Finding) -> bool:
    """Whether a finding is still there, perhaps at another place."""
    return any((item.code, item.message) == (finding.code, finding.message) for item in findings)
