"""The forms of a report: `--format FORM[=FILE]`, which may be repeated. A new form is a function and a row of `_WRITERS`."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, NamedTuple

import click
import msgspec
import orjson

from abtui.cli.narrate import narrate
from abtui.cli.output import file_problem, on_terminal, write_out
from abtui.core.masking import without_keys
from abtui.core.report import Report
from abtui.core.report.github import github
from abtui.core.report.html import html
from abtui.core.report.junit import junit
from abtui.core.report.markdown import markdown
from abtui.core.text.javascript import stringify
from abtui.core.text.plain import file_name, printable_json
from abtui.core.text.secret import Secret
from abtui.services.errors import FileError
from abtui.services.files import STDIN, is_input, write_atomic

_STDOUT: Final = STDIN
REPORT_WIDTH: Final = 100
"""The width of text that does not go to a terminal, if COLUMNS does not set one."""


class Form(NamedTuple):
    """One form to write a report in: to a file or, with None, to standard output."""

    name: str
    file: str | None


def _text(report: Report, form: Form, _secrets: Collection[Secret]) -> str:
    from abtui.cli.report_text import report_text  # imported here because it loads Rich

    stream = None if form.file is not None else sys.stdout
    has_width = on_terminal(stream) or "COLUMNS" in os.environ
    width = shutil.get_terminal_size((REPORT_WIDTH, 0)).columns if has_width else REPORT_WIDTH
    return report_text(report, width, stream)


def _json(report: Report, _form: Form, secrets: Collection[Secret]) -> str:
    values = msgspec.to_builtins(without_keys(report.data(), secrets) if callable(report.data) else report.data)
    try:
        data = orjson.dumps(values, option=orjson.OPT_INDENT_2)
    except orjson.JSONEncodeError:
        # Only the JavaScript way of writing JSON accepts lone surrogates and numbers of more than 64 bits.
        data = stringify(_with_lists(values), 2)
    return printable_json(data).decode() + "\n"


def _with_lists(value: object) -> object:
    """`value` with lists in place of tuples, which JavaScript does not have."""
    if isinstance(value, dict):
        return {key: _with_lists(member) for key, member in value.items()}
    return [_with_lists(member) for member in value] if isinstance(value, list | tuple) else value


class _Writer(NamedTuple):
    """How a form is written. `shows_cases` means that it shows a report's cases or annotations, and not only its sections."""

    write: Callable[[Report, Form, Collection[Secret]], str]
    shows_cases: bool = False


_WRITERS: Final[Mapping[str, _Writer]] = {
    "text": _Writer(_text),
    "json": _Writer(_json),
    "junit": _Writer(lambda report, *_: junit(report).decode(), shows_cases=True),
    "github": _Writer(lambda report, *_: github(report), shows_cases=True),
    "markdown": _Writer(lambda report, *_: markdown(report)),
    "html": _Writer(lambda report, *_: html(report)),
}
FORMATS: Final = tuple(_WRITERS)


def need_cases(forms: Sequence[Form]) -> bool:
    """Whether one of the forms shows the cases or the annotations of a report, which can take long to collect."""
    return any(_WRITERS[form.name].shows_cases for form in forms)


def _forms(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> tuple[Form, ...]:
    """The forms asked for. A file that cannot be written is refused here, before any work is done."""
    forms: dict[str | None, Form] = {}
    for value in values:
        form = _form(value)
        place = None if form.file is None else os.path.realpath(form.file)
        if place in forms:
            where = "standard output" if form.file is None else file_name(form.file)
            raise click.BadParameter(
                f"two forms cannot both be written to {where}. Choose a file for one of them, as in `{form.name}=FILE`."
            )
        forms[place] = form
    return tuple(forms.values())


def _form(value: str) -> Form:
    name, has_file, file = value.partition("=")
    if name not in FORMATS:
        raise click.BadParameter(f"{name!r} is not one of {', '.join(FORMATS)}.")
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
    """Refuse a report that would overwrite an input, or that would be read as events the next time. Raises UsageError.

    `paths` are files, folders of events, `-` for standard input, and places in a commit.
    """
    for form in forms:
        for path in paths:
            if form.file is not None and is_input(form.file, path):
                where = "standard input" if path == STDIN else file_name(path)
                raise click.UsageError(
                    f"--format {form.name}={file_name(form.file)} would overwrite what is read from {where}. Choose another file."
                )


def write_report(report: Report, forms: Sequence[Form], secrets: Collection[Secret] = ()) -> None:
    """Write a report in each form, with `secrets` masked. A line on standard error names each file.

    A form that cannot be written raises ClickException after all other forms are written. A closed pipe on standard output is
    not an error.
    """
    failures = []
    report = without_keys(report, secrets)
    for form in forms:
        try:
            text = _WRITERS[form.name].write(report, form, secrets)
            if form.file is None:
                write_out(text)
            else:
                write_atomic(form.file, text)
                narrate(f"The report is in {file_name(form.file)}, as {form.name}.")
        except FileError as error:
            failures.append(f"{error.message} {error.hint}".rstrip())
        except click.ClickException as error:
            failures.append(error.message)
    if failures:
        raise click.ClickException(" ".join(failures))
