"""`abtui history`: shows or exports what was sent, from the journal: the runs, or the events of one run."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

import click
import msgspec
import orjson

from abtui.cli.formats import Form, write_report
from abtui.cli.narrate import Command, narrate
from abtui.cli.output import Closed, Output, output_file, standard_output
from abtui.core.delivery.policy import STATES
from abtui.core.delivery.report import event_data, events_section, run_data, run_report, runs_report
from abtui.core.delivery.runs import Run
from abtui.core.text.plain import file_name, printable_json, single_line
from abtui.services.files import write_pieces
from abtui.services.history import History

_PAGE: Final = 500
_RUN_COLUMNS: Final = ("run", "started", "ended", "ending", "target", "address", "environment", "mode", "what", "events", *STATES, "notSent")  # fmt: skip
_EVENT_COLUMNS: Final = ("run", "number", "source", "name", "state", "status", "said", "segmentShows")
_FORMULA: Final = ("=", "+", "-", "@")
"""A spreadsheet takes text for a formula that begins with one of these."""


@click.command(cls=Command)
@click.argument("number", metavar="[RUN]", required=False, type=click.IntRange(1, 10**15))
@click.option("--state", type=click.Choice(STATES), help="Only events in that state; without RUN, only runs that have such events.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json", "jsonl", "csv"]), default="text", show_default=True, help="text shows the first ones; the others have all.")  # fmt: skip
@click.option("-o", "--output", metavar="FILE", callback=output_file, help="The file to write. Default: standard output.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many are shown as text.")  # fmt: skip
@click.option("--journal", metavar="FILE", help="The journal to read. Default: the journal of all runs.")
def history(
    number: int | None, state: str | None, form: str, output: str | None, limit: int, journal: str | None
) -> int:
    """Show what was sent: the runs, or the receipts of RUN, event by event.

    Exit code: 0 shown, 2 usage error, or the journal cannot be read.
    """
    if journal is not None and not Path(journal).exists():
        raise click.UsageError(f"There is no journal {file_name(journal)}.")
    source = History(None if journal is None else Path(journal))
    run = None if number is None else source.run(number)
    if number is not None and run is None:
        raise click.UsageError(f"There is no run {number} in the journal {file_name(str(source.path))}.")
    if form == "text":
        _show(source, run, state or "", limit, output)
    else:
        _export(source, run, state or "", form, output)
    return 0


def _show(source: History, run: Run | None, state: str, limit: int, output: str | None) -> None:
    if run is None:
        report = runs_report(source.runs(0, limit, state), source.run_count(state), file_name(str(source.path)))
    else:
        whole = run_report(run, source.kinds(run.id), (), ok=run.all_accepted)
        events = source.sent(run.id, 0, limit, state)
        section = events_section(events, source.sent_count(run.id, state))
        report = msgspec.structs.replace(whole, sections=(*whole.sections, section))
    write_report(report, (Form("text", output),))


def _export(source: History, run: Run | None, state: str, form: str, output: str | None) -> None:
    rows: Iterator[dict[str, Any]]
    columns: Sequence[str]
    if run is None:
        rows, columns = map(run_data, _runs(source, state)), _RUN_COLUMNS
    else:
        rows = map(event_data, source.all_sent(run.id, state))
        first = next(rows, {})
        columns = (*_EVENT_COLUMNS, "mapping") if "mapping" in first else _EVENT_COLUMNS
        rows = chain((first,) if first else (), rows)
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


class _Line:
    """A file for the CSV writer that holds one line."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text = text
        return len(text)


def csv_lines(rows: Iterable[dict[str, Any]], columns: Sequence[str]) -> Iterator[bytes]:
    """Rows as CSV without line ends, the names of the columns first.

    No text has control characters, and a spreadsheet takes none for a formula.
    """
    line = _Line()
    writer = csv.writer(line, lineterminator="")
    writer.writerow(columns)
    yield line.text.encode()
    for row in rows:
        writer.writerow([_cell(row[name]) for name in columns])
        yield line.text.encode("utf-8", "backslashreplace")


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = single_line(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def json_lines(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Each row as a line of JSON."""
    return (printable_json(orjson.dumps(row)) for row in rows)


def json_list(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Rows as one JSON list with a row on each line."""
    before = b"["
    for row in rows:
        yield before + printable_json(orjson.dumps(row))
        before = b","
    yield b"[]" if before == b"[" else b"]"
