"""`abtui explain CODE`: the documentation of a finding, from the one table of findings."""

from __future__ import annotations

import difflib
import textwrap

import click

from abtui.cli.output import write_out
from abtui.core.destinations import REASONS
from abtui.core.fate import DOES_NOT_COUNT, FATES, FateWords
from abtui.core.findings import RULES
from abtui.core.outcomes import Fate

_LEGEND = "fates"


@click.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Explain a finding, the reason of a verdict, or a fate. Without CODE, list the findings; `fates` lists the fates."""
    if code is None:
        width = max(map(len, RULES))
        write_out(
            "\n".join(f"{name.ljust(width)}  {rule.severity.ljust(7)}  {rule.title}" for name, rule in RULES.items())
        )
        return
    if code.lower() == _LEGEND:
        lines = [*map(_fate_line, FATES), _line(DOES_NOT_COUNT, "")]
        write_out("\n".join(lines))
        return
    fate = next((fate for fate in FATES if fate == code.lower()), None)
    if fate is not None:
        write_out(_fate_line(fate))
        return
    name = code.upper()
    if name in REASONS:
        write_out(f"{name} (reason of a verdict): {REASONS[name].explained('...')}")
        return
    if name not in RULES:
        words = {word.upper(): word for word in (*RULES, *REASONS, *FATES, _LEGEND)}
        near = [words[word] for word in difflib.get_close_matches(name, words, n=3)]
        hint = (
            f" Did you mean {', '.join(near)}?"
            if near
            else " `abtui explain` lists the findings, `abtui explain fates` the fates."
        )
        raise click.UsageError(f"There is no finding, reason or fate {code!r}.{hint}")
    rule = RULES[name]
    write_out(f"{name} ({rule.severity}): {rule.title}\n\n{textwrap.fill(rule.text, 88)}")


def _fate_line(fate: Fate) -> str:
    """A line of the legend: the mark, its ASCII form, the word used in filters and JSON, and its meaning."""
    return _line(FATES[fate], fate)


def _line(words: FateWords, fate: str) -> str:
    return f"{words.mark} {words.ascii}  {fate.ljust(max(map(len, FATES)))}  {words.meaning}"
