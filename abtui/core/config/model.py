"""What a config holds once read. Names of settings are Segment's own (the destination's catalog page, "Settings")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from abtui.core.findings import Finding
from abtui.core.secret import Secret

DESTINATIONS = ("classic",)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The destination's settings. `api_key` is None where the file has none or its `${VAR}` is unset."""

    collector_endpoint: str
    environment: str
    unit_mapping: Mapping[str, str]
    api_key: Secret | None = None
    application: str | None = None
    goal_mapping: Mapping[str, str] = {}
    enable_page_view_tracking: bool = False
    enable_app_screen_view_tracking: bool = False
    enable_exposure_tracking: bool = False


class Behavior(msgspec.Struct, frozen=True, kw_only=True):
    """Where the destination's two sources, its catalog page and its published function, disagree."""

    identify: Literal["attributes", "reject"] = "attributes"
    view_goal_names: Literal["title", "slug"] = "title"


class Catalog(msgspec.Struct, frozen=True, kw_only=True):
    """What is known to exist in the web console; None where nothing is known, so nothing is checked."""

    goals: frozenset[str] | None = None
    units: frozenset[str] | None = None
    environments: frozenset[str] | None = None
    applications: frozenset[str] | None = None


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where requests are sent. What a target leaves out it takes from `settings`."""

    name: str
    collector_endpoint: str
    environment: str
    api_key: Secret | None = None
    application: str | None = None


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """A whole config. `lines` tells the 1-based line of each key, by its key path: `("settings", "unitMapping", "userId")`.

    `targets` is never empty: without any in the file it is the one target that `settings` describes, named `settings`.
    """

    destination: Literal["classic"]
    settings: Settings
    targets: tuple[Target, ...]
    behavior: Behavior = Behavior()
    catalog: Catalog = Catalog()
    lines: Mapping[tuple[str, ...], int] = {}

    def line(self, *key_path: str) -> int | None:
        """The 1-based line of a key, or None where the file does not have it."""
        return self.lines.get(key_path)


class ConfigReading(msgspec.Struct, frozen=True):
    """What came of reading a config: `config` is None exactly where a finding is an error."""

    config: Config | None
    findings: tuple[Finding, ...]
