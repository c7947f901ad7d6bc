"""`abtui init`: a commented config to start from, made from questions, options, or a destination exported from Segment."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn

import click
import msgspec

from abtui.cli import asking
from abtui.cli.narrate import Command, narrate, narrate_finding, tell
from abtui.cli.output import on_terminal, output_file, write_out
from abtui.core.config.exports.forms import LARGEST
from abtui.core.config.exports.found import CHOICE, Held, NotFound
from abtui.core.config.exports.tree import held_in
from abtui.core.config.reader import read_config
from abtui.core.config.segment_lists import destination_in_segment, joined
from abtui.core.config.segment_settings import (
    SegmentSettings,
    held_document,
    segment_document,
    segment_settings,
)
from abtui.core.config.starter import starter_text
from abtui.core.destination import Destination, Setting, filled
from abtui.core.destinations import DEFAULT, DESTINATIONS, destination_of
from abtui.core.text.paths import Path
from abtui.core.text.plain import file_name, single_line
from abtui.core.text.yaml_text import is_writable
from abtui.services.errors import ServiceError
from abtui.services.files import STDIN, read_text_file, write_atomic


def _text(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not (value.strip() and is_writable(value)):
        raise click.BadParameter("it is empty, or has a character that no config can hold.")
    return value


_METAVARS: Final = {"fields": "IDENTITY=TYPE", "names": "EVENT=GOAL"}
"""The form of a map's entry, by the kind of its keys."""


def _flag(setting: Setting) -> str:
    """The name of a setting's option, without its dashes."""
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


class _Init(Command):
    """Adds an option for the destination, and one for each setting of the destinations, except for the key."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        settings = {_flag(item): item for of in DESTINATIONS.values() for item in of.settings if item.kind != "secret"}
        choice = click.Choice(list(DESTINATIONS))
        named = click.Option(["--destination", "named"], type=choice, help=f"The destination. Default: {DEFAULT.name}.")
        own = super().get_params(ctx)
        return [own[0], named, *map(_options, settings.values()), *own[1:]]


@click.command(cls=_Init)
@click.argument("file", default="config.yaml", callback=output_file)
@click.option(
    "--from-segment", metavar="FILE", multiple=True,
    help="Use the settings and subscriptions of a destination from Segment's API, an export of a workspace, or Terraform: a file, or -. May be repeated.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
def init(file: str, named: str | None, from_segment: tuple[str, ...], force: bool, **options: Any) -> int:
    """Write a commented config to start from, to FILE (default: config.yaml) or, with -, to standard output.

    On a terminal it asks for the settings that no option gives. The API key is never written: the config reads it from
    the environment. Exit code: 0 written, 1 not overwritten or not written, 2 usage error.
    """
    terminal = on_terminal(sys.stdin) and on_terminal(sys.stderr)
    if file != STDIN and os.path.lexists(file) and not force and not _may_overwrite(file, terminal):
        return 1
    document = _read_document(from_segment, named)
    destination = _destination(named, document, options, terminal)
    _refuse_others(destination, options)
    settings = [setting for setting in destination.settings if setting.kind != "secret"]
    given = {setting.name: options.get(_parameter(setting)) for setting in settings}
    segment = SegmentSettings()
    if document is not None:
        segment = _read_segment(from_segment[0], document, destination)
        given = {name: segment.values.get(name) if value is None else value for name, value in given.items()}
    missing = [setting for setting in settings if setting.required and given[setting.name] is None]
    if missing:
        if not terminal:
            flags = ", ".join(f"--{_flag(setting)} {_usage(setting)}" for setting in missing)
            raise click.UsageError(f"A config needs {flags}. On a terminal, abtui init asks for them.")
        _ask(given, [setting for setting in settings if given[setting.name] is None])
    values = filled(destination.settings, {name: value for name, value in given.items() if value is not None})
    return _write(file, starter_text(values, segment.left_out, destination, segment.lists))


def _refuse_others(destination: Destination, options: Mapping[str, Any]) -> None:
    """Raises UsageError for options that are settings of other destinations alone."""
    own = {_parameter(setting) for setting in destination.settings}
    others = {_parameter(item): (_flag(item), of) for of in DESTINATIONS.values() for item in of.settings}
    given = [name for name, value in options.items() if value is not None and name not in own]
    if given:
        flags = " and ".join(f"--{others[name][0]}" for name in given)
        other = others[given[0]][1]
        way = f"Leave {'it' if len(given) == 1 else 'them'} out, and add what you need to the config."
        if destination.migrated is not None and other.meaning is not None:
            made = f"{other.name}.yaml"
            way = (
                f"Run `abtui init {made} --destination {other.name}` with these options, and then `abtui migrate {made}"
                f" -o config.yaml`: it makes the {' and '.join(item.name for item in destination.lists)} for them."
            )
        raise click.UsageError(f"{destination.title} has no setting for {flags}. {way}")


def _usage(setting: Setting) -> str:
    """An example of the value of a setting's option."""
    if setting.kind == "map":
        return asking.pairs_text(setting.example or {}) or "KEY=VALUE"
    return "URL" if setting.kind == "address" else "NAME"


