"""The forms a report is written in: `--format FORM[=FILE]`, as often as wanted."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import click
import orjson

from abtui.cli.narrate import narrate
from abtui.cli.output import file_problem, write_out
from abtui.core import report as forms_of
from abtui.core.masking import without_keys
from abtui.core.report import Report
from abtui.core.text.javascript import stringify
from abtui.core.text.plain import file_name, printable_json
from abtui.core.text.secret import Secret
from abtui.services.errors import FileError
from abtui.services.files import STDIN, is_input, write_atomic

FORMATS = ("text", "json", "junit", "github", "markdown", "html")
_STDOUT = STDIN
_WIDTH = 100
"""Columns of text that goes to no terminal, where COLUMNS does not say otherwise."""


class Form(NamedTuple):
    """One form to write a report in, to a file or, with None, to standard output."""

    name: str
    file: str | None


def _forms(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> tuple[Form, ...]:
    """The forms asked for. What cannot be written is refused before the work is done, not after it."""
    forms: list[Form] = []
    taken: set[str | None] = set()
    for value in values:
        form = _form(value)
        place = None if form.file is None else os.path.realpath(form.file)
        if place in taken:
            where = "standard output" if form.file is None else file_name(form.file)
            raise click.BadParameter(
                f"two forms cannot both go to {where}. Give one of them another file, as in `{form.name}=FILE`."
            )
        taken.add(place)
        forms.append(form)
    return tuple(forms)


def _form(value: str) -> Form:
    name, has_file, file = value.partition("=")
    if name not in FORMATS:
        raise click.BadParameter(f"{name!r} is none of {', '.join(FORMATS)}.")
    if not has_file or file == _STDOUT:
        return Form(name, None)
    if not file:
        raise click.BadParameter("there is no file after the `=`.")
    if problem := file_problem(file):
        raise click.BadParameter(problem)
    return Form(name, file)


FORMAT_OPTION = click.option(
    "--format", "forms", callback=_forms, multiple=True, default=("text",), show_default=True, metavar="FORM[=FILE]",
    help=f"{', '.join(FORMATS)}; with =FILE to a file. May be repeated.",
)  # fmt: skip


def refuse_inputs(forms: Sequence[Form], paths: Sequence[str]) -> None:
    """Raises UsageError where a report would take the place of what is read, or be read as events with it the next time.

    `paths` are files, folders whose events are read, `-` for standard input and places in a commit.
    """
    for form in forms:
        for path in paths if form.file is not None else ():
            if form.file is not None and is_input(form.file, path):
                where = "standard input" if path == STDIN else file_name(path)
                raise click.UsageError(
                    f"--format {form.name}={file_name(form.file)} would be written over what is read from {where}. Give it another file."
                )


def write_report(
    report: Report, data: Callable[[], object], forms: Sequence[Form], secrets: Collection[Secret] = ()
) -> None:
    """Write a report in each form, with `secrets` masked; a line on standard error names each file.

    `data` gives the values of the JSON form. Raises ClickException where something cannot be written, after all other
    forms are. A reader of standard output that has gone is no error.
    """
    failures = []
    report = without_keys(report, secrets)
    for form in forms:
        try:
            if form.file is None:
                write_out(_written(form, report, data, secrets))
            else:
                write_atomic(form.file, _written(form, report, data, secrets).decode())
                narrate(f"The report is in {file_name(form.file)}, as {form.name}.")
        except FileError as error:
            failures.append(f"{error.message} {error.hint}".rstrip())
        except click.ClickException as error:
            failures.append(error.message)
    if failures:
        raise click.ClickException(" ".join(failures))


def _written(form: Form, report: Report, data: Callable[[], object], secrets: Collection[Secret]) -> bytes:
    """The report in a form, in UTF-8, with a line end at its end."""
    if form.name == "text":
        return _text(report, to_file=form.file is not None).encode()
    if form.name == "json":
        return printable_json(_json(without_keys(data(), secrets))) + b"\n"
    if form.name == "junit":
        return forms_of.junit(report)
    writers = {"github": forms_of.github, "markdown": forms_of.markdown, "html": forms_of.html}
    return writers[form.name](report).encode()


def _text(report: Report, *, to_file: bool) -> str:
    from abtui.cli.report_text import report_text  # loads rich

    stream = None if to_file or sys.stdout is None else sys.stdout
    on_terminal = stream is not None and stream.isatty()
    asked = on_terminal or "COLUMNS" in os.environ
    return report_text(report, shutil.get_terminal_size((_WIDTH, 0)).columns if asked else _WIDTH, stream)


def _json(values: object) -> bytes:
    try:
        return orjson.dumps(values, option=orjson.OPT_INDENT_2)
    except orjson.JSONEncodeError:
        # Half a character or a number of more than 64 bits: only the JavaScript way of writing JSON takes these.
        return stringify(_with_lists(values), 2)


def _with_lists(value: object) -> object:
    """`value` with lists in place of tuples, which JavaScript does not have."""
    if isinstance(value, dict):
        return {key: _with_lists(member) for key, member in value.items()}
    return [_with_lists(member) for member in value] if isinstance(value, list | tuple) else value
