"""The text of a new config: with comments and without the key. Reading it gives the same settings back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from abtui.core.config.item_text import escaped, item_lines
from abtui.core.config.model import Settings
from abtui.core.destination import Destination, Setting, filled
from abtui.core.destinations import DEFAULT
from abtui.core.text.plain import single_line
from abtui.core.text.yaml_text import entry, value

_REST: Final = """\

# The goals, units, environments and applications of the web console, which silently ignores all others.
# `abtui catalog pull` writes this file.
# catalog: !file catalog.yaml

# Which findings fail `abtui check`: failOn is error, warning or never; `abtui explain` lists the codes.
# check:
#   failOn: warning
#   ignore: [UNIT-MISSING]

# Targets to send requests to. A target inherits from the settings whatever it leaves out.
# targets:
#   local:
#     collectorEndpoint: http://127.0.0.1:8200/v1
"""


def first_settings(destination: Destination = DEFAULT) -> Settings:
    """The settings of a new config when nothing is known yet."""
    table = (setting for setting in destination.settings if setting.kind != "secret" and setting.first is not None)
    return filled(destination.settings, {setting.name: setting.first for setting in table})


def starter_text(
    settings: Settings,
    left_out: Sequence[str] = (),
    destination: Destination = DEFAULT,
    lists: Mapping[str, Sequence[Mapping[str, Any]]] = {},
) -> str:
    """The config for `settings`, without the key. `left_out` are sentences that become comments.

    `lists` are those of the destination; one that is not there is written as the destination makes it.
    """
    lines = [f"# The settings of Segment's {destination.title} destination. Try it:  abtui check CONFIG EVENTS\n"]
    lines += [f"# Left out: {single_line(sentence)}\n" for sentence in left_out]
    lines += [
        f"\ndestination: {destination.name}\n\n",
        "# Exactly the settings of the destination in Segment, under their own names.\n",
        "settings:\n",
    ]
    # Maps are long and have a comment, so they come last.
    for setting in sorted(destination.settings, key=lambda setting: setting.kind == "map"):
        lines += _setting_lines(setting, settings.get(setting.name))
    for section in destination.sections:
        lines += [f"\n# {section.about}\n", f"{section.name}:\n"]
        for setting in section.settings:
            notes = " | ".join(f"{choice}: {note}" for choice, note in setting.choices)
            start = f"  {setting.name}: {value(str(setting.default))}"
            lines.append(f"{start:<31} # {notes}\n")
    for listed in destination.lists:
        items = lists.get(listed.name, listed.preset)
        lines += [f"\n# {listed.about}\n", f"{listed.name}:\n" if items else f"{listed.name}: []\n"]
        lines += [f"{line}\n" for item in items for line in item_lines(escaped(dict(item)))]
    return "".join((*lines, _REST))


def _setting_lines(setting: Setting, given: Any) -> Iterator[str]:
    match setting.kind:
        case "secret":
            yield f"  {setting.name}: {setting.first}  # read from the environment, so the key is never in a file\n"
        case "toggle":
            yield f"  {setting.name}: {'true' if given else 'false'}\n"
        case "map":
            yield f"\n  # {setting.about.replace('→', '->')}\n"
            yield f"  {setting.name}:\n" if given else f"  {setting.name}: {{}}\n"
            for key, text in given.items():
                yield entry(key, text, "    ")
        case _ if given or setting.required:
            yield f"  {setting.name}: {value(given or '')}\n"
        case _:
            sent = f"  # sent as {setting.header}" if setting.header else ""
            yield f"  # {setting.name}: {setting.example or ''}{sent}\n"
