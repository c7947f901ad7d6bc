"""One-key fixes: what to change in the config so that a finding goes away, where that is certain.

Certain means: the text of the config, the catalog and the events seen leave one answer. Each fix is tried before it is
offered: the config that comes of it must not have the finding, nor an error that it did not have before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from abtui.core.config import Config
from abtui.core.config.keys import Quoter, key_texts
from abtui.core.config.reader import read_config
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.findings import Finding
from abtui.core.fixes import of_config, of_events
from abtui.core.fixes.candidates import advice
from abtui.core.fixes.model import Fix
from abtui.core.text.secret import hide_all
from abtui.core.text.yaml_edit import edit_yaml
from abtui.core.text.yaml_tree import parse_yaml

__all__ = ["FIXABLE", "Fix", "advice", "fix_of"]

FIXABLE: Final = of_config.CODES | of_events.CODES
"""Codes of findings that may have a fix."""


def fix_of(
    finding: Finding,
    text: str,
    config: Config | None,
    usage: Usage | None = None,
    event: Mapping[str, Any] | None = None,
) -> Fix | None:
    """The fix of a finding in the config `text`, or None where none is certain.

    `config` is what was read of the text; `usage` is what the events use of it, once all of them were counted; `event` is the
    one that the finding is about.
    """
    if finding.code not in FIXABLE:
        return None
    fix = None if config is None else of_events.fix_of(finding, config, usage, event)
    if fix is None:
        root = parse_yaml(text, "config.yaml").root
        if root is None:
            return None
        fix = of_config.fix_of(finding, root, Quoter(key_texts(root, {})), config, usage)
    if fix is None or not _is_proven(fix, finding, text):
        return None
    return fix if config is None else Fix(hide_all(fix.title, config.secrets), fix.edits)


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
