"""Findings, the rules that make them, and `RULES`, the registry of all rules.

A finding is something a person should know about a config, an event, or what happens to it. Its rule, its check and its
fix are written in one file: the rule is a constant there, the check calls `RULE.at(message, ...)`, and `fix` names the
function that makes the fix. Everything that lists findings (`explain`, the schemas, completion, the screen) reads `RULES`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any, Final, Literal, TypedDict, Unpack

import msgspec

from abtui.core.text.paths import Path

Severity = Literal["error", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "info")
_WIDTH: Final = 60


class Finding(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One finding. Its `code` is that of a rule in `RULES`, which documents it and gives its severity.

    `line` and `column` (1-based) are a place in the text that was read: the config's, or the events' source.
    `event_path` and `payload_path` are written as `paths.path_text` writes them; `config_line` is 1-based.
    """

    code: str
    severity: Severity
    message: str
    hint: str = ""
    event_path: str | None = None
    payload_path: str | None = None
    config_line: int | None = None
    line: int | None = None
    column: int | None = None


class Places(TypedDict, total=False):
    """The places of a finding."""

    event_path: str | None
    payload_path: str | None
    config_line: int | None
    line: int | None
    column: int | None


class Fix(msgspec.Struct, frozen=True):
    """A change of the config. `title` describes it in words; `edits` are for `edit_yaml`."""

    title: str
    edits: Mapping[Path, Any]


class Rule(msgspec.Struct, frozen=True):
    """One kind of finding: its severity, its stable code, a title, and a paragraph that explains it.

    `fix` and `candidates` are functions of a `fixes.Problem`: `fix` makes the one change of the config that is certain to
    help, or None; `candidates` gives names that may have been meant where no fix is certain. `about_goal`: the finding
    asks which goal an event becomes, so mapping the event by hand helps, too.
    """

    severity: Severity
    code: str
    title: str
    text: str
    fix: Callable[[Any], Fix | None] | None = None
    candidates: Callable[[Any], tuple[str, ...]] | None = None
    about_goal: bool = False

    def at(self, message: str, hint: str = "", **places: Unpack[Places]) -> Finding:
        """A finding of this rule."""
        return Finding(code=self.code, severity=self.severity, message=message, hint=hint, **places)


error, warning, info = (partial(Rule, severity) for severity in SEVERITIES)
"""Each makes a rule of its severity: `EMPTY = warning(code, title, text)`."""


class Registry(Mapping[str, Rule]):
    """All rules by their codes: those of abtui's own `modules`, then those of the destinations, as they are registered.

    The modules are named, not imported, because they import this module. Each is loaded when a code is looked up that was
    not found before it.
    """

    def __init__(self, modules: Iterable[str]) -> None:
        self._modules = tuple(modules)
        self._loaded = 0
        self._own: dict[str, Rule] = {}
        self._added: dict[str, Rule] = {}

    def add(self, rules: Iterable[Rule]) -> None:
        """Add the rules of a destination."""
        self._added.update((rule.code, rule) for rule in rules)

    def _load(self, until: str = "") -> None:
        """Load modules until the code `until` is known; all of them without one. Two threads may do it at once."""
        while self._loaded < len(self._modules) and until not in self._own and until not in self._added:
            at = self._loaded
            self._own.update((rule.code, rule) for rule in declared_in(import_module(self._modules[at])))
            self._loaded = max(self._loaded, at + 1)

    def __getitem__(self, code: str) -> Rule:
        if code in self._added:
            return self._added[code]
        self._load(until=code)
        return self._own[code] if code in self._own else self._added[code]

    def __iter__(self) -> Iterator[str]:
        self._load()
        return iter({**self._own, **self._added})

    def __len__(self) -> int:
        return sum(1 for _code in self)


def declared_in(*modules: ModuleType) -> Iterator[Rule]:
    """The rules that are constants of these modules, in the order of the files."""
    return (value for module in modules for value in vars(module).values() if isinstance(value, Rule))


RULES: Final = Registry(
    (
        "abtui.core.config.findings",
        "abtui.core.config.exports.tree",
        "abtui.core.config.checks",
        "abtui.core.config.endpoint",
        "abtui.core.config.catalog",
        "abtui.core.config.experiments",
        "abtui.core.config.policy",
        "abtui.core.text.json_findings",
        "abtui.core.events.findings",
        "abtui.core.checks.not_event",
        "abtui.core.checks.event",
        "abtui.core.checks.keys",
        "abtui.core.checks.ids",
        "abtui.core.checks.integrations",
        "abtui.core.catalog_check",
        "abtui.core.checks.request",
        "abtui.core.experiments.values",
        "abtui.core.experiments.unit_findings",
        "abtui.core.experiments.findings",
        "abtui.core.experiments.metrics",
        "abtui.core.corpus.cases.findings",
        "abtui.core.corpus.coverage.unused",
        "abtui.core.destinations",
    )
)
"""Every rule there is. A new module with rules is added to this list; a destination gives its own through its contract."""


def finding(code: str, message: str, hint: str = "", **places: Unpack[Places]) -> Finding:
    """A finding by its rule's code, for readers of text whose codes depend on the kind of file. Raises KeyError for an unknown code."""
    return RULES[code].at(message, hint, **places)


def worst(findings: tuple[Finding, ...]) -> Severity | None:
    """The gravest severity among `findings`, or None."""
    severities = {item.severity for item in findings}
    return next((severity for severity in SEVERITIES if severity in severities), None)


def fits(code: str, pattern: str) -> bool:
    """Whether a code equals `pattern`, or matches one such as `UNIT-*`. Case matters."""
    return fnmatchcase(code, pattern)


def code_hint(pattern: str) -> str | None:
    """What to write in place of a code or pattern that fits no rule; None for one that fits."""
    if any(fits(code, pattern) for code in RULES):
        return None
    upper = pattern.strip().upper()[:_WIDTH]
    if any(fits(code, upper) for code in RULES):
        return f"Write `{upper}`; codes are upper case."
    near = difflib.get_close_matches(upper, RULES, n=1, cutoff=0.5)
    return (
        f"Did you mean `{near[0]}`?"
        if near
        else "`abtui explain` lists all codes; a pattern such as `EVENT-*` matches several."
    )
