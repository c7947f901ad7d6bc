"""Writes the pages of this folder that are made from the program's own tables.

    python docs/write.py

A page is never edited by hand; `tests/test_docs.py` fails where one is not what this would write.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parent
# As a script this file sees its own folder only; the benchmark's figures are in the tests beside it.
sys.path.insert(0, str(FOLDER.parent))

import click  # noqa: E402
from textual.binding import Binding  # noqa: E402

from abtui.cli.commands import cli  # noqa: E402
from abtui.core.config.starter import first_settings, starter_text  # noqa: E402
from abtui.core.destination import Setting  # noqa: E402
from abtui.core.destinations import DESTINATIONS, REASONS  # noqa: E402
from abtui.core.fate import DOES_NOT_COUNT, FATES  # noqa: E402
from abtui.core.findings import RULES  # noqa: E402
from abtui.tui.bindings import APP, WORKBENCH  # noqa: E402
from abtui.tui.keys import widgets  # noqa: E402
from abtui.tui.kit.key_bar import key_word  # noqa: E402
from abtui.tui.workbench import SCREENS  # noqa: E402
from tests.benchmarks.figures import number  # noqa: E402

_BACK: Final = "[Back to the README](../README.md). `python docs/write.py` writes this page; do not edit it.\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    cells = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells) + "\n"


def _findings() -> Iterator[str]:
    yield "# Findings, fates and reasons\n"
    yield _BACK
    yield "`abtui explain CODE` prints the entry of one code.\n"
    yield "## Fates\n"
    yield "A fate says in a user's words what becomes of an event. The order is the same everywhere, the worst last.\n"
    fates = ((f"`{of.mark}`", f"`{of.ascii}`", of.one, f"`{fate}`", of.meaning) for fate, of in FATES.items())
    lost = DOES_NOT_COUNT
    beside = (f"`{lost.mark}`", f"`{lost.ascii}`", lost.one, "", lost.meaning)
    yield _table(("mark", "ASCII", "it", "in filters and JSON", "meaning"), (*fates, beside))
    yield "## Findings\n"
    yield _table(
        ("code", "severity", "title", "meaning"),
        ((f"`{code}`", rule.severity, rule.title, rule.text) for code, rule in RULES.items()),
    )
    yield "## Reasons of a verdict\n"
    yield _table(
        ("code", "meaning"),
        ((f"`{code}`", kind.explained("…")) for code, kind in REASONS.items()),
    )


def _keys() -> Iterator[str]:
    yield "# Keys of the workbench\n"
    yield _BACK
    yield (
        "`?` shows the keys that work where you are first, and `Ctrl+P` lists every action by name. In an editor letters are text:\n"
        'there the keys with Ctrl or Alt and the function keys work. To change a key, choose "Open the keymap file" in the palette and\n'
        "write the name of the action there.\n"
    )
    table = [binding.id for binding in WORKBENCH]
    by_screen = {kind.name: list(_of(f"abtui.tui.screens.{kind.name}.")) for kind in SCREENS}
    placed = {binding.id for bindings in by_screen.values() for binding in bindings}
    yield from _key_table("Anywhere", (*WORKBENCH, *APP), placed)
    for kind in SCREENS:
        yield from _key_table(
            f"{kind.number} {kind.title}", sorted(by_screen[kind.name], key=lambda item: item.id not in table)
        )
    yield from _key_table("Lists and texts", _of("abtui.tui.kit."))
    yield from _key_table("Dialogs", _of("abtui.tui.dialogs."))


def _of(package: str) -> Iterator[Binding]:
    """The bindings with an id that the widgets of a package have."""
    for widget in widgets():
        if widget.__module__.startswith(package):
            own = widget.__dict__.get("BINDINGS", ())
            yield from (item for item in own if isinstance(item, Binding) and item.id)


def _key_table(title: str, bindings: Iterable[Binding], without: Collection[str | None] = ()) -> Iterator[str]:
    yield f"## {title}\n"
    rows = {item.id: _key_row(item) for item in bindings if item.id not in without}
    yield _table(("key", "what it does", "name"), rows.values())


def _key_row(binding: Binding) -> tuple[str, str, str]:
    words = binding.tooltip or binding.description
    keys = dict.fromkeys(f"`{key_word(key.strip())}`" for key in binding.key.split(","))
    return ", ".join(keys), f"{words[:1].upper()}{words[1:]}", f"`{binding.id}`"


def _settings() -> Iterator[str]:
    yield "# Settings\n"
    yield _BACK
    yield "`abtui schema config` prints the same as JSON Schema, for editors that complete and check a config.\n"
    for destination in DESTINATIONS.values():
        yield f"## `destination: {destination.name}`\n"
        yield f"{destination.about}\n"
        yield _table(
            ("setting", "in Segment's form", "kind", "required", "what it is"),
            (
                (f"`{item.name}`", item.label, item.kind, "yes" if item.required else "", item.about)
                for item in destination.settings
            ),
        )
        for section in destination.sections:
            yield f"### `{section.name}`\n"
            yield f"{section.about}\n"
            yield _table(("setting", "values", "what it is"), map(_choice, section.settings))
        for listed in destination.lists:
            yield f"### `{listed.name}`\n"
            yield f"{listed.about}\n"
            keys = ((f"`{key}`", str(schema.get("description", ""))) for key, schema in listed.keys.items())
            yield _table(("key", "what it is"), keys)
        yield "A config to begin with, as `abtui init` writes it:\n"
        yield f"```yaml\n{starter_text(first_settings(destination), (), destination)}```\n"


def _choice(setting: Setting) -> tuple[str, str, str]:
    return f"`{setting.name}`", "; ".join(f"`{value}`: {note}" for value, note in setting.choices), setting.about


def _commands() -> Iterator[str]:
    yield "# Commands\n"
    yield _BACK
    yield (
        "EVENTS are files (also compressed with gzip), folders, addresses of [objects in a store](events.md#objects-in-a-store), or `-` for\n"
        "standard input. Data goes to standard output, everything else to standard error.\n"
    )
    for name, command in _all_commands(cli, ""):
        yield f"## `abtui {name}`\n"
        parameters = command.get_params(click.Context(command, info_name=name))
        arguments = [_argument(item) for item in parameters if isinstance(item, click.Argument)]
        yield f"`{' '.join(('abtui', name, *arguments))}`\n"
        yield inspect.cleandoc(command.help or "") + "\n"
        options = [item for item in parameters if isinstance(item, click.Option) and "--help" not in item.opts]
        if options:
            yield _table(("option", "what it does"), map(_option, options))


def _all_commands(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command]]:
    """The commands of a group by their full names; a group inside it only by its commands."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _all_commands(command, f"{prefix}{name} ")
        elif command is not None:
            yield f"{prefix}{name}", command


