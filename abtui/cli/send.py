"""`abtui send`: plan what goes to a target, then send it, journal first; or take up a run that did not come to its end."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from typing import Any, Final

import click

from abtui.cli.formats import FORMAT_OPTION, Form, refuse_inputs
from abtui.cli.inputs import NOW_OPTION, OUTSIDE_OPTION, sdk_defaults, usage_error
from abtui.cli.narrate import Command
from abtui.cli.output import on_terminal
from abtui.cli.send_arguments import SendArguments
from abtui.cli.sending import Sending
from abtui.core.delivery.consent import Flags
from abtui.core.delivery.pace import parse_rate
from abtui.core.delivery.plan import BATCH_LIMIT, CONFIRM_ABOVE
from abtui.services.errors import ServiceError
from abtui.services.files import STDIN
from abtui.services.git import git_place

_LAST: Final = "last"
_OPTIONAL: Final = {"--batch": str(BATCH_LIMIT), "--resume": _LAST}


class _Send(Command):
    """A command two of whose options take a number or nothing: what follows them and is none is an argument of its own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        given = []
        for at, word in enumerate(args):
            following = args[at + 1] if at + 1 < len(args) else ""
            alone = word in _OPTIONAL and not (following.isascii() and following.isdigit())
            given.append(f"{word}={_OPTIONAL[word]}" if alone else word)
        return super().parse_args(ctx, given)


def _rate(_ctx: click.Context, _param: click.Parameter, value: str | None) -> float | None:
    try:
        return None if value is None else parse_rate(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}; write it like 200/s, 30/m or 1000/h.") from error


def _seconds(_ctx: click.Context, _param: click.Parameter, value: float | None) -> float | None:
    # Not a number is neither below nor above any limit.
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is no number of seconds.")
    return value


def _run_number(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None and value != _LAST and not (value.isascii() and value.isdigit() and len(value) < 16):
        raise click.BadParameter(f"{value!r} is no number of a run; `abtui history` lists them.")
    return value


def _refuse_no_number(word: str | None) -> None:
    """Raises UsageError for a word after a bare --resume that is no config either: it was meant as the run."""
    if word is not None and word != STDIN and git_place(word) is None and not os.path.exists(word):
        raise click.UsageError(
            f"{word!r} after --resume is neither the number of a run nor a config; `abtui history` lists the runs."
        )


@click.command(cls=_Send)
@click.argument("config_path", metavar="[CONFIG]", required=False)
@click.argument("paths", metavar="[EVENTS]...", nargs=-1)
@click.option("--target", metavar="NAME", help="Where to: a name of the config's `targets`, or settings. Needed where there are several.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Tell the plan and send nothing. That is what happens without a yes where one is needed.")  # fmt: skip
@click.option("--yes", is_flag=True, help=f"Send more than {CONFIRM_ABOVE} requests.")
@click.option("--yes-production", metavar="ENVIRONMENT", help="Send to a target that looks like production; with its environment's own name.")  # fmt: skip
@click.option("--journal", "journal", metavar="FILE", help="Where requests and receipts are written down. Default: the journal of all runs.")  # fmt: skip
@click.option("--resume", metavar="[RUN]", callback=_run_number, help="Take up a run that did not come to its end, the last one or RUN: what was acknowledged is not sent again.")  # fmt: skip
@click.option("--retry-unknown", is_flag=True, help="Also send again what was sent without an answer. It may have been counted, and counts twice then.")  # fmt: skip
@click.option("--despite-changes", is_flag=True, help="With --resume: go on although events or config have changed since.")  # fmt: skip
@click.option("--batch", metavar="[N]", type=click.IntRange(1, BATCH_LIMIT), help=f"Up to N events in a request, {BATCH_LIMIT} without a number. Default: one by one, as Segment does.")  # fmt: skip
@click.option("--concurrency", type=click.IntRange(1, 64), help="Requests at a time. Default: 4, or 2 in batches.")
@click.option("--rate", metavar="N/s", callback=_rate, help="Requests a second (minute, hour) at most: 200/s, 30/m, 1000/h.")  # fmt: skip
@click.option("--tries", type=click.IntRange(1, 20), help="How often a request is tried. Default: 5.")
@click.option("--timeout", type=click.FloatRange(0.05, 60), callback=_seconds, help="Seconds to wait for an answer. Default: 5.")  # fmt: skip
@click.option("--shift", type=click.Choice(["now"]), help="Move all dates by one offset, so that the newest is now.")
@click.option("--proxy", metavar="URL", envvar="ABTUI_PROXY", help="Send through this proxy; no other is ever used.")
@click.option("--ca-bundle", metavar="FILE", help="Certificates (PEM) to trust besides the system's.")
@FORMAT_OPTION
@NOW_OPTION
@OUTSIDE_OPTION
def send(
    config_path: str | None,
    paths: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    yes_production: str | None,
    journal: str | None,
    resume: str | None,
    retry_unknown: bool,
    despite_changes: bool,
    shift: str | None,
    forms: tuple[Form, ...],
    now: str | None,
    **asked: Any,
) -> int:
    """Send events to a target, as CONFIG maps them; first the plan, then the sending.

    EVENTS are files, folders, or - for standard input. A target that looks like production, and more than 100 requests, want a
    yes: on a terminal it is asked for, elsewhere it has to be given as a flag.

    Exit code: 0 all accepted, 1 some refused, unknown, not sent or unreadable, or no event at all, 2 usage or config error, or a
    yes is missing, 130 interrupted.
    """  # fmt: skip
    refuse_inputs(forms, [path for path in (config_path, *paths, journal) if path is not None])
    making = SendArguments(config=config_path, paths=paths, shift=shift is not None, now=sdk_defaults(now).now, **asked)
    flags = Flags(dry_run=dry_run, yes=yes, yes_production=yes_production, terminal=_somebody_to_ask())
    path = None if journal is None else Path(journal)
    try:
        if resume is None:
            if retry_unknown or despite_changes:
                raise click.UsageError("--retry-unknown and --despite-changes go with --resume.")
            sending = Sending(making, path, flags, forms)
        else:
            if resume == _LAST:
                _refuse_no_number(config_path)
            number = None if resume == _LAST else int(resume)
            sending = Sending(making, path, flags, forms, number=number, again=True, retry_unknown=retry_unknown)
        return sending.carry_out(despite_changes=despite_changes)
    except ServiceError as error:
        raise usage_error(error) from error


def _somebody_to_ask() -> bool:
    """Whether a person is at the terminal. A build has none, even where it brings a terminal."""
    return on_terminal(sys.stdin) and on_terminal(sys.stderr) and not os.environ.get("CI")
