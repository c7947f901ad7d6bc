"""Only the destination itself knows its words: everything else asks through the contract's doors."""

from __future__ import annotations

import re
from pathlib import Path

import abtui
from abtui.core.destinations.actions.fields import ACTIONS
from abtui.core.destinations.actions.reasons import REASONS

PACKAGE = Path(abtui.__file__).parent
OWN = PACKAGE / "core" / "destinations" / "actions"
WORDS = re.compile(
    "|".join(
        [*ACTIONS, *REASONS, "partnerAction", r"[\"']subscribe[\"']", "FQL", r"@(?:path|template|arrayPath|liquid)"]
    )
)


def named(path: Path) -> set[str]:
    return set(WORDS.findall(path.read_text(encoding="utf-8")))


def test_no_other_module_names_what_is_in_a_mapping() -> None:
    modules = [path for path in PACKAGE.rglob("*.py") if not path.is_relative_to(OWN)]
    assert {str(path.relative_to(PACKAGE)): found for path in modules if (found := named(path))} == {}
    assert named(OWN / "fields.py") >= {*ACTIONS, "@path"}
