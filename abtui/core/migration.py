"""What a config does with events, as plain data, so that a config of another destination can be made that does the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from abtui.core.text.paths import Path


class ViewGoal(msgspec.Struct, frozen=True):
    """Calls of one type become goals named after the event's `name`, with a text before and after it.

    `slug`: the name is in lower case, and each run of characters that are no ASCII letter, digit or `_` is one `_`.
    """

    type: Literal["page", "screen"]
    before: str = ""
    after: str = ""
    slug: bool = False


class Exposures(msgspec.Struct, frozen=True):
    """Calls of one type, and for track calls of one name, carry the whole body of an exposure at a place of theirs."""

    type: Literal["track", "group"]
    at: Path
    event: str | None = None


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """What a config does. Goals, agent and application are as the file has them, with their references; all else is itself.

    `goals` has the goal for names of track calls; others have their own name as goal, and `never` lists those that are no goal.
    `units` has the unit type for top-level fields of the event, in the order in which they are sent. `own_units` is the place
    where an event may bring its units itself, which then replace these. `published_at` and `achieved_at` are the fields with
    the dates. `attributes`: traits of identify calls are sent as attributes.
    """

    goals: Mapping[str, str]
    never: tuple[str, ...]
    units: Mapping[str, str]
    own_units: Path
    views: tuple[ViewGoal, ...]
    exposures: tuple[Exposures, ...]
    attributes: bool
    published_at: str
    achieved_at: str
    agent: str
    application: str


class Difference(msgspec.Struct, frozen=True):
    """What cannot be the same: its subject in a few words, and what happens instead, with the reason."""

    subject: str
    message: str

    @property
    def sentence(self) -> str:
        """The subject and the message."""
        return f"{self.subject}: {self.message}"


class MadeItem(msgspec.Struct, frozen=True):
    """An item of a list in the new config, with a comment. Its texts are as a file has them: `$${` for `${`."""

    value: Mapping[str, Any]
    note: str


class Migrated(msgspec.Struct, frozen=True):
    """The lists of the new config by name, and what cannot be the same, what concerns most events first."""

    lists: Mapping[str, tuple[MadeItem, ...]]
    differences: tuple[Difference, ...]
