"""The questions of `abtui init` on a terminal. They go to standard error, because standard output is for the config."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from abtui.cli.narrate import narrate
from abtui.core.config.endpoint import endpoint_problems, is_header_text
from abtui.core.destination import Setting
from abtui.core.text.yaml_text import is_writable

T = TypeVar("T")
BACK = "<"
"""The answer that goes back to the previous question."""
_YES_OR_NO = {"": False, "n": False, "no": False, "y": True, "yes": True}


class BackAsked(Exception):
    """The user wants to go back to the previous question."""


def parse_pairs(texts: Iterable[str], what: str) -> dict[str, str]:
    """`["userId=user_id"]` -> `{"userId": "user_id"}`, split at the last `=`. Raises BadParameter."""
    pairs: dict[str, str] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.rpartition("="))
        if not (equals and name and value):
            raise click.BadParameter(f"{text!r} does not have the form {what}.")
        if name in pairs:
            raise click.BadParameter(f"{name!r} is given twice.")
        if not (is_writable(name) and is_writable(value)):
            raise click.BadParameter(f"{text!r} has a character that no config can hold.")
        pairs[name] = value
    return pairs


def ask_setting(setting: Setting, before: Any) -> Any:
    """Ask for a setting; `before` is the previous answer. Raises BackAsked."""
    match setting.kind:
        case "address":
            return _ask_address(setting, before)
        case "toggle":
            return _ask(f"{_question(setting)} [y/N]", _yes, "")
        case "map" if setting.required:
            pairs = pairs_text(before or setting.first or {})
            return _ask(_question(setting), lambda text: parse_pairs(text.split(","), "IDENTITY=TYPE"), pairs)
        case "map":
            return _ask_entries(setting, before)
    check = _header_text if setting.header else _some_text
    if setting.required:
        return _ask(_question(setting), check, before or setting.first)
    return _ask(_question(setting), lambda text: check(text) if text.strip() else "", "")


def pairs_text(pairs: Mapping[str, str]) -> str:
    """A map in the form of an answer."""
    return ", ".join(f"{name}={value}" for name, value in pairs.items())


def ask_number(question: str, most: int) -> int | None:
    """Ask for a number from 1 to `most`; None for an empty answer."""

    def number(text: str) -> int | None:
        if not text.strip():
            return None
        if not (text.strip().isascii() and text.strip().isdigit() and 1 <= int(text) <= most):
            raise click.BadParameter(f"Please enter a number from 1 to {most}, or nothing.")
        return int(text)

    return _ask(question, number, "")


def confirm(question: str) -> bool:
    """Ask a question with the answers yes and no; the default is no."""
    return click.confirm(question, default=False, err=True)


def _question(setting: Setting) -> str:
    return setting.question or setting.label


def _ask_address(setting: Setting, before: str | None) -> str:
    """Ask for an address. One with a problem is accepted only if the user confirms it."""
    while True:
        endpoint = _ask(_question(setting), _some_text, before)
        problems = endpoint_problems(endpoint)
        for problem in problems:
            narrate(f"It {problem.message}", problem.hint, severity="warning")
        if not problems or confirm("Use it anyway?"):
            return endpoint


def _ask_entries(setting: Setting, before: Mapping[str, str] | None) -> dict[str, str]:
    """Ask for the entries of a map, one by one. `<` removes the last entry, or goes back if there is none."""
    entries = dict(before or {})
    if entries:
        narrate(f"So far: {pairs_text(entries)}; {BACK} removes the last one.")
    while True:
        try:
            more = _ask(_question(setting), lambda text: parse_pairs([text], "EVENT=GOAL") if text.strip() else {}, "")
        except BackAsked:
            if not entries:
                raise
            name, value = entries.popitem()
            narrate(f"{name}={value} was removed.")
            continue
        if not more:
            return entries
        entries |= more


def _yes(text: str) -> bool:
    if text.strip().lower() not in _YES_OR_NO:
        raise click.BadParameter("Please enter y or n.")
    return _YES_OR_NO[text.strip().lower()]


def _ask(question: str, proc: Callable[[str], T], default: str | None = None) -> T:
    def read(text: str) -> T:
        if text.strip() == BACK:
            raise BackAsked
        return proc(text)

    answer: T = click.prompt(question, value_proc=read, default=default, show_default=bool(default), err=True)
    return answer


def _some_text(text: str) -> str:
    if not text.strip() or not is_writable(text):
        raise click.BadParameter("Please enter some text.")
    return text.strip()


def _header_text(text: str) -> str:
    if not is_header_text(text):
        raise click.BadParameter(
            "It is sent as an HTTP header, which can only have Latin-1 characters and no line break."
        )
    return _some_text(text)
