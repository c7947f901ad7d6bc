"""`abtui diff`: the changes that another config makes, over a corpus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import click

from abtui.cli.formats import FORMAT_OPTION, Form, refuse_inputs, write_report
from abtui.cli.inputs import (
    ENGINE_OPTION,
    JOBS_OPTION,
    NOW_OPTION,
    OUTSIDE_OPTION,
    CorpusInput,
    load_config,
    sdk_defaults,
)
from abtui.cli.narrate import Command
from abtui.core.config import Config
from abtui.core.corpus.comparison import comparison_report
from abtui.core.corpus.comparison.job import DiffJob
from abtui.core.corpus.comparison.model import ComparisonResult
from abtui.core.events import SdkDefaults
from abtui.core.text.plain import file_name
from abtui.services.files import STDIN
from abtui.services.git import git_place

_MOST_EXAMPLES = 1_000


@click.command(cls=Command)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.argument("paths", metavar="EVENTS...", nargs=-1, required=True)
@click.option("--exit-code", is_flag=True, help="Exit with 1 if any event changes, like `git diff --exit-code`.")
@click.option(
    "--examples", type=click.IntRange(0, _MOST_EXAMPLES), default=3, show_default=True,
    help="The number of events to show for each kind of change.",
)  # fmt: skip
@click.option("--findings", is_flag=True, help="Also compare the findings of each event. Takes several times as long.")
@JOBS_OPTION
@ENGINE_OPTION
@FORMAT_OPTION
@NOW_OPTION
@OUTSIDE_OPTION
def diff(
    old: str,
    new: str,
    paths: tuple[str, ...],
    exit_code: bool,
    examples: int,
    findings: bool,
    jobs: int | None,
    forms: tuple[Form, ...],
    now: str | None,
) -> int:
    """Compare two configs over events: which events change verdict, fate, goal, units or request, and which setting does it.

    OLD and NEW are config files, - for standard input, or git:REV:PATH for a file in a commit (the path is relative to
    the working directory; git::PATH is the index). EVENTS are files, folders, addresses (s3://), or - for standard input.

    Of configs for two destinations the report also says which events are the same at both, sent twice if both are
    connected, lost or new, and in what their requests differ.

    Without --findings, only the fields that the destination uses are read, which is faster and finds the same differences.

    Exit code: 0, even with differences, unless --exit-code is given; 1 if something could not be read; 2 usage or config
    error, or no event at all. Settings that differ but change no event are listed, and do not count for --exit-code.
    """
    if [old, new, *paths].count(STDIN) > 1:
        raise click.UsageError("Standard input (-) can be only one of OLD, NEW and EVENTS.")
    refuse_inputs(forms, [old, new, *paths])
    sdk = sdk_defaults(now)
    configs = [load_config(place) for place in (old, new)]
    job = DiffJob((file_name(old), file_name(new)), findings, examples)
    result, whole = compared(job, configs, paths, sdk, jobs)
    file = None if new == STDIN or git_place(new) else new
    # A cluster does not know the keys.
    write_report(comparison_report(result, file=file), forms, [key for config in configs for key in config.secrets])
    return 1 if not whole or (exit_code and result.changed) else 0


def compared(
    job: DiffJob,
    configs: Sequence[Config],
    paths: Sequence[str],
    sdk: SdkDefaults,
    jobs: int | None = None,
) -> Compared:
    """Compare configs over events. Raises UsageError if there is no event."""
    corpus = CorpusInput(paths, sdk, "comparing")
    comparison = job.comparison(configs)
    with corpus:
        corpus.fold(job, configs, comparison, jobs=jobs)
    result = comparison.result(unread=corpus.problems)
    if not result.events:
        what = f"There is no event in the input. {corpus.not_events_sentence}".rstrip()
        raise click.UsageError(f"{what} Comparing nothing proves nothing.")
    return Compared(result, corpus.whole)


class Compared(NamedTuple):
    """The result of a comparison, and whether all events could be read."""

    result: ComparisonResult
    whole: bool
