"""One-key fixes: each is tried before it is offered. The changed config must not have the finding, nor an error that it did not have before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from abtui.core.config.keys import Quoter, key_texts
from abtui.core.config.model import Config
from abtui.core.config.names import destination_in
from abtui.core.config.reader import read_config
from abtui.core.destination import Usage
from abtui.core.findings import RULES, Finding, Fix
from abtui.core.fixes import Problem, show_name
from abtui.core.text.secret import hide_all
from abtui.core.text.yaml_edit import edit_yaml
from abtui.core.text.yaml_tree import parse_yaml


def fix_of(
    finding: Finding,
    text: str,
    config: Config | None,
    usage: Usage | None = None,
    event: Mapping[str, Any] | None = None,
) -> Fix | None:
    """The fix of a finding in the config `text`, or None where none is certain.

    `config` is the config read from the text; `usage` is how the events use it, once all of them are counted; `event` is
    the event of the finding.
    """
    rule = RULES[finding.code]
    problem = None if rule.fix is None else _problem(finding, text, config, usage, event)
    fix = None if rule.fix is None or problem is None else rule.fix(problem)
    if fix is None or not _is_proven(fix, finding, text):
        return None
    return fix if config is None else Fix(hide_all(fix.title, config.secrets), fix.edits)


def advice(
    finding: Finding, text: str, config: Config | None, usage: Usage | None, event: Mapping[str, Any] | None
) -> str:
    """The text shown in place of a fix: names that may have been meant, the hint, and the key that maps an event."""
    rule = RULES[finding.code]
    sentences = ["No change of the config is certain to be right."]
    problem = None if rule.candidates is None else _problem(finding, text, config, usage, event)
    if (
        rule.candidates is not None
        and problem is not None
        and config is not None
        and (names := rule.candidates(problem))
    ):
        sentences.append(f"Near are {', '.join(f'`{show_name(name, config)}`' for name in names)}.")
    if finding.hint:
        sentences.append(finding.hint)
    if rule.about_goal and event is not None and event.get("type") == "track":
        sentences.append("m maps the event to a goal.")
    said = " ".join(sentences)
    return said if config is None else hide_all(said, config.secrets)


def _problem(
    finding: Finding, text: str, config: Config | None, usage: Usage | None, event: Mapping[str, Any] | None
) -> Problem | None:
    root = parse_yaml(text, "config.yaml").root
    if root is None:
        return None
    quoter = Quoter(key_texts(root, {}))
    return Problem(finding, root, destination_in(root), config, usage, event, quoter.shown, quoter.key_path)


def _is_proven(fix: Fix, finding: Finding, text: str) -> bool:
    """Whether the text can be changed so, the finding is gone then, and no error came instead."""
    edited = edit_yaml(text, fix.edits)
    if edited.text is None:
        return False
    before, after = read_config(text, {}).findings, read_config(edited.text, {}).findings
    same = any((item.code, item.message) == (finding.code, finding.message) for item in after)
    return not same and _errors(after) <= _errors(before)


def _errors(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(item.code, item.message) for item in findings if item.severity == "error"}
