"""Messages of the command line: on standard error, printable, one line each, without the keys that the command has read."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, Final

import click

from abtui.cli.output import discard
from abtui.core.findings import Finding
from abtui.core.text.plain import file_name, single_line
from abtui.core.text.secret import Secret, hide_all
from abtui.services.errors import ServiceError

_COLOURS: Final = {"error": "red", "warning": "yellow", "info": "blue"}
_KEYS: Final = "abtui.known-keys"


class Command(click.Command):
    """A command that ends with a usage error (exit code 2) when a service fails and the command does not handle it."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ServiceError as error:
            raise click.UsageError(f"{error.message} {error.hint}".rstrip(), ctx) from error


def known_keys() -> dict[Secret, None]:
    """The keys that the running command has read so far, which its context holds. No message may contain one."""
    context = click.get_current_context(silent=True)
    if context is None:
        return {}
    keys: dict[Secret, None] = context.meta.setdefault(_KEYS, {})
    return keys


def remember_keys(keys: Iterable[Secret]) -> None:
    """Mask these keys in all further messages of the running command."""
    known_keys().update(dict.fromkeys(keys))


def tell(line: str) -> None:
    """Write a line, with known keys masked. If it cannot be written the work goes on, since it matters more than the message."""
    try:
        click.echo(hide_all(line, known_keys()), err=True)
    except OSError:
        discard(sys.stderr)


def narrate(message: str, hint: str = "", *, severity: str | None = None) -> None:
    """Write a message, followed by a hint."""
    head = click.style(f"{severity}: ", fg=_COLOURS[severity], bold=True) if severity else ""
    tell(head + single_line(f"{message} {hint}".rstrip()))


def narrate_finding(place: str, finding: Finding) -> None:
    """Write a finding with its place in a file: `config.yaml:12:3: warning CODE: message hint`."""
    if finding.line is not None:
        place += f":{finding.line}" + (f":{finding.column}" if finding.column is not None else "")
    severity = click.style(finding.severity, fg=_COLOURS[finding.severity], bold=True)
    tell(f"{file_name(place)}: {severity} {finding.code}: {single_line(f'{finding.message} {finding.hint}'.rstrip())}")
