"""`abtui test`: golden cases, which are events with their expected outcomes, are run, recorded and updated."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Sequence
from functools import partial

import click

from abtui.cli.formats import FORMAT_OPTION, Form, refuse_inputs, write_report
from abtui.cli.inputs import (
    ENGINE_OPTION,
    MOST_JOBS,
    OUTSIDE_OPTION,
    files_outside,
    load_config,
    on_cluster,
    sdk_defaults,
)
from abtui.cli.narrate import Command, narrate
from abtui.cli.output import on_terminal
from abtui.cli.recording import record
from abtui.core.config import Config
from abtui.core.corpus.cases import FileRun
from abtui.core.corpus.cases.report import broken, cases_report
from abtui.core.corpus.cases.select import ExpressionError, Selects, selector
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import SdkDefaults
from abtui.core.text.plain import file_name, plural
from abtui.core.text.secret import Secret, hide_all
from abtui.services.case_runs import FileRunner, MakeRunner, jobs_for, run_files
from abtui.services.cases import find_cases
from abtui.services.configs import open_config
from abtui.services.errors import ServiceError
from abtui.services.files import STDIN
from abtui.services.git import git_place

_MOST_LISTED = 100
"""Updated cases that are listed one by one."""


@click.command(cls=Command)
@click.argument("config_path", metavar="CONFIG")
@click.argument("paths", metavar="[CASES]...", nargs=-1)
@click.option(
    "--record",
    "events",
    multiple=True,
    metavar="EVENTS",
    help="Write cases with the present outcomes of these events: files, folders, addresses (s3://), or - for standard input. May be repeated.",
)
@click.option(
    "-o", "--output", metavar="FILE", help="With --record: the file to write the cases to. Default: standard output."
)
@click.option("--force", is_flag=True, help="With --record: overwrite an existing file.")
@click.option(
    "--all", "everything", is_flag=True, help="With --record: write a case for each event, not one for each behaviour."
)
@click.option(
    "--update",
    is_flag=True,
    help="Change what failing cases expect to the present outcome, and nothing else in their files.",
)
@click.option(
    "-k",
    "expression",
    metavar="EXPR",
    help="Run only cases whose file and name match: words (in quotes if several) with `and`, `or`, `not` and parentheses; letter case does not matter.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, MOST_JOBS),
    metavar="N",
    help="The number of processes that run case files, or with --record read events. Default: the number of processors, and 1 for a small input. The result is the same.",
)
@ENGINE_OPTION
@click.option(
    "--now",
    help=f"The time to fill into events made from lines of code, ISO 8601, for files without one. Default: {SdkDefaults().now}, always the same.",
)
@FORMAT_OPTION
@OUTSIDE_OPTION
def test(
    config_path: str,
    paths: tuple[str, ...],
    events: tuple[str, ...],
    output: str | None,
    force: bool,
    everything: bool,
    update: bool,
    expression: str | None,
    jobs: int | None,
    now: str | None,
    forms: tuple[Form, ...],
) -> int:
    """Run golden cases: events with the outcome that is expected of each under CONFIG.

    CASES are case files, folders with files ending in .abtui.yaml, or globs. Each event is mapped on its own, without regard to those before it.

    Exit code: 0 all cases passed, 1 a case failed or something could not be read, 2 a usage or config error, a case file with
    mistakes, or no case at all.
    """  # fmt: skip
    # Not the present time: what is expected of an event must not depend on the day.
    sdk = sdk_defaults(now, always=True)
    if events:
        if paths or update or expression is not None:
            raise click.UsageError("--record writes cases and runs none; leave out CASES, --update and -k.")
        if config_path == STDIN and STDIN in events:
            raise click.UsageError("Standard input (-) can be only one of CONFIG and EVENTS.")
        config = load_config(config_path)
        return record(config, config_path, events, output, sdk, force=force, everything=everything, jobs=jobs)
    if output is not None or force or everything or on_cluster():
        raise click.UsageError("-o, --force, --all and --engine go with --record.")
    select = _selector(expression)
    files = _files(paths)
    refuse_inputs(forms, [config_path, *files])
    config = load_config(config_path)
    within = _within(config_path, files_outside())
    here = FileRunner(Mapper(config), sdk, select, update=update, within=within)
    count = 1 if config_path == STDIN else jobs_for(files, jobs)
    elsewhere = partial(_runner, config_path, sdk, expression, update, files_outside())
    runs = list(_run(files, elsewhere if count > 1 else lambda: here, count))
    _narrate_updates(runs, config.secrets)
    report = cases_report(runs, f"Golden cases of {file_name(config_path)}")
    write_report(report, forms, config.secrets)
    return _exit_code(runs, expression, ok=report.ok)


def _selector(expression: str | None) -> Selects | None:
    try:
        return None if expression is None else selector(expression)
    except ExpressionError as error:
        raise click.UsageError(f"-k: {error}") from error


def _files(paths: Sequence[str]) -> list[str]:
    if not paths:
        raise click.UsageError("There are no CASES to run. Give case files or folders, or write some with --record.")
    files, problems = find_cases(paths)
    for problem in problems:
        narrate(problem.message, problem.hint, severity="error")
    if problems:
        raise click.UsageError("Some CASES are not case files, so none was run.")
    return files


def _runner(config_path: str, sdk: SdkDefaults, expression: str | None, update: bool, outside: bool) -> FileRunner:
    """The runner of another process. It reads the config again, because an API key is not sent between processes."""
    config: Config | None = open_config(config_path, os.environ, outside=outside).reading.config
    if config is None:
        raise ServiceError("The config changed while the cases were run, and can no longer be used.")
    within = _within(config_path, outside)
    return FileRunner(Mapper(config), sdk, _selector(expression), update=update, within=within)


def _within(config_path: str, outside: bool) -> list[str] | None:
    """The folders, besides its own, whose files a case file may refer to: the config's, or None for any."""
    if outside:
        return None
    on_disk = config_path != STDIN and git_place(config_path) is None
    return [os.path.dirname(config_path) if on_disk else os.curdir]


