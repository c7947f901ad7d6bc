"""`abtui init`: a commented config to start with, from questions, flags, or the destination as Segment has it."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping
from typing import Any, Final

import click

from abtui.cli import asking
from abtui.cli.inputs import usage_error
from abtui.cli.narrate import narrate, narrate_finding, tell
from abtui.cli.output import on_terminal, output_file, write_out
from abtui.core.config.reader import read_config
from abtui.core.config.segment_settings import SegmentSettings, read_segment
from abtui.core.config.starter import starter_text
from abtui.core.destination import Destination, Setting, filled
from abtui.core.destinations import DEFAULT, DESTINATIONS, destination_of
from abtui.core.text.plain import file_name, single_line
from abtui.core.text.yaml_text import is_writable
from abtui.services.errors import ServiceError
from abtui.services.files import STDIN, read_text_file, write_atomic

_SEGMENT_LIMIT = 16 << 20


def _text(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not (value.strip() and is_writable(value)):
        raise click.BadParameter("is no text that a config can hold.")
    return value


_METAVARS: Final = {"fields": "IDENTITY=TYPE", "names": "EVENT=GOAL"}
"""How an entry of a map is written, by what its keys are."""


def _flag(setting: Setting) -> str:
    """The option that gives a setting, without its dashes."""
    return setting.flag or re.sub("([A-Z])", lambda match: f"-{match[1].lower()}", setting.name)


def _options(setting: Setting) -> click.Option:
    """The option of a setting."""
    flag, name = _flag(setting), _parameter(setting)
    if setting.kind == "map":
        metavar = _METAVARS.get(setting.keys or "", "KEY=VALUE")
        pairs = asking.pairs_text(setting.example or {})

        def parse(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> dict[str, str] | None:
            return asking.parse_pairs(values, f"{metavar}, like {pairs!r}") or None

        about = f"{pairs}; may be repeated."
        return click.Option([f"--{flag}", name], multiple=True, metavar=metavar, callback=parse, help=about)
    if setting.kind == "toggle":
        return click.Option([f"--{flag}/--no-{flag}", name], default=None, help=f"{setting.about} Default: no.")
    metavar = "URL" if setting.kind == "address" else "NAME"
    return click.Option([f"--{flag}", name], callback=_text, metavar=metavar, help=setting.about)


def _parameter(setting: Setting) -> str:
    """The setting's name as a parameter of the command."""
    return f"of_{setting.name.lower()}"


