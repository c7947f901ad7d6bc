"""`abtui migrate`: a config of the newer destination that does what a classic one does, and the proof of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from abtui.cli.diff import compared
from abtui.cli.formats import REPORT_WIDTH, Form, write_report
from abtui.cli.inputs import (
    NOW_OPTION,
    OUTSIDE_OPTION,
    files_outside,
    narrate_reading,
    opened_config,
    sdk_defaults,
    usable,
)
from abtui.cli.narrate import Command, narrate, tell
from abtui.cli.output import output_file, write_out
from abtui.core.config import Config
from abtui.core.config.migrated import destination_for, migrated_config
from abtui.core.config.reader import read_config
from abtui.core.corpus.comparison import comparison_report
from abtui.core.corpus.comparison.job import DiffJob
from abtui.core.destinations import destination_of
from abtui.core.text.plain import file_name
from abtui.core.text.secret import holds
from abtui.services.configs import read_config_text
from abtui.services.files import STDIN, is_input, is_stream, write_atomic
from abtui.services.own_files import write_private


@click.command(cls=Command)
@click.argument("config_path", metavar="CONFIG")
@click.argument("paths", metavar="[EVENTS]...", nargs=-1)
@click.option(
    "--output", "-o", callback=output_file, metavar="FILE", help="Write the config to FILE, not to standard output."
)
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
@NOW_OPTION
@OUTSIDE_OPTION
def migrate(config_path: str, paths: tuple[str, ...], output: str | None, force: bool, now: str | None) -> int:
    """Make a config for ABsmartly (Actions) that does what CONFIG does, as far as it can be done.

    What cannot be the same is listed on standard error, and as comments in the config, with its reason. With EVENTS, both
    configs are compared over them, as by `abtui diff`; without -o that report is on standard error.

    Exit code: 0 also if something cannot be the same; 1 if something could not be read or written; 2 usage or config error.
    """
    if output == STDIN:
        output = None
    if [config_path, *paths].count(STDIN) > 1:
        raise click.UsageError("Standard input (-) can be only one of CONFIG and EVENTS.")
    if output is not None and any(is_input(output, path) for path in (config_path, *paths)):
        raise click.UsageError(f"{file_name(output)} is read. Choose another file.")
    if output is not None and os.path.lexists(output) and not force:
        raise click.UsageError(
            f"{file_name(output)} already exists. Name another file, or use --force to overwrite it."
        )
    opened = opened_config(config_path)
    old = usable(opened)
    if destination_for(old) is None:
        title = destination_of(old.destination).title
        raise click.UsageError(f"{file_name(config_path)} is a config for {title}; there is nothing to migrate to.")
    name = "standard input" if config_path == STDIN else file_name(config_path)
    made = migrated_config(opened.text, old, name)
    if output is None:
        write_out(made.text)
    else:
        if _has_key(made.text, old) and not is_stream(output):
            write_private(Path(output), made.text)
        else:
            write_atomic(output, made.text)
        narrate(f"{file_name(output)} was written.")
    for difference in made.differences:
        narrate(f"Not the same: {difference.sentence}")
    made_as = read_config_text(made.text, os.environ, output or config_path, outside=files_outside())
    narrate_reading(made_as)
    if not paths:
        return 0
    return _proved(old, usable(made_as), (name, file_name(output or "migrated")), paths, now, output)


def _has_key(text: str, old: Config) -> bool:
    """Whether a config has a key in it, as a key that stands in the old file stands in the new one, too, in whatever escapes."""
    alone = read_config(text, {}, name="config").config
    return alone is None or bool(alone.secrets) or holds(text, old.secrets)


def _proved(
    old: Config, new: Config, names: tuple[str, str], paths: Sequence[str], now: str | None, output: str | None
) -> int:
    """Compare both configs over events, and return the exit code."""
    result, whole = compared(DiffJob(names), (old, new), paths, sdk_defaults(now))
    report = comparison_report(result, file=output)
    if output is not None:
        write_report(report, [Form("text", None)])
    else:
        from abtui.cli.report_text import report_text  # loads Rich

        for line in report_text(report, REPORT_WIDTH, sys.stderr).splitlines():
            tell(line)
    return 0 if whole else 1