def _run(files: Sequence[str], make: MakeRunner, jobs: int) -> Iterator[FileRun]:
    runs = run_files(files, make, jobs)
    if len(files) > 1 and on_terminal(sys.stderr):
        with click.progressbar(runs, length=len(files), label="testing", file=sys.stderr) as bar:
            yield from bar
    else:
        yield from runs


def _narrate_updates(runs: Sequence[FileRun], secrets: Collection[Secret]) -> None:
    """Say what was changed in the files. Their mistakes are in the report."""
    listed = 0
    for run in runs:
        for case in run.updated:
            listed += 1
            place = f"{run.path}:{case.line}: {hide_all(case.name, secrets)}"
            if listed <= _MOST_LISTED and case.problem:
                narrate(f"{place}: not updated: {case.problem}", severity="error")
            elif listed <= _MOST_LISTED:
                fields = (("updated", case.fields), ("removed", case.removed))
                narrate(f"{place}: " + "; ".join(f"{verb} {', '.join(names)}" for verb, names in fields if names))
        if done := sum(not case.problem for case in run.updated):
            narrate(f"{run.path}: {plural(done, 'case')} updated.")
    if listed > _MOST_LISTED:
        narrate(f"{plural(listed - _MOST_LISTED, 'more case')} not listed.")


def _exit_code(runs: Sequence[FileRun], expression: str | None, *, ok: bool) -> int:
    if count := sum(map(broken, runs)):
        narrate(f"The cases of {plural(count, 'case file')} with mistakes were not run.", severity="error")
        return 2
    if not any(run.cases or run.problem for run in runs):
        narrate(f"No case is selected by -k {expression!r}.", severity="error")
        return 2
    return 0 if ok else 1