def _may_overwrite(file: str, terminal: bool) -> bool:
    """Ask whether to overwrite a file. Raises UsageError if there is no terminal to ask on."""
    if not terminal:
        raise click.UsageError(f"{file_name(file)} already exists. Name another file, or use --force to overwrite it.")
    if asking.confirm(f"{file_name(file)} already exists. Overwrite it?"):
        return True
    narrate("Nothing was written.")
    return False


def _ask(given: dict[str, Any], asked: list[Setting]) -> None:
    """Ask for every setting of `asked`, show the answers, and let them be corrected."""
    narrate(f"{asking.BACK} goes back to the previous question.")
    at = 0
    while at < len(asked):
        at = max(0, at + (1 if _answered(given, asked[at]) else -1))
    while True:
        for number, setting in enumerate(asked, 1):
            tell(single_line(f"{number:>3} {setting.label}: {_shown(given[setting.name])}"))
        try:
            chosen = asking.ask_number("Enter accepts this; a number changes that answer", len(asked))
        except asking.BackAsked:
            chosen = len(asked)
        if chosen is None:
            return
        _answered(given, asked[chosen - 1])


def _answered(given: dict[str, Any], setting: Setting) -> bool:
    """Ask one question; False if the user goes back to the previous one."""
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


class _Document(msgspec.Struct, frozen=True):
    """What files from Segment hold together: a destination as an answer of the API, its path in the file, and which one it is."""

    value: Any
    path: Path = ()
    destination: Destination | None = None


def _read_document(paths: Sequence[str], named: str | None) -> _Document | None:
    """What files from Segment hold together, None without any. Raises FileError and UsageError."""
    documents = []
    for path in paths:
        document = segment_document(read_text_file(path, LARGEST), path)
        if isinstance(document, SegmentSettings):
            _refuse(path, document)
        documents.append(document)
    if not documents:
        return None
    held = held_in(documents, os.environ.get(CHOICE, ""))
    if isinstance(held, NotFound) and named is not None and isinstance(by_kind := held_in(documents, named), Held):
        held = by_kind
    if isinstance(held, NotFound):
        raise click.UsageError(f"{_shown_name(paths[0])}: {held.message} {held.hint}")
    if held is None:
        value = joined([document.value for document in documents])
        return _Document(value, destination=destination_in_segment(value))
    return _Document(*held_document(held), held.destination)


def _shown_name(path: str) -> str:
    return "standard input" if path == STDIN else file_name(path)


def _refuse(path: str, segment: SegmentSettings) -> NoReturn:
    raise click.UsageError(f"{_shown_name(path)} is not a destination exported from Segment. {segment.problem}")


def _destination(
    named: str | None, document: _Document | None, options: Mapping[str, Any], terminal: bool
) -> Destination:
    """The destination that is named, or that files from Segment or the options are about, or that the user chooses."""
    told = None if document is None else document.destination
    found = destination_of(named) if named is not None else told
    if found is not None:
        return found
    given = {name for name, value in options.items() if value is not None}
    fitting = [of for of in DESTINATIONS.values() if given <= {_parameter(item) for item in of.settings}]
    lacks = any(item.required and _parameter(item) not in given for item in DEFAULT.settings if item.kind != "secret")
    if document is not None or len(fitting) < 2 or not (terminal and lacks):
        return DEFAULT if DEFAULT in fitting or not fitting else fitting[0]
    for number, item in enumerate(fitting, 1):
        tell(f"{number:>3} {item.title}: {item.about}")
    try:
        chosen = asking.ask_number("Which destination (empty: 1)", len(fitting))
    except asking.BackAsked:
        chosen = None
    return fitting[(chosen or 1) - 1]


def _read_segment(path: str, document: _Document, destination: Destination) -> SegmentSettings:
    """The settings in a document from Segment. Oddities are reported. Raises UsageError."""
    segment = segment_settings(document.value, destination, document.path)
    if segment.problem:
        _refuse(path, segment)
    for sentence in segment.warnings:
        narrate(sentence, severity="warning")
    for sentence in segment.left_out:
        narrate(f"Left out: {sentence}", severity="warning")
    if segment.has_mask:
        narrate("It has only the mask of the API key. Export the key itself as ABSMARTLY_API_KEY.")
    if segment.has_key:
        narrate("The API key in it is not written to the config. Export it as ABSMARTLY_API_KEY.")
    return segment


def _write(file: str, text: str) -> int:
    """Write the config, report its findings and the next steps, and return the exit code. Raises UsageError."""
    reading = read_config(text, os.environ, name=file)
    for finding in reading.findings:
        if finding.severity != "info":
            narrate_finding("config" if file == STDIN else file, finding)
    if reading.config is None:
        raise click.UsageError("The config would not be usable, so it was not written; see the errors above.")
    if file == STDIN:
        write_out(text)
        name = "CONFIG"
    else:
        try:
            write_atomic(file, text)
        except ServiceError as error:
            narrate(error.message, error.hint, severity="error")
            return 1
        narrate(f"{file_name(file)} was written.")
        name = shlex.quote(file_name(file))
    if not os.environ.get("ABSMARTLY_API_KEY"):
        narrate("Next: export ABSMARTLY_API_KEY=...  (only sending needs it)")
    narrate(f"Next: abtui check {name} EVENTS  (what these settings do with your events)")
    narrate(f"Next: abtui {name} EVENTS  (the same in the workbench)")
    return 0
