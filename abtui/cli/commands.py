"""The command line: `abtui [CONFIG] [EVENTS...]` opens the workbench, everything else is a command."""

from __future__ import annotations

import difflib
import importlib
import io
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

import click

from abtui import __version__
from abtui.cli.known_keys import forget, unsaid
from abtui.cli.narrate import tell
from abtui.cli.output import discard
from abtui.core.text.plain import printable
from abtui.services.errors import FileError
from abtui.services.file_kinds import split_paths
from abtui.services.files import STDIN
from abtui.services.folders import OUTSIDE_FLAG
from abtui.services.standard_input import keep_for_events


class OpenWorkbench(Protocol):
    """Opens the workbench on a config file and event files, with `tour` at the tour of the demo; gives the exit code.

    With `outside` the config may name files outside its folder.

    Passed in: the faces do not see each other.
    """

    def __call__(
        self, config: str | None, events: Sequence[str], *, tour: bool = False, outside: bool = False
    ) -> int: ...


_COMMANDS = {
    "map": ("abtui.cli.map", "map_command"),
    "check": ("abtui.cli.check", "check"),
    "test": ("abtui.cli.test", "test"),
    "diff": ("abtui.cli.diff", "diff"),
    "send": ("abtui.cli.send", "send"),
    "history": ("abtui.cli.history", "history"),
    "collector": ("abtui.cli.collector", "collector"),
    "catalog": ("abtui.cli.catalog", "catalog"),
    "init": ("abtui.cli.init", "init"),
    "schema": ("abtui.cli.schema", "schema"),
    "explain": ("abtui.cli.explain", "explain"),
    "tour": ("abtui.cli.tour", "tour"),
    "serve": ("abtui.cli.serve", "serve"),
}
"""Where each command stands. A command is imported when it is asked for: no other waits for its libraries."""


class _Main(click.Group):
    """A group whose first word may be a file: then it is `open`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["open", *_COMMANDS]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return super().get_command(ctx, name)
        module, attribute = _COMMANDS[name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in ("open", *_COMMANDS) and args[0] not in ("-h", "--help", "--version")):
            args = ["open", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_Main,
    context_settings={"help_option_names": ["-h", "--help"]},
    subcommand_metavar="[CONFIG] [EVENTS]... | COMMAND [ARGS]...",
)
@click.version_option(__version__, prog_name="abtui", message="%(prog)s %(version)s")
def cli() -> None:
    """See what Segment's AB Smartly destination does with your events, and why, before it happens.

    Without a command, the workbench opens: on CONFIG and EVENTS (files or folders; which file is the config is told by
    its content), or, without arguments, on a demo that needs no account and no network.
    """


class _Open(click.Command):
    """A command that is meant where none is named, so its usage names none."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.find_root().command_path, " ".join(self.collect_usage_pieces(ctx)))


@cli.command("open", cls=_Open)
@click.argument("paths", nargs=-1, metavar="[CONFIG] [EVENTS]...")
@click.option("--last", is_flag=True, help="Open the files of the last session.")
@click.option(
    OUTSIDE_FLAG, "outside", is_flag=True, help="Also read files that the config names outside its own folder."
)
@click.pass_obj
def open_command(open_workbench: OpenWorkbench, paths: tuple[str, ...], last: bool, outside: bool) -> None:
    """Open the workbench (what abtui does without a command). Events are read from standard input at `-`."""
    if outside:
        open_workbench = partial(open_workbench, outside=True)
    if last:
        raise SystemExit(open_workbench(*_last_files(paths)))
    for path in paths:
        if path != STDIN and not Path(path).exists():
            near = difflib.get_close_matches(path, _COMMANDS, n=1)
            hint = f" Did you mean the command `{near[0]}`?" if near else " Check the path, or see `abtui --help`."
            raise click.UsageError(f"{path!r} is neither a command nor a file.{hint}")
    if STDIN in paths:
        try:
            keep_for_events()
        except FileError as error:
            raise click.UsageError(f"{error.message} {error.hint}".rstrip()) from error
    try:
        config, events = split_paths(paths)
    except FileError as error:
        raise click.UsageError(f"{error.message} {error.hint}") from error
    raise SystemExit(open_workbench(config, events))


def _last_files(paths: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    """The config and the event files of the last session."""
    from abtui.core.saved_state import last_visit
    from abtui.services.own_files import load_session

    if paths:
        raise click.UsageError("--last opens the files of the last session: name no others.")
    remembered, note = load_session()
    visit = last_visit(remembered)
    if visit is None:
        raise click.UsageError(note or "There is no session to open: no file of yours was open yet. Name one.")
    return visit.config, visit.events


def _show(error: click.ClickException) -> None:
    """The error on standard error, as far as it can be written; the exit code tells the rest."""
    # It may quote an argument, which may be a file's name with anything in it.
    text = io.StringIO()
    error.show(text)
    try:
        click.echo(printable(unsaid(text.getvalue())), err=True, nl=False)
    except OSError:
        discard(sys.stderr)


def run(open_workbench: OpenWorkbench) -> int:
    """Run the command line and give its exit code: 0 good, 1 some event failed or output could not be written, 2 usage or config error, 130 interrupted."""
    forget()
    try:
        result = cli(prog_name="abtui", standalone_mode=False, obj=open_workbench)
    except click.ClickException as error:
        _show(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        tell("interrupted")
        return 130
    return result if isinstance(result, int) else 0
