"""`abtui check`: all findings of a config, and, with events, the findings and the coverage of a corpus."""

from __future__ import annotations

from collections.abc import Sequence

import click

from abtui.cli.exposures import EXPOSURES_OPTION, count_elsewhere
from abtui.cli.formats import FORMAT_OPTION, Form, refuse_inputs, write_report
from abtui.cli.inputs import (
    ENGINE_OPTION,
    JOBS_OPTION,
    NOW_OPTION,
    OUTSIDE_OPTION,
    CorpusInput,
    read_config_at,
    sdk_defaults,
)
from abtui.cli.narrate import Command
from abtui.core.config import Config, Policy
from abtui.core.config.experiments import EXAMPLE
from abtui.core.config.model import FailOn
from abtui.core.corpus.coverage.job import CheckJob
from abtui.core.corpus.coverage.report import check_report
from abtui.core.findings import code_hint
from abtui.core.text.plain import file_name
from abtui.services.files import STDIN
from abtui.services.shelf import DiskShelf


def _codes(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """The codes and patterns of an option; one value may have several, separated by commas."""
    patterns = [part.strip().upper() for value in values for part in value.split(",") if part.strip()]
    for pattern in patterns:
        hint = code_hint(pattern)
        if hint is not None:
            raise click.BadParameter(f"{pattern!r} matches no finding. {hint}")
    return tuple(patterns)


@click.command(cls=Command)
@click.argument("config_path", metavar="CONFIG")
@click.argument("paths", metavar="[EVENTS]...", nargs=-1)
@click.option(
    "--fail-on", type=click.Choice(["error", "warning", "never"]),
    help="Exit with 1 from this severity on. Default: the config's `check.failOn`, else error.",
)  # fmt: skip
@click.option("--ignore", multiple=True, callback=_codes, metavar="CODE", help="Ignore these findings; CODE may be a pattern like 'UNIT-*'. Adds to the config's `check.ignore`.")  # fmt: skip
@click.option("--select", multiple=True, callback=_codes, metavar="CODE", help="Report only these findings. Replaces the config's `check.select`.")  # fmt: skip
@click.option("--places", type=click.IntRange(1, 1000), default=3, show_default=True, help="The number of places to show for each finding.")  # fmt: skip
@EXPOSURES_OPTION
@JOBS_OPTION
@ENGINE_OPTION
@FORMAT_OPTION
@NOW_OPTION
@OUTSIDE_OPTION
def check(
    config_path: str,
    paths: tuple[str, ...],
    fail_on: FailOn | None,
    ignore: tuple[str, ...],
    select: tuple[str, ...],
    places: int,
    exposures: tuple[str, ...],
    jobs: int | None,
    forms: tuple[Form, ...],
    now: str | None,
) -> int:
    """Check a config, and, with EVENTS, how well it fits them.

    EVENTS are files, folders, addresses (s3://), or - for standard input. Exit code: 0 good; 1 there are findings of the --fail-on severity,
    something could not be read, or EVENTS have no event; 2 usage error, or a config that cannot be used.
    """
    sdk = sdk_defaults(now)
    if config_path == STDIN in paths:
        raise click.UsageError("Standard input cannot be both the config and events.")
    if exposures and not paths:
        raise click.UsageError("--exposures goes with EVENTS: the goals that may count.")
    refuse_inputs(forms, [config_path, *paths, *exposures])
    reading = read_config_at(config_path, tell=False)
    policy = _policy(reading.config, fail_on, ignore, select)
    name = file_name(config_path)
    job = CheckJob(name, policy, places, DiskShelf)
    survey = job.survey(reading.config, reading.findings)
    if exposures and reading.config is not None and reading.config.experiments is None:
        raise click.UsageError(
            f"The config names no experiments, so exposures say nothing here. Add `{EXAMPLE}`, or use `abtui experiments`."
        )
    corpus, unread = CorpusInput(paths, sdk, "checking"), 0
    if reading.config is not None and paths:
        with corpus:
            corpus.fold(job, [reading.config], survey, jobs=jobs)
        unread = count_elsewhere(survey, exposures, sdk)
    result = survey.result(unread=corpus.problems + unread, expected=bool(paths))
    secrets = () if reading.config is None else reading.config.secrets
    write_report(check_report(result, policy, corpus.files), forms, secrets)
    return 2 if not result.usable else 1 if result.failed else 0


def _policy(config: Config | None, fail_on: FailOn | None, ignore: tuple[str, ...], select: tuple[str, ...]) -> Policy:
    """The config's policy, changed by the options."""
    of_config = Policy() if config is None else config.check
    return Policy(
        fail_on=fail_on or of_config.fail_on, ignore=of_config.ignore + ignore, select=select or of_config.select
    )
