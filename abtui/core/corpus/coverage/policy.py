"""Which findings count, and which of them fail a check: the config's `check:` section and the options of `abtui check`."""

from __future__ import annotations

from abtui.core.config import Policy
from abtui.core.corpus.coverage.model import FindingGroup
from abtui.core.findings import fits

_GRAVITY = {"error": 2, "warning": 1, "info": 0}
_FAIL_FROM = {"error": 2, "warning": 1, "never": 3}
_GUARDS = frozenset({"CONFIG-CATALOG-FILE", "CONFIG-UNKNOWN-CODE", "CONFIG-UNKNOWN-KEY"})
"""Mistakes by which the config does not say, or check, what it seems to: a check that passes would pass for the wrong reason."""


def counts(code: str, policy: Policy) -> bool:
    """Whether findings of `code` are selected and not ignored."""
    selected = not policy.select or any(fits(code, pattern) for pattern in policy.select)
    return selected and not any(fits(code, pattern) for pattern in policy.ignore)


def fails(group: FindingGroup, policy: Policy) -> bool:
    """Whether these findings fail the check. `group` is one that counts."""
    if group.code in _GUARDS and policy.fail_on != "never":
        return True
    return _GRAVITY[group.severity] >= _FAIL_FROM[policy.fail_on]