class _Init(click.Command):
    """Adds an option for each setting that a destination has; the key is never given so."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        settings = {_flag(item): item for of in DESTINATIONS.values() for item in of.settings if item.kind != "secret"}
        own = super().get_params(ctx)
        return [own[0], *map(_options, settings.values()), *own[1:]]


@click.command(cls=_Init)
@click.argument("file", default="config.yaml", callback=output_file)
@click.option(
    "--destination", "named", type=click.Choice(list(DESTINATIONS)), default=DEFAULT.name, help="Which destination."
)
@click.option(
    "--from-segment", metavar="JSON", help="Take over the destination as Segment's Public API gives it: a file, or -."
)
@click.option("--force", is_flag=True, help="Overwrite FILE if it is there.")
def init(file: str, named: str, from_segment: str | None, force: bool, **options: Any) -> int:
    """Write a commented config to start with, to FILE (config.yaml) or, with -, to standard output.

    On a terminal it asks for what the flags leave out. The API key is never written: the config reads it from the
    environment. Exit code: 0 written, 1 not overwritten or not written, 2 usage error.
    """
    terminal = on_terminal(sys.stdin) and on_terminal(sys.stderr)
    if file != STDIN and os.path.lexists(file) and not force and not _may_overwrite(file, terminal):
        return 1
    destination = destination_of(named)
    settings = [setting for setting in destination.settings if setting.kind != "secret"]
    given = {setting.name: options.get(_parameter(setting)) for setting in settings}
    left_out: tuple[str, ...] = ()
    if from_segment is not None:
        segment = _read_segment(from_segment, destination)
        given = {name: segment.values.get(name) if value is None else value for name, value in given.items()}
        left_out = segment.left_out
    missing = [setting for setting in settings if setting.required and given[setting.name] is None]
    if missing:
        if not terminal:
            flags = ", ".join(f"--{_flag(setting)} {_usage(setting)}" for setting in missing)
            raise click.UsageError(f"A config needs {flags}. On a terminal, abtui init asks for them.")
        _ask(given, [setting for setting in settings if given[setting.name] is None])
    values = filled(destination.settings, {name: value for name, value in given.items() if value is not None})
    return _write(file, starter_text(values, left_out, destination))


def _usage(setting: Setting) -> str:
    """What stands behind the option of a setting."""
    if setting.kind == "map":
        return asking.pairs_text(setting.example or {}) or "KEY=VALUE"
    return "URL" if setting.kind == "address" else "NAME"


def _may_overwrite(file: str, terminal: bool) -> bool:
    """Whether the person says so. Raises UsageError where nobody can be asked."""
    if not terminal:
        raise click.UsageError(f"{file_name(file)} is there already. Name another file, or overwrite it with --force.")
    if asking.confirm(f"{file_name(file)} is there already. Overwrite it?"):
        return True
    narrate("Nothing was written.")
    return False


def _ask(given: dict[str, Any], asked: list[Setting]) -> None:
    """Ask for every setting of `asked`, show the answers, and let them be corrected."""
    narrate(f"{asking.BACK} goes back to the question before.")
    at = 0
    while at < len(asked):
        at = max(0, at + (1 if _answered(given, asked[at]) else -1))
    while True:
        for number, setting in enumerate(asked, 1):
            tell(single_line(f"{number:>3} {setting.label}: {_shown(given[setting.name])}"))
        try:
            chosen = asking.ask_number("Enter takes it; a number changes that answer", len(asked))
        except asking.BackAsked:
            chosen = len(asked)
        if chosen is None:
            return
        _answered(given, asked[chosen - 1])


def _answered(given: dict[str, Any], setting: Setting) -> bool:
    """Ask one question; False if the one before it is to be asked again."""
    try:
        given[setting.name] = asking.ask_setting(setting, given[setting.name])
    except asking.BackAsked:
        return False
    return True


def _shown(value: object) -> str:
    """An answer in the summary."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return asking.pairs_text(value) or "none"
    return str(value) if value else "none"


def _read_segment(path: str, destination: Destination) -> SegmentSettings:
    """The settings in a file of Segment's; what is odd about it is told. Raises UsageError."""
    try:
        text = read_text_file(path, _SEGMENT_LIMIT)
    except ServiceError as error:
        raise usage_error(error) from error
    segment = read_segment(text, destination)
    if segment.problem:
        name = "standard input" if path == STDIN else file_name(path)
        raise click.UsageError(f"{name} is no destination of Segment's. {segment.problem}")
    for sentence in segment.warnings:
        narrate(sentence, severity="warning")
    for sentence in segment.left_out:
        narrate(f"Left out: {sentence}", severity="warning")
    if segment.has_key:
        narrate("The API key in it is not written. Export it as ABSMARTLY_API_KEY.")
    return segment


def _write(file: str, text: str) -> int:
    """Write the config, tell what is to be said about it, and what comes next; gives the exit code. Raises UsageError."""
    reading = read_config(text, os.environ, name=file)
    for finding in reading.findings:
        if finding.severity != "info":
            narrate_finding("config" if file == STDIN else file, finding)
    if reading.config is None:
        raise click.UsageError("The config would not be usable, so it was not written; its errors are above.")
    if file == STDIN:
        write_out(text)
        name = "CONFIG"
    else:
        try:
            write_atomic(file, text)
        except ServiceError as error:
            narrate(error.message, error.hint, severity="error")
            return 1
        narrate(f"{file_name(file)} is written.")
        name = shlex.quote(file_name(file))
    if not os.environ.get("ABSMARTLY_API_KEY"):
        narrate("Next: export ABSMARTLY_API_KEY=...  (only sending needs it)")
    narrate(f"Next: abtui check {name} EVENTS  (what these settings do with your events)")
    narrate(f"Next: abtui {name} EVENTS  (the same in the workbench)")
    return 0
