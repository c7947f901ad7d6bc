"""The rules and fixes of findings about the form of a config: its YAML, its keys, and the types of its values.

The checks are the readers: `text.yaml_tree` of the YAML, `config.walk` of the keys and types, `config.reader` of the whole.
"""

from __future__ import annotations

from typing import Final

from abtui.core.config.names import known_names
from abtui.core.findings import Fix, error, info, warning
from abtui.core.fixes import Entry, Problem, for_entry
from abtui.core.text.nearest import one_edit
from abtui.core.text.plain import letters
from abtui.core.text.yaml_edit import Rename

_TOGGLES: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_SHORTEST_FOR_ONE_EDIT: Final = 4


def _name_of_label(problem: Problem, entry: Entry) -> Fix | None:
    name = problem.destination.labels.get(entry.name)
    if name is None or name in entry.siblings:
        return None
    return Fix(f"Rename the key `{entry.name}` to `{name}`", {entry.path: Rename(name)})


def _known_key(problem: Problem, entry: Entry) -> Fix | None:
    """Certain if exactly one known name has the same letters, or is one typing mistake away, and is not in the map yet."""
    written, names = letters(entry.name), known_names(problem.destination, entry.path[:-1])
    near = [known for known in names if letters(known) == written]
    if not near and len(written) >= _SHORTEST_FOR_ONE_EDIT:
        near = [known for known in names if one_edit(letters(known), written)]
    if len(near) != 1 or near[0] in entry.siblings:
        return None
    return Fix(f"Rename the key `{problem.show(entry.name)}` to `{near[0]}`", {entry.path: Rename(near[0])})


def _quoted_key(problem: Problem, entry: Entry) -> Fix | None:
    if entry.key.kind == "text":
        return None
    return Fix(f"Quote the key `{problem.show(entry.name)}`", {entry.path: Rename(entry.name)})


def _toggle(problem: Problem, entry: Entry) -> Fix | None:
    wanted = _TOGGLES.get(entry.value.value.strip().lower())
    setting = problem.destination.setting(entry.name)
    if setting is None or setting.kind != "toggle" or entry.value.kind != "text" or wanted is None:
        return None
    title = f"Write `{str(wanted).lower()}` without quotes for `{problem.key_path(entry.path)}`"
    return Fix(title, {entry.path: wanted})


NOT_YAML: Final = error(
    "CONFIG-NOT-YAML",
    "The config is not YAML",
    "The file could not be parsed, so nothing can be mapped. The place named is where the parser gave up; the mistake is there or just before it, often a missing colon, a tab, or an unclosed quote.",
)
BOM: Final = info(
    "CONFIG-BOM",
    "The config starts with a byte-order mark",
    "Accepted and skipped; some tools refuse a file with one. Columns are counted without it.",
)
EMPTY: Final = error(
    "CONFIG-EMPTY",
    "The config is empty",
    "A config needs at least `settings` with `collectorEndpoint`, `environment` and `unitMapping`.",
)
TOO_LARGE: Final = error(
    "CONFIG-TOO-LARGE",
    "The config is too large",
    "A config is a few kilobytes; a file over 1 MiB is refused unread, as it is more likely events or an archive given in the config's place.",
)
ALIASES: Final = error(
    "CONFIG-ALIASES",
    "The config's aliases explode",
    "YAML aliases may repeat a part of the file, and repeat the repetition. A file whose aliases would expand to more than 10,000 nodes is refused before they are expanded.",
)
TYPE: Final = error(
    "CONFIG-TYPE",
    "A config value has the wrong type",
    "Segment's setting of that name takes another type (text, a toggle, or a text map), so what the destination would do cannot be told.",
    fix=for_entry(_toggle),
)
MISSING: Final = error(
    "CONFIG-MISSING",
    "A required setting is missing",
    "Segment marks `collectorEndpoint`, `environment` and `unitMapping` as required; without them there is no request to compute. (A missing `apiKey` only prevents sending: see CONFIG-NO-KEY.)",
)
DESTINATION: Final = error(
    "CONFIG-DESTINATION",
    "Unknown destination",
    "The config names a destination abtui does not have. `classic` is the AB Smartly destination of Segment's catalog.",
)
NO_DESTINATION: Final = info(
    "CONFIG-NO-DESTINATION",
    "No destination is named",
    "The config has no `destination`, so `classic`, the AB Smartly destination of Segment's catalog, is taken. Naming it keeps the file's meaning when there are more.",
)
UNKNOWN_KEY: Final = warning(
    "CONFIG-UNKNOWN-KEY",
    "Unknown key in the config",
    "The key is ignored. Setting names are Segment's own and are case-sensitive; where one is close, the hint names it.",
    fix=for_entry(_known_key),
)
LABEL: Final = warning(
    "CONFIG-LABEL",
    "A form label in place of a setting's name",
    "Segment's form shows `Goal Mapping`; the setting is called `goalMapping`. The label is understood, but the proper name keeps the file usable elsewhere.",
    fix=for_entry(_name_of_label),
)
DUPLICATE_KEY: Final = warning(
    "CONFIG-DUPLICATE-KEY",
    "A key stands twice",
    "YAML keeps the last of two equal keys without a word. In a mapping this loses a goal or a unit; remove one.",
)
KEY_NOT_TEXT: Final = warning(
    "CONFIG-KEY-NOT-TEXT",
    "A map key is not text to YAML",
    "YAML reads unquoted `yes`, `123` or `null` as a boolean, a number or nothing. abtui takes the key as it is written; quote it so that every other tool does, too.",
    fix=for_entry(_quoted_key),
)
ENV_UNSET: Final = warning(
    "CONFIG-ENV-UNSET",
    "An environment variable is not set",
    "The value is `${NAME}` and NAME is not set, so the value is empty. Mapping works; sending waits until it is set. `${NAME:-default}` gives a default.",
)
KEY_UNSET: Final = info(
    "CONFIG-KEY-UNSET",
    "The API key's variable is not set",
    "Mapping, checking and comparing need no key; sending to the target that has none is refused.",
)
ENV_FORM: Final = warning(
    "CONFIG-ENV-FORM",
    "A `${` that is no reference",
    "Only `${NAME}` and `${NAME:-default}` are read from the environment; a default may hold `${NAME}` but nothing deeper. Anything else stays as it is written. `$${` writes `${` on purpose.",
)
