"""`abtui experiments`: which goals count in which experiment, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import click

from abtui.cli.exposures import EXPOSURES_OPTION, count_elsewhere
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
from abtui.cli.narrate import Command, narrate, narrate_finding
from abtui.core.config import Config, Policy
from abtui.core.config.model import FailOn
from abtui.core.corpus.coverage.findings import counts
from abtui.core.corpus.experiments.count import CorpusCount, all_findings
from abtui.core.corpus.experiments.job import ExperimentsJob
from abtui.core.corpus.experiments.report import ExperimentsView, experiments_report
from abtui.core.experiments.found import Found
from abtui.core.experiments.model import Experiment
from abtui.core.experiments.reader import read_experiments_file
from abtui.core.text.nearest import Nearest
from abtui.core.text.plain import file_name
from abtui.services.files import STDIN, read_config_file
from abtui.services.shelf import DiskShelf


@click.command(cls=Command)
@click.argument("config_path", metavar="CONFIG")
@click.argument("paths", metavar="EVENTS...", nargs=-1, required=True)
@click.option("--experiments", "file", metavar="FILE", help="A file of experiments, in place of the config's.")
@EXPOSURES_OPTION
@click.option("--experiment", "experiments", multiple=True, metavar="NAME", help="Show only this experiment. May be repeated.")  # fmt: skip
@click.option("--goal", "goals", multiple=True, metavar="NAME", help="Show only this goal. May be repeated.")
@click.option("--unit", metavar="UID", help="Also show what happened to one unit, by its uid, plain or hashed.")
@click.option(
    "--fail-on", type=click.Choice(["error", "warning", "never"]),
    help="Exit with 1 from this severity on. Default: the config's `check.failOn`, else error.",
)  # fmt: skip
@JOBS_OPTION
@ENGINE_OPTION
@FORMAT_OPTION
@NOW_OPTION
@OUTSIDE_OPTION
def experiments(
    config_path: str,
    paths: tuple[str, ...],
    file: str | None,
    exposures: tuple[str, ...],
    experiments: tuple[str, ...],
    goals: tuple[str, ...],
    unit: str | None,
    fail_on: FailOn | None,
    jobs: int | None,
    forms: tuple[Form, ...],
    now: str | None,
) -> int:
    """Tell who takes part in which experiment, which goals count there, and why others do not.

    A goal counts if the same unit, under the same unit type, was exposed at its time or before. EVENTS are files, folders, addresses (s3://), or -
    for standard input. Exit code: 0 good; 1 there are findings of the --fail-on severity, something could not be read, or EVENTS
    have no event; 2 usage error, or a config or file of experiments that cannot be used.
    """
    inputs = [config_path, *paths, *exposures, *([file] if file is not None else [])]
    if inputs.count(STDIN) > 1:
        raise click.UsageError("Standard input (-) can be only one of the inputs.")
    refuse_inputs(forms, inputs)
    sdk = sdk_defaults(now)
    config = load_config(config_path)
    job = ExperimentsJob(None if file is None else _described(file), unit, DiskShelf)
    count = job.count(config)
    corpus = CorpusInput(paths, sdk, "counting")
    with corpus:
        corpus.fold(job, [config], count.counts, jobs=jobs)
    events = count.counts.events
    unread = corpus.problems + corpus.unread.unreadable + count_elsewhere(count, exposures, sdk)
    view = _view(count, file_name(config_path), _policy(config, fail_on), experiments, goals, unit, events, unread)
    if isinstance(shelf := count.summary.shelf, DiskShelf):
        narrate(shelf.sentence)
    write_report(experiments_report(view), forms, config.secrets)
    return 1 if view.failed else 0


def _described(path: str) -> tuple[Experiment, ...]:
    """The experiments of a file. Raises UsageError if one has a mistake."""
    read = read_experiments_file(read_config_file(path), file_name(path))
    for finding in read.findings:
        narrate_finding(path, finding)
    if read.broken:
        raise click.UsageError(f"{file_name(path)} cannot be used as a file of experiments; see the errors above.")
    return read.experiments


def _policy(config: Config, fail_on: FailOn | None) -> Policy:
    of = config.check
    return Policy(fail_on=fail_on or of.fail_on, ignore=of.ignore, select=of.select)


def _view(
    count: CorpusCount,
    config: str,
    policy: Policy,
    experiments: Sequence[str],
    goals: Sequence[str],
    unit: str | None,
    events: int,
    unread: int,
) -> ExperimentsView:
    of_goals = _chosen("goal", goals, sorted(count.summary.achieved.census))
    counted = count.counted(of_goals)
    names = _chosen("experiment", experiments, counted.results)
    story = count.story
    moments = () if story is None else story.moments(count.summary, names, of_goals)
    if story is not None and not moments:
        raise click.UsageError(f"There is no unit {story.uid!r} in these events, neither plain nor hashed.")
    return ExperimentsView(
        config=config,
        counted=counted,
        findings=tuple(_wanted(all_findings(counted), policy, names, of_goals)),
        policy=policy,
        experiments=names,
        goals=of_goals,
        unread=unread,
        events=events,
        unit=unit,
        moments=moments,
    )


def _chosen(noun: str, wanted: Sequence[str], known: Iterable[str]) -> tuple[str, ...]:
    """The names to show: those that were asked for, or all. Raises UsageError for one that is not there."""
    names = tuple(known)
    for name in wanted:
        if name not in names:
            near = Nearest(names).of(name)
            hint = f" Did you mean {near!r}?" if near is not None else f" There {_there(noun, names)}."
            raise click.UsageError(f"There is no {noun} {name!r} in these events.{hint}")
    return tuple(name for name in names if not wanted or name in wanted)


def _there(noun: str, names: Sequence[str]) -> str:
    return f"is no {noun} at all" if not names else f"{'is' if len(names) == 1 else 'are'}: {', '.join(names[:9])}"


def _wanted(
    found: Iterable[Found], policy: Policy, experiments: Sequence[str], goals: Sequence[str]
) -> Iterator[Found]:
    for item in found:
        if item.is_of(experiments, goals) and counts(item.finding.code, policy):
            yield item
