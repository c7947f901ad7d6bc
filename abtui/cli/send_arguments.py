"""The arguments of `abtui send`, and the run they describe: a new one or a resumed one."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

import click
import msgspec

from abtui.cli.formats import FORMAT_OPTION
from abtui.cli.inputs import NOW_OPTION, OUTSIDE_OPTION
from abtui.cli.narrate import Command
from abtui.core.config import Config, Target
from abtui.core.delivery.options import BATCH_LIMIT, Mode, RunOptions, default_concurrency, parse_rate
from abtui.core.delivery.plan import CONFIRM_ABOVE
from abtui.core.delivery.runs import Run
from abtui.core.text.plain import file_name, one_line
from abtui.core.text.secret import MASK
from abtui.services.files import STDIN
from abtui.services.git import git_place
from abtui.services.history import History
from abtui.services.object_store import address, is_url

_F = TypeVar("_F", bound=Callable[..., Any])
_LAST: Final = "last"
_WITHOUT_VALUE: Final = {"--batch": str(BATCH_LIMIT), "--resume": _LAST}
"""The options that may stand without a number, and the value they have then."""


class SendUsage(Command):
    """A command whose options --batch and --resume may stand without a number: another word after them is an argument."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        given = []
        for at, word in enumerate(args):
            following = args[at + 1] if at + 1 < len(args) else ""
            alone = word in _WITHOUT_VALUE and not (following.isascii() and following.isdigit())
            given.append(f"{word}={_WITHOUT_VALUE[word]}" if alone else word)
        return super().parse_args(ctx, given)


def _rate(_ctx: click.Context, _param: click.Parameter, value: str | None) -> float | None:
    try:
        return None if value is None else parse_rate(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}; write it like 200/s, 30/m or 1000/h.") from error


def _seconds(_ctx: click.Context, _param: click.Parameter, value: float | None) -> float | None:
    # NaN is neither below nor above any limit.
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is not a number of seconds.")
    return value


