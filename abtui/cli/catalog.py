"""`abtui catalog pull`: the contents of the web console, as a catalog file for a config."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import click

from abtui.cli.narrate import Command, narrate, remember_keys
from abtui.cli.output import output_file, write_out
from abtui.core.config.catalog import (
    CATALOG_FORM,
    catalog_changes,
    catalog_counts,
    catalog_text,
    is_pulled,
    pulled_head,
    read_catalog_file,
)
from abtui.core.experiments.pulled import experiments_text
from abtui.core.text.plain import file_name, plural, printable
from abtui.core.text.secret import Secret
from abtui.services.errors import ServiceError
from abtui.services.files import STDIN, is_stream, read_config_file, write_atomic

KEY_VARIABLE = "ABSMARTLY_USER_KEY"


@click.group()
def catalog() -> None:
    """Save what exists in AB Smartly's web console to a file that a config can refer to."""


@catalog.command(cls=Command)
@click.option("--console", required=True, metavar="URL", help="The web console's API: https://acme.absmartly.com/v1")
@click.option(
    "-o", "--output", callback=output_file, metavar="FILE", help="Write to a file instead of standard output."
)
@click.option("--experiments", callback=output_file, metavar="FILE", help="Also write the running experiments to a file: names, unit types, splits, variants, audiences.")  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite a FILE that `catalog pull` did not write.")
@click.option(
    "--key-env", default=KEY_VARIABLE, show_default=True, metavar="NAME", help="The variable that holds your user key."
)
def pull(console: str, output: str | None, experiments: str | None, force: bool, key_env: str) -> int:
    """Read goals, unit types, environments and applications from the web console.

    The user key is read from the environment and is sent only to the console. To use the file, write
    `catalog: !file catalog.yaml` in the config, and `experiments: !file experiments.yaml` for the experiments. Exit code: 0 done, 1 the console could not be read or the file could
    not be written, 2 usage error.
    """
    # Imported here: its HTTP library takes a while to load.
    from abtui.services.console import ConsoleAddressError, console_host, pull_catalog

    key = os.environ.get(key_env, "")
    if not key.strip():
        raise click.UsageError(
            f"The variable {printable(key_env)} is not set; it should hold your user key. "
            "Make one in the web console's settings and export it; --key-env names another variable."
        )
    path = None if output == STDIN else output
    host = console_host(console)
    if experiments == STDIN or (experiments is not None and experiments == path):
        raise click.UsageError("--experiments needs a file of its own.")
    old = _old_text(path, force) if path is not None else None
    if experiments is not None:
        _old_text(experiments, force)
    secret = Secret(key)
    remember_keys([secret])
    try:
        pulled = pull_catalog(console, secret, printable(key_env), experiments=experiments is not None)
        for note in pulled.notes:
            narrate(note, severity="warning")
        text = catalog_text(pulled.catalog, host)
        if len(text.encode()) > CATALOG_FORM.max_bytes:
            narrate(f"The catalog has more than {CATALOG_FORM.max_bytes:,} bytes, too many for a config to read.", severity="warning")  # fmt: skip
        narrate(catalog_counts(pulled.catalog))
        if experiments is not None:
            _write_experiments(experiments, pulled.experiments, host, secret)
        if path is None:
            write_out(text)
            return 0
        if text != old:
            write_atomic(path, text)
    except ConsoleAddressError:
        raise
    except ServiceError as error:
        narrate(error.message, error.hint, severity="error")
        return 1
    _tell_written(path, old, text)
    return 0


def _write_experiments(path: str, items: Sequence[Any], host: str, key: Secret) -> None:
    """Write the file of experiments. Raises ServiceError."""
    text, count = experiments_text(items, pulled_head(host))
    if key.reveal().strip() in text:
        narrate("The user key is in an experiment, so no file of experiments was written.", severity="error")
        return
    write_atomic(path, text)
    narrate(f"{file_name(path)} was written: {plural(count, 'running experiment')}.")


def _old_text(path: str, force: bool) -> str | None:
    """The text of the file that will be overwritten; None if there is none. Raises UsageError if `catalog pull` did not write it."""
    if not os.path.lexists(path) or is_stream(path):
        return None
    try:
        text = read_config_file(path)
    except ServiceError:
        if force:
            return None
        raise
    if not is_pulled(text) and not force:
        raise click.UsageError(
            f"{file_name(path)} was not written by `abtui catalog pull`. Name another file, or use --force to overwrite it."
        )
    return text


def _tell_written(path: str, old: str | None, text: str) -> None:
    if old is None:
        narrate(f"{file_name(path)} was written.")
    elif old == text:
        narrate(f"{file_name(path)} was left as it is: nothing changed.")
    else:
        changes = catalog_changes(read_catalog_file(old, path).catalog, read_catalog_file(text, path).catalog)
        narrate(f"{file_name(path)} was overwritten: {changes or 'no name changed'}.")
