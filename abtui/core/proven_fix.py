"""One-key fixes: each is tried before it is offered. The changed config must not have the finding, nor an error that it did not have before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from abtui.core.config.exports.tree import config_tree
from abtui.core.config.keys import Quoter, key_texts
from abtui.core.config.model import Config
from abtui.core.config.names import destination_in
from abtui.core.config.reader import read_config
from abtui.core.destination import Usage
from abtui.core.findings import RULES, Finding, Fix
from abtui.core.fixes import Problem, show_name
from abtui.core.text.secret import hide_all
from abtui.core.text.yaml_edit import edit_yaml
from abtui.core.text.yaml_nodes import Node


class Fixer:
    """Finds the fixes of findings in the config `text`.

    `config` is the config read from it, None if it has errors; `usage` is how the events use it, once all of them are counted.
    """

    def __init__(self, text: str, config: Config | None, usage: Usage | None) -> None:
        self._text, self._config, self._usage = text, config, usage

    def fix(self, finding: Finding, event: Mapping[str, Any] | None) -> Fix | None:
        """The fix of a finding, or None where none is certain. `event` is the event of the finding."""
        make = RULES[finding.code].fix
        problem = None if make is None else self._problem(finding, event)
        fix = None if make is None or problem is None else make(problem)
        return Fix(self._hide(fix.title), fix.edits) if fix is not None and self._is_proven(fix, finding) else None

    def advice(self, finding: Finding, event: Mapping[str, Any] | None) -> str:
        """The text shown in place of a fix: names that may have been meant, the hint, and the key that maps an event."""
        rule, problem = RULES[finding.code], self._problem(finding, event)
        sentences = ["No single change of the config is certain to help."]
        names = () if rule.candidates is None or problem is None else rule.candidates(problem)
        if names and self._config is not None:
            sentences.append(f"Similar names: {', '.join(f'`{show_name(name, self._config)}`' for name in names)}.")
        if finding.hint:
            sentences.append(finding.hint)
        if rule.about_goal and event is not None and event.get("type") == "track":
            sentences.append("Press m to map the event to a goal.")
        return self._hide(" ".join(sentences))

    def _hide(self, text: str) -> str:
        return text if self._config is None else hide_all(text, self._config.secrets)

    @cached_property
    def _tree(self) -> tuple[Node, Quoter] | None:
        tree = config_tree(self._text, "config.yaml")
        return None if tree.root is None or tree.export else (tree.root, Quoter(key_texts(tree.root, {})))

    def _problem(self, finding: Finding, event: Mapping[str, Any] | None) -> Problem | None:
        if self._tree is None:
            return None
        root, quoter = self._tree
        return Problem(
            finding, root, destination_in(root), self._config, self._usage, event, quoter.shown, quoter.key_path
        )

    def _is_proven(self, fix: Fix, finding: Finding) -> bool:
        """Whether the text can be changed so, the finding is gone then, and no error came instead."""
        edited = edit_yaml(self._text, fix.edits)
        if edited.text is None:
            return False
        before, after = read_config(self._text, {}).findings, read_config(edited.text, {}).findings
        same = any((item.code, item.message) == (finding.code, finding.message) for item in after)
        return not same and errors_of(after) <= errors_of(before)


def errors_of(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    """The errors among findings, each by its code and message."""
    return {(item.code, item.message) for item in findings if item.severity == "error"}
