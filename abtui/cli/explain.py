"""`abtui explain CODE`: the documentation of a finding, from the one table of findings."""

from __future__ import annotations

import difflib
import textwrap

import click

from abtui.cli.output import write_out
from abtui.core.destinations.reasons import REASONS
from abtui.core.rules import RULES


@click.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Say what a finding, or the reason of a verdict, means. Without CODE, list the findings."""
    if code is None:
        width = max(map(len, RULES))
        write_out(
            "\n".join(f"{name.ljust(width)}  {rule.severity.ljust(7)}  {rule.title}" for name, rule in RULES.items())
        )
        return
    name = code.upper()
    if name in REASONS:
        write_out(f"{name} (reason of a verdict): {REASONS[name].format(goal='...', name='...', detail='...')}")
        return
    if name not in RULES:
        near = difflib.get_close_matches(name, [*RULES, *REASONS], n=3)
        hint = f" Did you mean {', '.join(near)}?" if near else " `abtui explain` lists them all."
        raise click.UsageError(f"There is no finding {code!r}.{hint}")
    rule = RULES[name]
    write_out(f"{name} ({rule.severity}): {rule.title}\n\n{textwrap.fill(rule.text, 88)}")
