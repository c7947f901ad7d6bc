"""What the command line says beside its data: to standard error, printable, one line each."""

from __future__ import annotations

import sys

import click

from abtui.cli.known_keys import unsaid
from abtui.cli.output import discard
from abtui.core.findings import Finding
from abtui.core.text.plain import file_name, single_line

_COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}


def tell(line: str) -> None:
    """A line on standard error, without the keys that are known. Where it cannot be written the work goes on: it matters more than what is said of it."""
    try:
        click.echo(unsaid(line), err=True)
    except OSError:
        discard(sys.stderr)


def narrate(message: str, hint: str = "", *, severity: str | None = None) -> None:
    """Tell something. A hint follows after the message."""
    head = click.style(f"{severity}: ", fg=_COLOURS[severity], bold=True) if severity else ""
    tell(head + single_line(f"{message} {hint}".rstrip()))


def narrate_finding(place: str, finding: Finding) -> None:
    """Tell a finding at its place in a file: `config.yaml:12:3: warning CODE: message hint`."""
    if finding.line is not None:
        place += f":{finding.line}" + (f":{finding.column}" if finding.column is not None else "")
    severity = click.style(finding.severity, fg=_COLOURS[finding.severity], bold=True)
    tell(f"{file_name(place)}: {severity} {finding.code}: {single_line(f'{finding.message} {finding.hint}'.rstrip())}")
