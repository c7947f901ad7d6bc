"""The findings of ABsmartly (Actions): each with its rule, its check and its fix in one file."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.config.model import Config
from abtui.core.destination import Check, CheckResult, Decision
from abtui.core.destinations.actions.findings import exposures, mappings, near, results, subscriptions, unfilled, values
from abtui.core.destinations.actions.findings.mappings import check_config
from abtui.core.destinations.actions.findings.near import NearCheck
from abtui.core.destinations.actions.findings.results import ResultCheck
from abtui.core.destinations.actions.findings.unfilled import corpus_findings, uses_with
from abtui.core.findings import Finding, declared_in

__all__ = ["RULES", "check_config", "checks_result_with", "checks_with", "corpus_findings", "uses_with"]

RULES: Final = tuple(declared_in(mappings, subscriptions, near, results, values, exposures, unfilled))


def checks_result_with(config: Config) -> CheckResult:
    """The function that appends the findings about one mapping's result."""
    return ResultCheck(config).check


def checks_with(config: Config) -> Check:
    """The function that appends the findings about the results of an event together."""
    check, near = ResultCheck(config), NearCheck(config)

    def together(event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        check.twice(decision, found)
        near.check(event, decision, found)

    return together