def _argument(argument: click.Argument) -> str:
    name = (argument.metavar or argument.human_readable_name.upper()).strip("[].")
    name += "..." if argument.nargs < 0 else ""
    return name if argument.required else f"[{name}]"


def _option(option: click.Option) -> tuple[str, str]:
    names = ", ".join((*option.opts, *option.secondary_opts))
    values = " ".join(option.type.choices) if isinstance(option.type, click.Choice) else option.metavar or ""
    return f"`{names}`" + (f" {values}" if values else ""), option.help or ""


def _speed() -> Iterator[str]:
    yield "# Speed\n"
    yield _BACK
    yield (
        "Medians of `python tests/bench.py --quick --json > docs/speed.jsonl`, on two cores of a shared machine. A yardstick is measured in"
        " turns with its figure, so the ratios hold where the absolute values drift.\n"
    )
    yield _table(("part", "figure", "value", "yardstick", "its value", "ratio", "floor"), map(_figure, _figures()))


def _figures() -> list[dict[str, Any]]:
    lines = (FOLDER / "speed.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _figure(of: dict[str, Any]) -> tuple[str, ...]:
    if "reason" in of:
        return of["part"], f"not measured: {of['reason']}", "", "", "", "", ""
    yardstick, ratio = of["yardstick_value"], of["ratio"]
    floor = of["floor"] + {True: " (holds)", False: " (short)", None: ""}[of["holds"]]
    return (
        of["part"],
        of["name"],
        number(of["value"], of["unit"]),
        of["yardstick"],
        "" if yardstick is None else number(yardstick, of["unit"]),
        "" if ratio is None else f"{ratio:.2f}x",
        floor,
    )


PAGES: Final[dict[str, Callable[[], Iterator[str]]]] = {
    "findings.md": _findings,
    "keys.md": _keys,
    "settings.md": _settings,
    "commands.md": _commands,
    "speed.md": _speed,
}


def page(name: str) -> str:
    """The text of a page."""
    return "\n".join(PAGES[name]())


if __name__ == "__main__":
    for name in PAGES:
        (FOLDER / name).write_text(page(name), encoding="utf-8")
