"""Every finding abtui can raise: its code, severity, title and a paragraph. `abtui explain` and the README read this table."""

from __future__ import annotations

from abtui.core.rules.config import CONFIG
from abtui.core.rules.events import EVENTS
from abtui.core.rules.mapping import MAPPING
from abtui.core.rules.proofs import PROOFS
from abtui.core.rules.rule import Rule

__all__ = ["RULES", "Rule"]

RULES: dict[str, Rule] = CONFIG | EVENTS | MAPPING | PROOFS
