"""What a config holds once read. Names of settings are Segment's own (the destination's catalog page, "Settings")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

import msgspec

from abtui.core.experiments.model import Experiment
from abtui.core.findings import Finding, Places
from abtui.core.text.paths import Path
from abtui.core.text.secret import KEY_VARIABLE, NO_KEY, Secret

FailOn = Literal["error", "warning", "never"]
CatalogPart = Literal["goals", "units", "environments", "applications"]
CATALOG_NOUNS: Final[Mapping[CatalogPart, str]] = {
    "goals": "goal",
    "units": "unit type",
    "environments": "environment",
    "applications": "application",
}
"""The parts of a catalog, and what one entry of each is called."""


class FileText(msgspec.Struct, frozen=True):
    """The text of a file that a config names, or None and a sentence that says why there is none."""

    text: str | None
    problem: str = ""


FileReader = Callable[[str], FileText]
"""Gives the text of a file that a config names. Handed in: the core has no files."""


Settings = Mapping[str, Any]
"""Values of settings by Segment's names, with the default of each that the file does not have. A secret is a `Secret`, or None."""


class Archived(msgspec.Struct, frozen=True, kw_only=True):
    """What exists in the web console but is archived there."""

    goals: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    environments: frozenset[str] = frozenset()
    applications: frozenset[str] = frozenset()


class Catalog(msgspec.Struct, frozen=True, kw_only=True):
    """What is known to exist in the web console; None where nothing is known, so nothing is checked."""

    goals: frozenset[str] | None = None
    units: frozenset[str] | None = None
    environments: frozenset[str] | None = None
    applications: frozenset[str] | None = None
    archived: Archived = Archived()


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Which findings count in `abtui check`, and from which severity on they fail it. Codes may be patterns: `UNIT-*`.

    With `select` empty all are selected; `ignore` is taken away from what is selected. `sample_ratio_error` and
    `sample_ratio_warning` are the chances under which an experiment's sizes are told to be wrong, or doubtful.
    """

    fail_on: FailOn = "error"
    ignore: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    sample_ratio_error: float = 0.001
    sample_ratio_warning: float = 0.01


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where requests are sent. What a target leaves out it takes from `settings`. With `allow` false nothing is sent there.

    `key_variable` is the variable that the key was to come from, where there is none; `key_masked`: there is only the mask of one.
    """

    name: str
    collector_endpoint: str
    environment: str
    api_key: Secret | None = None
    application: str | None = None
    allow: bool = True
    key_variable: str = ""
    key_masked: bool = False

    @property
    def key_shown(self) -> str:
        """The key as it may be shown: masked, or that there is none. Spaces are none."""
        return self.api_key.masked if self.api_key is not None and self.api_key.reveal().strip() else NO_KEY

    @property
    def no_key(self) -> str:
        """What to do where there is no key, and "" where there is one."""
        if self.key_shown != NO_KEY:
            return ""
        if self.key_variable:
            return f"no key: set {self.key_variable}"
        if self.key_masked:
            return f"no key, only the mask of one: write `apiKey: ${{{KEY_VARIABLE}}}` in the config and set {KEY_VARIABLE}"
        return f"no key: write `apiKey: ${{{KEY_VARIABLE}}}` in the config and set {KEY_VARIABLE}"


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """A whole config. `lines` tells the 1-based line of each key, by its key path: `("settings", "environment")`.

    `sections` are those that only this destination has; so are `lists`, whose items are JSON values and whose parts have
    `columns` too: `("mappings", 0, "name")`; `texts` has the columns where those texts begin and end that are written as they are,
    on the line of their key. Of a destination that refuses its settings itself, `wrong` are the settings that are no text and
    cannot become one, as JSON values, and `missing` those that the config does not have. `default_target` is what `settings`
    describes: requests are mapped for it. `targets` is never empty; the first is the default one, unless the file has a target of
    its name. `experiments` is None where the file names none that can be read.
    """

    destination: str
    settings: Settings
    default_target: Target
    targets: tuple[Target, ...]
    sections: Mapping[str, Settings] = {}
    lists: Mapping[str, tuple[Mapping[str, Any], ...]] = {}
    wrong: Mapping[str, Any] = {}
    missing: tuple[str, ...] = ()
    experiments: tuple[Experiment, ...] | None = None
    catalog: Catalog = Catalog()
    check: Policy = Policy()
    lines: Mapping[Path, int] = {}
    columns: Mapping[Path, int] = {}
    texts: Mapping[Path, tuple[int, int]] = {}

    def line(self, *key_path: str | int) -> int | None:
        """The 1-based line of a key, or None where the file does not have it."""
        return self.lines.get(key_path)

    def at(self, *key_path: str | int) -> Places:
        """The place of a key for a finding, or that of the nearest part around it which the file has."""
        while key_path and key_path not in self.lines:
            key_path = key_path[:-1]
        line = self.lines.get(key_path, 1)
        return {"config_line": line, "line": line, "column": self.columns.get(key_path, 1)}

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every API key in it."""
        keys = (*self.settings.values(), *(target.api_key for target in self.targets))
        return tuple(dict.fromkeys(key for key in keys if isinstance(key, Secret)))


def not_edited(export: str) -> str:
    """Why a file from Segment or Terraform is not changed, and what to do, as sentences; "" for a config of ours."""
    way = "`abtui init config.yaml --from-segment FILE` makes a config of it that is."
    return f"{export[:1].upper()}{export[1:]} is not edited in place. {way}" if export else ""


class ConfigReading(msgspec.Struct, frozen=True):
    """What came of reading a config: `config` is None where a finding is an error, except one that the destination lives with.

    `borne` are the findings that it lives with, however grave. `export` says what the file is, if it is from Segment or Terraform
    and none of our configs.
    """

    config: Config | None
    findings: tuple[Finding, ...]
    borne: frozenset[Finding] = frozenset()
    export: str = ""

    @property
    def not_edited(self) -> str:
        """Why the file is not changed, and what to do; "" for a config of ours."""
        return not_edited(self.export)

    @property
    def mistakes(self) -> tuple[Finding, ...]:
        """The findings for which there is no config; none where there is one."""
        return tuple(item for item in self.findings if item.severity == "error" and item not in self.borne)
