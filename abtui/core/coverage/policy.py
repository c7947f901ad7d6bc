"""Which findings count, and which of them fail a check: the config's `check:` section and the options of `abtui check`."""

from __future__ import annotations

from abtui.core.codes import fits
from abtui.core.config import Policy
from abtui.core.coverage.model import FindingGroup

_GRAVITY = {"error": 2, "warning": 1, "info": 0}
_FAIL_FROM = {"error": 2, "warning": 1, "never": 3}


def counts(code: str, policy: Policy) -> bool:
    """Whether findings of `code` are selected and not ignored."""
    selected = not policy.select or any(fits(code, pattern) for pattern in policy.select)
    return selected and not any(fits(code, pattern) for pattern in policy.ignore)


def fails(group: FindingGroup, policy: Policy) -> bool:
    """Whether findings of this severity fail the check. `group` is one that counts."""
    return _GRAVITY[group.severity] >= _FAIL_FROM[policy.fail_on]