def _run_number(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None and value != _LAST and not (value.isascii() and value.isdigit() and len(value) < 16):
        raise click.BadParameter(f"{value!r} is not the number of a run; `abtui history` lists them.")
    return value


PROXY_OPTION = click.option(
    "--proxy", metavar="URL", envvar="ABTUI_PROXY", help="Send through this proxy; no other is ever used."
)
CA_BUNDLE_OPTION = click.option("--ca-bundle", metavar="FILE", help="Certificates (PEM) to trust besides the system's.")
_PARAMETERS = (
    click.argument("config", metavar="[CONFIG]", required=False),
    click.argument("paths", metavar="[EVENTS]...", nargs=-1),
    click.option("--target", metavar="NAME", help="Where to send: a name from the config's `targets`, or settings. Required if there are several."),
    click.option("--dry-run", is_flag=True, help="Show the plan and send nothing. The same happens if a required yes is missing."),
    click.option("--yes", is_flag=True, help=f"Send more than {CONFIRM_ABOVE} requests."),
    click.option("--yes-production", metavar="ENVIRONMENT", help="Send to a target that looks like production; give the name of its environment."),
    click.option("--journal", metavar="FILE", help="Where requests and receipts are recorded. Default: the journal of all runs."),
    click.option("--resume", metavar="[RUN]", callback=_run_number, help="Resume a run that did not come to its end: RUN, or the last one. Acknowledged events are not sent again."),
    click.option("--retry-unknown", is_flag=True, help="With --resume: also send events again whose answer was never read. They may count twice."),
    click.option("--despite-changes", is_flag=True, help="With --resume: go on although events or config have changed since."),
    click.option("--batch", metavar="[N]", type=click.IntRange(1, BATCH_LIMIT), help=f"Send up to N events in one request, {BATCH_LIMIT} without a number. Default: one by one, as Segment does."),
    click.option("--concurrency", type=click.IntRange(1, 64), help="Requests at a time. Default: 4, or 2 for batches."),
    click.option("--rate", metavar="N/s", callback=_rate, help="The most requests a second, minute or hour: 200/s, 30/m, 1000/h."),
    click.option("--tries", type=click.IntRange(1, 20), help="How often a request is tried. Default: 5."),
    click.option("--timeout", type=click.FloatRange(0.05, 60), callback=_seconds, help="Seconds to wait for an answer. Default: 5."),
    click.option("--shift", type=click.Choice(["now"]), help="Move all dates by one offset, so that the newest is now."),
    PROXY_OPTION,
    CA_BUNDLE_OPTION,
    FORMAT_OPTION,
    NOW_OPTION,
    OUTSIDE_OPTION,
)  # fmt: skip


def send_parameters(command: _F) -> _F:
    """Declare the parameters of `abtui send`."""
    for parameter in reversed(_PARAMETERS):
        command = parameter(command)
    return command


class SendArguments(NamedTuple):
    """The run that a command line describes. `config` and `paths` are as they were given; `resumed` is the run that goes on."""

    options: RunOptions
    config: str
    paths: tuple[str, ...]
    resumed: Run | None = None


def new_run(given: dict[str, Any]) -> SendArguments:
    """A new run. The offset in its `shift` is set when the events have been read."""
    config, paths = given["config"], given["paths"]
    if config is None or not paths:
        raise click.UsageError("CONFIG and EVENTS are needed, or --resume.")
    if config == STDIN in paths:
        raise click.UsageError("Standard input cannot be both the config and events.")
    mode: Mode = "single" if given["batch"] is None else "batch"
    values = {"concurrency": default_concurrency(mode)} | _run_options(given)
    options = RunOptions(
        **values,
        target=given["target"] or "",
        mode=mode,
        batch=given["batch"] or BATCH_LIMIT,
        shift=None if given["shift"] is None else 0,
        now=given["now"],
    )
    return SendArguments(options, config, paths)


def resumed_run(history: History, given: dict[str, Any]) -> SendArguments:
    """The run to resume: the one with the number given, or the last one that did not come to its end."""
    number, paths = None if given["resume"] == _LAST else int(given["resume"]), given["paths"]
    if number is None:
        _refuse_unusable_word(given["config"])
    if given["target"] is not None or given["batch"] is not None or given["shift"] is not None:
        raise click.UsageError("With --resume, target, batches and dates are those of the run: leave out --target, --batch and --shift.")  # fmt: skip
    run = history.unfinished() if number is None else history.run(number)
    if run is None:
        which = "There is no unfinished run" if number is None else f"There is no run {number}"
        raise click.UsageError(f"{which} in the journal {file_name(str(history.path))}. `abtui history` lists them.")
    options = history.run_options(run.id)
    if options is None:
        raise click.UsageError(f"Run {run.id} cannot be resumed: it was not sent by `abtui send`, so its events are not known here.")  # fmt: skip
    if run.running:
        raise click.UsageError(f"Another process is sending run {run.id}.")
    if STDIN in options.events and not paths:
        raise click.UsageError(f"The events of run {run.id} came from standard input: give CONFIG and the same EVENTS again.")  # fmt: skip
    if MASK in (options.proxy or "") and given["proxy"] is None:
        raise click.UsageError(f"Run {run.id} went through a proxy with a password, which is not kept: give --proxy again.")  # fmt: skip
    # Events go by the names under which their files were given.
    paths = paths or options.events
    options = msgspec.structs.replace(options, **_run_options(given))
    return SendArguments(options, given["config"] or options.config, paths, run)


def _run_options(given: dict[str, Any]) -> dict[str, Any]:
    """The options of a run that were given, by their names in RunOptions."""
    names = ("concurrency", "rate", "tries", "timeout", "proxy")
    values = {name: given[name] for name in names if given[name] is not None}
    if given["ca_bundle"] is not None:
        values["ca_bundle"] = os.path.abspath(given["ca_bundle"])
    if given["config"] is not None:
        values["config"] = _absolute(given["config"])
    if given["paths"]:
        values["events"] = tuple(map(_absolute, given["paths"]))
    return values


def _refuse_unusable_word(word: str | None) -> None:
    """Raises UsageError if the word after a bare --resume is not a config either: it was meant to be the number of a run."""
    if word is not None and word != STDIN and git_place(word) is None and not os.path.exists(word):
        raise click.UsageError(
            f"{word!r} after --resume is neither the number of a run nor a config; `abtui history` lists the runs."
        )


def _absolute(path: str) -> str:
    """A path that means the same in every folder. Standard input, addresses and places in a commit stay as they are.

    Raises FileError for an address with credentials: the journal keeps it.
    """
    if is_url(path):
        address(path)
        return path
    return path if path == STDIN or git_place(path) is not None else os.path.abspath(path)


def target_of(config: Config, name: str) -> Target:
    """The target with that name; without a name the only target there is."""
    names = ", ".join(one_line(target.name, 60) for target in config.targets)
    if not name:
        if len(config.targets) > 1:
            raise click.UsageError(f"There are several targets: name one with --target ({names}).")
        return config.targets[0]
    for target in config.targets:
        if target.name == name:
            return target
    raise click.UsageError(f"There is no target {one_line(name, 60)!r}; there are {names}.")
