"""`abtui history`: what was sent, from the journal; runs, or the receipts of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from abtui.cli.formats import Form, write_report
from abtui.cli.inputs import usage_error
from abtui.cli.narrate import narrate
from abtui.cli.output import Closed, Output, output_file, standard_output
from abtui.core.delivery.export import csv_lines, json_lines, json_list
from abtui.core.delivery.policy import STATES
from abtui.core.delivery.report import event_data, events_section, run_data, run_report, runs_report
from abtui.core.delivery.runs import Run
from abtui.core.text.plain import file_name
from abtui.services.errors import ServiceError
from abtui.services.files import write_pieces
from abtui.services.history import History

_PAGE: Final = 500
_RUN_COLUMNS: Final = ("run", "started", "ended", "ending", "target", "address", "environment", "mode", "what", "events", *STATES, "notSent")  # fmt: skip
_EVENT_COLUMNS: Final = ("run", "number", "source", "name", "state", "status", "said", "segmentShows")


@click.command()
@click.argument("number", metavar="[RUN]", required=False, type=click.IntRange(1, 10**15))
@click.option("--state", type=click.Choice(STATES), help="Only events of that state; without RUN, runs that have some.")
@click.option("--format", "form", type=click.Choice(["text", "json", "jsonl", "csv"]), default="text", show_default=True, help="text shows the first; the others have all.")  # fmt: skip
@click.option("-o", "--output", metavar="FILE", callback=output_file, help="Where it is written. Default: standard output.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many are shown as text.")  # fmt: skip
@click.option("--journal", metavar="FILE", help="The journal to read. Default: the journal of all runs.")
def history(
    number: int | None, state: str | None, form: str, output: str | None, limit: int, journal: str | None
) -> int:
    """Show what was sent: the runs, or with RUN its receipts, event by event.

    Exit code: 0 shown, 2 usage error, or the journal cannot be read.
    """
    if journal is not None and not Path(journal).exists():
        raise click.UsageError(f"There is no journal {file_name(journal)}.")
    source = History(None if journal is None else Path(journal))
    try:
        run = None if number is None else source.run(number)
        if number is not None and run is None:
            raise click.UsageError(f"There is no run {number} in the journal {file_name(str(source.path))}.")
        if form == "text":
            _show(source, run, state or "", limit, output)
        else:
            _export(source, run, state or "", form, output)
    except ServiceError as error:
        raise usage_error(error) from error
    return 0


def _show(source: History, run: Run | None, state: str, limit: int, output: str | None) -> None:
    if run is None:
        report = runs_report(source.runs(0, limit, state), source.run_count(state), file_name(str(source.path)))
    else:
        whole = run_report(run, source.kinds(run.id), (), ok=run.all_accepted)
        events = source.sent(run.id, 0, limit, state)
        section = events_section(events, source.sent_count(run.id, state))
        report = msgspec.structs.replace(whole, sections=(*whole.sections, section))
    write_report(report, dict, (Form("text", output),))


def _export(source: History, run: Run | None, state: str, form: str, output: str | None) -> None:
    rows: Iterator[dict[str, Any]]
    columns: Sequence[str]
    if run is None:
        rows, columns = map(run_data, _runs(source, state)), _RUN_COLUMNS
    else:
        rows, columns = map(event_data, source.all_sent(run.id, state)), _EVENT_COLUMNS
    lines = csv_lines(rows, columns) if form == "csv" else json_lines(rows) if form == "jsonl" else json_list(rows)
    if output is None or output == "-":
        try:
            with Output(standard_output()) as out:
                out.lines(lines)
        except Closed:
            return
    else:
        write_pieces(output, (line + b"\n" for line in lines))
        narrate(f"The export is in {file_name(output)}, as {form}.")


def _runs(source: History, state: str) -> Iterator[Run]:
    """All runs, the newest first."""
    first = 0
    while page := source.runs(first, _PAGE, state):
        yield from page
        first += len(page)
