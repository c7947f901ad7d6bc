"""The command palette: every action that is available now, with its keys, and actions without a key."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from rich.markup import escape
from textual.app import SystemCommand
from textual.screen import Screen

from abtui.tui.binding_help import all_actions
from abtui.tui.messages import PaletteCommand

_OWN = "command_palette"


def commands(screen: Screen[Any]) -> Iterator[SystemCommand]:
    """The actions of the active bindings, by group. Texts are escaped because the palette parses markup."""
    titles = set[str]()
    for item in all_actions(screen):
        known = item.word.casefold().startswith(item.group)
        title = item.word if known else f"{item.group.capitalize()}: {item.word}"
        if item.id and item.action != _OWN and title not in titles:
            titles.add(title)
            keys = f"{'  '.join(item.keys)}   " if item.keys else ""
            yield SystemCommand(
                escape(title), escape(keys + item.tooltip), partial(screen.app.run_action, item.action, item.node)
            )
    palette_commands: list[PaletteCommand] = getattr(screen, "palette_commands", list)()
    for extra in palette_commands:
        yield SystemCommand(escape(extra.title), escape(extra.help), extra.run)
    for name in sorted(screen.app.available_themes):
        run = partial(_set_theme, screen, name)
        yield SystemCommand(escape(f"Theme: {name}"), "Use these colours", run, discover=False)


def _set_theme(screen: Screen[Any], name: str) -> None:
    screen.app.theme = name
