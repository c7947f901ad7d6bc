"""The command line: `abtui [CONFIG] [EVENTS...]` opens the workbench, everything else is a command in a module of its own."""

from __future__ import annotations

import difflib
import importlib
import io
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

import click
from click.core import ParameterSource

from abtui import __version__
from abtui.cli.loopback import port_option
from abtui.cli.narrate import Command, known_keys, tell
from abtui.cli.output import discard
from abtui.core.text.plain import printable
from abtui.core.text.secret import hide_all
from abtui.services.file_kinds import split_paths
from abtui.services.files import STDIN
from abtui.services.folders import OUTSIDE_FLAG
from abtui.services.loopback import ports
from abtui.services.object_store import FOR_COMMANDS, is_url
from abtui.services.standard_input import keep_for_events

_COMMANDS: Final = (
    "open",
    "map",
    "check",
    "test",
    "diff",
    "experiments",
    "migrate",
    "send",
    "history",
    "listen",
    "collector",
    "demo-shop",
    "catalog",
    "init",
    "schema",
    "explain",
    "tour",
    "serve",
)
"""All commands, in the order of the help. `open` and `tour` are in this module, each other one is in `abtui.cli.NAME`, with `_` for `-`."""


class OpenWorkbench(Protocol):
    """Opens the workbench on a config file and event files, or on the demo's `tour`, and returns the exit code.

    With `outside` the config may name files outside its folder, with `ascii` marks and lines are in ASCII, with a `port` SDKs are
    listened to. It is passed in because `cli` and `tui` do not import each other.
    """

    def __call__(
        self,
        config: str | None,
        events: Sequence[str],
        *,
        tour: bool = False,
        outside: bool = False,
        ascii: bool = False,
        port: int | None = None,
    ) -> int: ...


class _Main(click.Group):
    """A group that runs `open` if its first word is not a command."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in self.commands or name not in _COMMANDS:
            return super().get_command(ctx, name)
        # Imported only when it is used, so that no command waits for the libraries of another.
        members = vars(importlib.import_module(f"abtui.cli.{name.replace('-', '_')}")).values()
        return next(member for member in members if isinstance(member, click.Command) and member.name == name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in (*_COMMANDS, "-h", "--help", "--version"):
            args = ["open", *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            # The keys are known as long as the context is; the message is shown after its end.
            error.message = hide_all(error.message, known_keys())  # type: ignore[misc]
            raise


@click.group(
    cls=_Main,
    context_settings={"help_option_names": ["-h", "--help"]},
    subcommand_metavar="[CONFIG] [EVENTS]... | COMMAND [ARGS]...",
)
@click.version_option(__version__, prog_name="abtui", message="%(prog)s %(version)s")
def cli() -> None:
    """See what Segment's AB Smartly destination does with your events, and why, before it happens.

    Without a command, abtui opens the workbench on CONFIG and EVENTS, which are files or folders; it recognizes the
    config by its content. Without arguments it opens a demo that needs no account and no network.
    """


class _Open(Command):
    """The command that runs when none is named, so its usage line does not name it."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.find_root().command_path, " ".join(self.collect_usage_pieces(ctx)))


@cli.command("open", cls=_Open)
@click.argument("paths", nargs=-1, metavar="[CONFIG] [EVENTS]...")
@click.option("--last", is_flag=True, help="Open the files of the last session.")
@click.option(
    OUTSIDE_FLAG, "outside", is_flag=True, help="Also read files that the config names outside its own folder."
)
@click.option("--ascii", is_flag=True, help="Draw marks and lines in ASCII.")
@click.option(
    "--listen", is_flag=True, help="Take events from Segment's SDKs on this machine, and show them as they come."
)
@port_option(ports.LISTENER, "Port on 127.0.0.1 for --listen; 0 picks a free one.")
@click.pass_obj
def open_command(
    open_workbench: OpenWorkbench,
    paths: tuple[str, ...],
    last: bool,
    outside: bool,
    ascii: bool,
    listen: bool,
    port: int,
) -> None:
    """Open the workbench; this is what abtui does without a command. `-` reads events from standard input."""
    if listen:
        if not paths and not last:
            raise click.UsageError("Name the config under which the events are mapped: abtui config.yaml --listen")
        open_workbench = partial(open_workbench, port=port)
    elif click.get_current_context().get_parameter_source("port") is not ParameterSource.DEFAULT:
        raise click.UsageError("--port goes with --listen.")
    if outside:
        open_workbench = partial(open_workbench, outside=True)
    if ascii:
        open_workbench = partial(open_workbench, ascii=True)
    if last:
        raise SystemExit(open_workbench(*_last_files(paths)))
    for path in paths:
        if is_url(path):
            raise click.UsageError(f"The workbench opens files. {FOR_COMMANDS}")
        if path != STDIN and not Path(path).exists():
            near = difflib.get_close_matches(path, _COMMANDS, n=1)
            hint = f"Did you mean the command `{near[0]}`?" if near else "Check the path, or see `abtui --help`."
            raise click.UsageError(f"{path!r} is neither a command nor a file. {hint}")
    if STDIN in paths:
        keep_for_events()
    raise SystemExit(open_workbench(*split_paths(paths)))


def _last_files(paths: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    """The config and the event files of the last session."""
    from abtui.core.saved_state import last_visit
    from abtui.services.own_files import load_session

    if paths:
        raise click.UsageError("--last opens the files of the last session: do not name any others.")
    session, note = load_session()
    visit = last_visit(session)
    if visit is None:
        raise click.UsageError(
            note or "There is no last session: you have not opened a file of your own yet. Name one."
        )
    return visit.config, visit.events


@cli.command()
@click.pass_obj
def tour(open_workbench: OpenWorkbench) -> None:
    """Take a tour of the demo: what can go wrong with events, and why.

    Right arrow goes to the next step, left arrow to the one before. Escape ends the tour and leaves the workbench open.
    """
    raise SystemExit(open_workbench(None, (), tour=True))


def run(open_workbench: OpenWorkbench) -> int:
    """Run the command line and return its exit code: 0 good, 1 an event failed or output could not be written, 2 usage or config error, 130 interrupted."""
    try:
        result = cli(prog_name="abtui", standalone_mode=False, obj=open_workbench)
    except click.ClickException as error:
        _show(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        tell("interrupted")
        return 130
    return result if isinstance(result, int) else 0


def _show(error: click.ClickException) -> None:
    """Write an error to standard error. If that fails, the exit code still reports it."""
    text = io.StringIO()
    error.show(text)
    try:
        # The message may quote an argument, and a file name can contain anything.
        click.echo(printable(text.getvalue()), err=True, nl=False)
    except OSError:
        discard(sys.stderr)
